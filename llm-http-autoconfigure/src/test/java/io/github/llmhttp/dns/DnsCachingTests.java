/*
 * Copyright 2026 the llm-http authors.
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *      https://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

package io.github.llmhttp.dns;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

import io.github.llmhttp.reliability.Covers;
import io.github.llmhttp.reliability.FaultRow;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsResponseCode;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What becomes of an answer before, at and after the end of its time.
 */
class DnsCachingTests {

    private static final String HOST = "llm.test";

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final Duration LIMIT = Duration.ofSeconds(10);

    private static final Duration TTL = Duration.ofSeconds(60);

    private static final Duration NEAR_END = Duration.ofSeconds(48);

    private final FakeDnsServer server = new FakeDnsServer().answer(HOST, 60, "127.0.0.1");

    private final DnsProperties properties = new DnsProperties();

    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 1);

    private DnsResolution resolution;

    DnsCachingTests() {
        this.properties.setServers(List.of(this.server.address()));
        this.properties.setNegativeTtl(Duration.ZERO);
        this.properties.setAddressTypes(AddressTypes.IPV4_ONLY);
    }

    @AfterEach
    void close() {
        if (this.resolution != null) {
            this.resolution.close();
        }
        this.server.close();
    }

    @Test
    @Covers(FaultRow.ADDRESS_CHANGES)
    void answerIsAskedForAgainAtItsEnd() {
        build(LIMIT);
        resolve();
        this.server.answer(HOST, 60, "127.0.0.3");
        after(TTL);
        assertThat(resolve()).containsExactly("127.0.0.3");
        assertThat(aQueries()).isEqualTo(2);
    }

    @Test
    void lastGoodAnswerIsUsedWhileServersFail() {
        build(LIMIT);
        resolve();
        this.server.fail(HOST, DnsResponseCode.SERVFAIL);
        after(TTL.plus(this.properties.getStaleMax()).minusNanos(1));
        assertThat(resolve()).containsExactly("127.0.0.1");
        after(Duration.ofNanos(1));
        assertThat(DnsFailures.of(failure())).isEqualTo(DnsFailure.SERVER);
    }

    @Test
    void lastGoodAnswerIsUsedWhileTheFailureIsRemembered() {
        this.properties.setNegativeTtl(Duration.ofSeconds(2));
        build(LIMIT);
        resolve();
        this.server.fail(HOST, DnsResponseCode.SERVFAIL);
        after(TTL);
        resolve();
        int queries = this.server.queries();
        assertThat(resolve()).containsExactly("127.0.0.1");
        assertThat(this.server.queries()).isEqualTo(queries);
    }

    @Test
    void lastGoodAnswerIsUsedWhenServersAreSilentAndOnlyTheFirstCallWaits() {
        this.properties.setNegativeTtl(Duration.ofSeconds(2));
        build(Duration.ofMillis(300));
        resolve();
        this.server.silence(HOST);
        after(TTL);
        assertThat(resolve()).containsExactly("127.0.0.1");
        this.server.answer(HOST, 60, "127.0.0.3");
        assertThat(resolve()).containsExactly("127.0.0.1");
        after(Duration.ofSeconds(2));
        assertThat(resolve()).containsExactly("127.0.0.3");
    }

    @Test
    void lastGoodAnswerIsUsedWhenThereIsNoServer() {
        build(Duration.ofMillis(300));
        resolve();
        this.server.close();
        after(TTL);
        assertThat(resolve()).containsExactly("127.0.0.1");
    }

    @Test
    void unknownHostEndsTheLastGoodAnswer() {
        build(LIMIT);
        resolve();
        this.server.fail(HOST, DnsResponseCode.NXDOMAIN);
        after(TTL);
        assertThat(DnsFailures.of(failure())).isEqualTo(DnsFailure.UNKNOWN_HOST);
        this.server.fail(HOST, DnsResponseCode.SERVFAIL);
        assertThat(DnsFailures.of(failure())).isEqualTo(DnsFailure.SERVER);
    }

    @Test
    void staleMaxOfZeroFailsAtOnce() {
        this.properties.setStaleMax(Duration.ZERO);
        build(LIMIT);
        resolve();
        this.server.fail(HOST, DnsResponseCode.SERVFAIL);
        after(TTL);
        assertThat(DnsFailures.of(failure())).isEqualTo(DnsFailure.SERVER);
    }

    @Test
    void answerUsedNearItsEndIsReplacedInTheBackground() {
        build(LIMIT);
        resolve();
        this.server.answer(HOST, 60, "127.0.0.3");
        after(NEAR_END);
        assertThat(resolve()).containsExactly("127.0.0.1");
        awaitAQueries(2);
        Awaitility.await().atMost(PATIENCE).untilAsserted(() -> assertThat(resolve()).containsExactly("127.0.0.3"));
        after(TTL.minus(NEAR_END));
        assertThat(resolve()).containsExactly("127.0.0.3");
        assertThat(aQueries()).isEqualTo(2);
    }

    @Test
    void callDoesNotWaitForTheRefreshAndThereIsOneAtATime() {
        build(LIMIT);
        resolve();
        this.server.silence(HOST);
        after(NEAR_END);
        resolve();
        awaitAQueries(2);
        assertThat(resolve()).containsExactly("127.0.0.1");
        assertThat(resolve()).containsExactly("127.0.0.1");
        assertThat(aQueries()).isEqualTo(2);
    }

    @Test
    void refreshThatFailsLeavesTheAnswerAndIsTriedAgain() {
        build(LIMIT);
        resolve();
        this.server.fail(HOST, DnsResponseCode.NXDOMAIN);
        after(NEAR_END);
        resolve();
        awaitAQueries(2);
        assertThat(resolve()).containsExactly("127.0.0.1");
        this.server.answer(HOST, 60, "127.0.0.3");
        Awaitility.await().atMost(PATIENCE).untilAsserted(() -> assertThat(resolve()).containsExactly("127.0.0.3"));
    }

    @Test
    void answerIsNotRefreshedBeforeOrWhenSwitchedOff() {
        build(LIMIT);
        resolve();
        after(NEAR_END.minusNanos(1));
        resolve();
        this.resolution.close();
        this.properties.setRefreshAhead(false);
        build(LIMIT);
        resolve();
        after(TTL.minusNanos(1));
        resolve();
        Awaitility.await()
            .during(Duration.ofMillis(200))
            .atMost(PATIENCE)
            .untilAsserted(() -> assertThat(aQueries()).isEqualTo(2));
    }

    @Test
    void connectionsStartWithTheNextAddressInTurn() {
        this.properties.setRoundRobin(true);
        this.server.answer(HOST, 60, "127.0.0.1", "127.0.0.2", "127.0.0.3");
        build(LIMIT);
        assertThat(resolve()).containsExactly("127.0.0.1", "127.0.0.2", "127.0.0.3");
        assertThat(resolve()).containsExactly("127.0.0.2", "127.0.0.3", "127.0.0.1");
        assertThat(resolve()).containsExactly("127.0.0.3", "127.0.0.1", "127.0.0.2");
        assertThat(resolve()).containsExactly("127.0.0.1", "127.0.0.2", "127.0.0.3");
    }

    @Test
    void orderStaysAsItIsByDefault() {
        this.server.answer(HOST, 60, "127.0.0.1", "127.0.0.2");
        build(LIMIT);
        assertThat(resolve()).isEqualTo(resolve()).containsExactly("127.0.0.1", "127.0.0.2");
    }

    @Test
    void fixedAddressesOfAnExcludedTypeAreNotUsed() {
        this.properties.setHosts(Map.of(HOST, "::1,127.0.0.3"));
        build(LIMIT);
        assertThat(resolve()).containsExactly("127.0.0.3");
    }

    @Test
    void hostWithoutFixedAddressOfTheWantedTypeIsUnknown() {
        this.properties.setAddressTypes(AddressTypes.IPV6_ONLY);
        this.properties.setHosts(Map.of(HOST, "127.0.0.3"));
        build(LIMIT);
        assertThat(failure()).hasMessageContaining("no fixed address of the wanted type")
            .satisfies((error) -> assertThat(DnsFailures.of(error)).isEqualTo(DnsFailure.UNKNOWN_HOST));
        assertThat(this.server.queries()).isZero();
    }

    private void build(Duration limit) {
        this.resolution = new DnsResolution("openai", this.properties, limit, this.now::get);
        this.resolution.apply(HttpClient.newConnection());
    }

    private void after(Duration time) {
        this.now.addAndGet(time.toNanos());
    }

    private long aQueries() {
        return this.server.queries(HOST, DnsRecordType.A);
    }

    private void awaitAQueries(long queries) {
        Awaitility.await().atMost(PATIENCE).untilAsserted(() -> assertThat(aQueries()).isEqualTo(queries));
    }

    private List<String> resolve() {
        this.resolution.preResolve(HOST).block(PATIENCE);
        return this.resolution.answers().get(HOST).addresses();
    }

    private Throwable failure() {
        return this.resolution.preResolve(HOST)
            .then(Mono.<Throwable>empty())
            .onErrorResume(Mono::just)
            .blockOptional(PATIENCE)
            .orElseThrow();
    }

}
