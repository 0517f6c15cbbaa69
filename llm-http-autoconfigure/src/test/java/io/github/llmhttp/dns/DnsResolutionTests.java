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

import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.github.llmhttp.TimeLimits;
import io.github.llmhttp.reliability.Covers;
import io.github.llmhttp.reliability.FaultRow;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.resolver.dns.SingletonDnsServerAddressStreamProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.server.HttpServer;
import reactor.test.StepVerifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class DnsResolutionTests {

    private static final String HOST = "llm.test";

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final Duration LIMIT = Duration.ofSeconds(2);

    private static final Duration CONNECT_LIMIT = Duration.ofMillis(800);

    private final FakeDnsServer server = new FakeDnsServer();

    private final FakeDnsServer second = new FakeDnsServer();

    private final DnsProperties properties = new DnsProperties();

    private DnsResolution resolution;

    DnsResolutionTests() {
        this.properties.setServers(List.of(this.server.address()));
    }

    @AfterEach
    void close() {
        if (this.resolution != null) {
            this.resolution.close();
        }
        this.server.close();
        this.second.close();
    }

    @Test
    void resolvesWithTheConfiguredServer() {
        this.server.answer(HOST, 60, "127.0.0.1");
        assertThat(call()).isEqualTo("hello");
        assertThat(this.resolution.answers().get(HOST).addresses()).containsExactly("127.0.0.1");
        assertThat(this.resolution.answers().get(HOST).at()).isNotNull();
    }

    @Test
    @Covers(FaultRow.UNKNOWN_HOST)
    void unknownHostFailsAndIsRememberedForTheNegativeTtl() {
        this.properties.setNegativeTtl(Duration.ofMinutes(1));
        build(LIMIT);
        assertThat(failure()).isInstanceOf(UnknownHostException.class)
            .satisfies((error) -> assertThat(DnsFailures.of(error)).isEqualTo(DnsFailure.UNKNOWN_HOST));
        int queries = this.server.queries();
        assertThat(failure()).isInstanceOf(UnknownHostException.class)
            .hasMessageContaining(HOST)
            .satisfies((error) -> assertThat(DnsFailures.of(error)).isEqualTo(DnsFailure.UNKNOWN_HOST));
        assertThat(this.server.queries()).isEqualTo(queries);
    }

    @Test
    void unknownHostIsAskedAgainWithoutNegativeTtl() {
        this.properties.setNegativeTtl(Duration.ZERO);
        build(LIMIT);
        failure();
        this.server.answer(HOST, 60, "127.0.0.1");
        assertThat(resolve()).containsExactly("127.0.0.1");
    }

    @Test
    void hostWithoutAddressIsUnknown() {
        this.server.answer(HOST, 60);
        build(LIMIT);
        assertThat(DnsFailures.of(failure())).isEqualTo(DnsFailure.UNKNOWN_HOST);
    }

    @Test
    void failingServersAreToldFromUnknownHosts() {
        this.server.fail(HOST, DnsResponseCode.SERVFAIL);
        build(LIMIT);
        assertThat(DnsFailures.of(failure())).isEqualTo(DnsFailure.SERVER);
    }

    @Test
    void silentServerFailsAtTheLimit() {
        this.server.silence(HOST);
        build(Duration.ofMillis(600));
        assertFailsAt(Duration.ofMillis(600));
        assertThat(this.server.queries()).isPositive();
    }

    @Test
    void severalSilentServersShareTheLimit() {
        this.properties.setServers(List.of(this.server.address(), this.second.address()));
        this.server.silence(HOST);
        this.second.silence(HOST);
        build(Duration.ofMillis(600));
        assertFailsAt(Duration.ofMillis(600));
        assertThat(this.second.queries()).isPositive();
    }

    @Test
    void lostQueryIsSentOnceMore() {
        this.server.silence(HOST);
        build(LIMIT);
        Mono<Void> resolution = this.resolution.preResolve(HOST).doOnSubscribe((subscription) -> answerSecondQuery());
        StepVerifier.create(resolution).expectComplete().verify(PATIENCE);
        assertThat(aQueries()).isGreaterThanOrEqualTo(2);
    }

    @Test
    void timeoutIsNotRemembered() {
        this.server.silence(HOST);
        build(Duration.ofMillis(300));
        assertThat(DnsFailures.of(failure())).isEqualTo(DnsFailure.TIMEOUT);
        this.server.answer(HOST, 60, "127.0.0.1");
        assertThat(resolve()).containsExactly("127.0.0.1");
    }

    @Test
    void nextServerAnswersForASilentOne() {
        this.properties.setServers(List.of(this.server.address(), this.second.address()));
        this.server.silence(HOST);
        this.second.answer(HOST, 60, "127.0.0.1");
        build(Duration.ofMillis(800));
        assertThat(resolve()).containsExactly("127.0.0.1");
        assertThat(this.server.queries()).isPositive();
    }

    @Test
    void nextServerAnswersForAFailingOne() {
        this.properties.setServers(List.of(this.server.address(), this.second.address()));
        this.server.fail(HOST, DnsResponseCode.SERVFAIL);
        this.second.answer(HOST, 60, "127.0.0.1");
        build(LIMIT);
        assertThat(resolve()).containsExactly("127.0.0.1");
    }

    @Test
    void secondServerIsNotAskedWhileTheFirstAnswers() {
        this.properties.setServers(List.of(this.server.address(), this.second.address()));
        this.properties.setCacheMaxTtl(Duration.ZERO);
        this.server.answer(HOST, 60, "127.0.0.1");
        build(LIMIT);
        resolve();
        resolve();
        assertThat(this.second.queries()).isZero();
    }

    @Test
    void answerIsCachedForItsTtl() {
        this.server.answer(HOST, 60, "127.0.0.1");
        build(LIMIT);
        resolve();
        resolve();
        assertThat(aQueries()).isEqualTo(1);
    }

    @Test
    void maxTtlOfZeroAsksEachTime() {
        this.properties.setCacheMaxTtl(Duration.ZERO);
        this.server.answer(HOST, 60, "127.0.0.1");
        build(LIMIT);
        resolve();
        resolve();
        assertThat(aQueries()).isEqualTo(2);
    }

    @Test
    void maxTtlCutsTheTtlOfTheRecord() {
        this.properties.setCacheMaxTtl(Duration.ofMillis(500));
        this.server.answer(HOST, 3600, "127.0.0.1");
        build(LIMIT);
        resolve();
        this.server.answer(HOST, 3600, "127.0.0.3");
        Flux.interval(Duration.ofMillis(100))
            .concatMap((tick) -> this.resolution.preResolve(HOST).thenReturn(this.resolution))
            .filter((resolution) -> resolution.answers().get(HOST).addresses().contains("127.0.0.3"))
            .blockFirst(Duration.ofSeconds(4));
        assertThat(aQueries()).isEqualTo(2);
    }

    @Test
    void minTtlKeepsARecordThatSaysLess() {
        this.properties.setCacheMinTtl(Duration.ofSeconds(30));
        this.server.answer(HOST, 0, "127.0.0.1");
        build(LIMIT);
        resolve();
        resolve();
        assertThat(aQueries()).isEqualTo(1);
    }

    @Test
    void minTtlAboveMaxTtlIsRefused() {
        this.properties.setCacheMinTtl(Duration.ofMinutes(2));
        assertThatIllegalArgumentException().isThrownBy(() -> build(LIMIT))
            .withMessageContaining("dns.cache-min-ttl")
            .withMessageContaining("dns.cache-max-ttl");
    }

    @Test
    void eachClientHasItsOwnCache() {
        this.server.answer(HOST, 60, "127.0.0.1");
        build(LIMIT);
        resolve();
        this.resolution.close();
        build(LIMIT);
        resolve();
        assertThat(aQueries()).isEqualTo(2);
    }

    @Test
    void fixedAddressesAskNoServer() {
        this.properties.setHosts(Map.of("LLM.test", "127.0.0.1, 127.0.0.3"));
        build(LIMIT);
        assertThat(resolve()).containsExactly("127.0.0.1", "127.0.0.3");
        assertThat(this.server.queries()).isZero();
    }

    @Test
    void fixedAddressThatIsNoneIsRefused() {
        this.properties.setHosts(Map.of(HOST, "127.0.0.1,elsewhere"));
        assertThatIllegalArgumentException().isThrownBy(() -> build(LIMIT))
            .withMessageContaining("dns.hosts.llm.test")
            .withMessageContaining("elsewhere");
    }

    @Test
    void serverWithImpossiblePortIsRefused() {
        this.properties.setServers(List.of("127.0.0.1:70000"));
        assertThatIllegalArgumentException().isThrownBy(() -> build(LIMIT)).withMessageContaining("dns.servers");
    }

    @Test
    void ipv4OnlyAsksForNothingElse() {
        this.properties.setAddressTypes(AddressTypes.IPV4_ONLY);
        this.server.answer(HOST, 60, "::1", "127.0.0.1");
        build(LIMIT);
        assertThat(resolve()).containsExactly("127.0.0.1");
        assertThat(this.server.queries(HOST, DnsRecordType.AAAA)).isZero();
    }

    @Test
    void ipv6OnlyAsksForNothingElse() {
        this.properties.setAddressTypes(AddressTypes.IPV6_ONLY);
        this.server.answer(HOST, 60, "::1", "127.0.0.1");
        build(LIMIT);
        assertThat(resolve()).containsExactly("0:0:0:0:0:0:0:1");
        assertThat(aQueries()).isZero();
    }

    @Test
    void ipv6PreferredKeepsIpv4InReserve() {
        this.properties.setAddressTypes(AddressTypes.IPV6_PREFERRED);
        this.server.answer(HOST, 60, "127.0.0.1", "::1");
        build(LIMIT);
        assertThat(resolve()).containsExactly("0:0:0:0:0:0:0:1", "127.0.0.1");
    }

    @Test
    @Covers(FaultRow.DEAD_ADDRESS)
    void nextAddressIsTriedWhenTheFirstIsDead() {
        this.server.answer(HOST, 60, "127.0.0.2", "127.0.0.1");
        assertThat(call()).isEqualTo("hello");
        assertThat(this.resolution.answers().get(HOST).addresses()).containsExactly("127.0.0.2", "127.0.0.1");
    }

    @Test
    @Covers(FaultRow.DEAD_ADDRESS)
    void ipv4AddressIsTriedWhenIpv6IsDead() {
        this.properties.setAddressTypes(AddressTypes.IPV6_PREFERRED);
        this.server.answer(HOST, 60, "::1", "127.0.0.1");
        assertThat(call()).isEqualTo("hello");
    }

    @Test
    void addressThatDoesNotAnswerLeavesTimeForTheNext() throws Exception {
        DisposableServer http = http();
        this.properties.setHosts(Map.of(HOST, "127.0.0.2,127.0.0.1"));
        try (DeadAddress dead = new DeadAddress("127.0.0.2", http.port())) {
            HttpClient client = build(LIMIT);
            TimeLimits.assertBetween(CONNECT_LIMIT.dividedBy(2), CONNECT_LIMIT,
                    () -> StepVerifier.create(get(client, dead.port()))
                        .expectNext("hello")
                        .expectComplete()
                        .verify(PATIENCE));
        }
        finally {
            http.disposeNow();
        }
    }

    @Test
    @Covers(FaultRow.DEAD_ADDRESS)
    void allAddressesTogetherShareTheConnectTimeout() throws Exception {
        this.properties.setHosts(Map.of(HOST, "127.0.0.2,127.0.0.3"));
        try (DeadAddress first = new DeadAddress("127.0.0.2", 0);
                DeadAddress second = new DeadAddress("127.0.0.3", first.port())) {
            HttpClient client = build(LIMIT);
            TimeLimits.assertFiresAt(CONNECT_LIMIT,
                    () -> StepVerifier.create(get(client, second.port()))
                        .expectError(ConnectTimeoutException.class)
                        .verify(PATIENCE));
        }
    }

    @Test
    void jvmResolvesToo() {
        this.properties.setResolver(DnsResolver.JVM);
        this.properties.setAddressTypes(AddressTypes.IPV4_ONLY);
        build(LIMIT);
        StepVerifier.create(this.resolution.preResolve("localhost")).expectComplete().verify(PATIENCE);
        assertThat(this.resolution.answers().get("localhost").addresses()).containsExactly("127.0.0.1");
        assertThat(this.server.queries()).isZero();
    }

    @Test
    void callNeedsNoQueryAfterPreResolution() {
        this.server.answer(HOST, 60, "127.0.0.1");
        build(LIMIT);
        StepVerifier.create(this.resolution.preResolve(HOST)).expectComplete().verify(PATIENCE);
        long queries = aQueries();
        assertThat(resolve()).containsExactly("127.0.0.1");
        assertThat(aQueries()).isEqualTo(queries).isEqualTo(1);
    }

    @Test
    void preResolutionNeedsAClient() {
        try (DnsResolution alone = new DnsResolution("openai", this.properties, LIMIT)) {
            assertThatIllegalStateException().isThrownBy(() -> alone.preResolve(HOST).block(PATIENCE));
        }
    }

    @Test
    void customizersAdjustTheResolver() {
        this.server.answer(HOST, 60, "127.0.0.1");
        this.second.answer(HOST, 60, "127.0.0.3");
        List<String> clients = new ArrayList<>();
        build(LIMIT, (client, resolver) -> {
            clients.add(client);
            resolver.nameServerProvider(new SingletonDnsServerAddressStreamProvider(
                    new InetSocketAddress("127.0.0.1", this.second.port())));
        });
        assertThat(resolve()).containsExactly("127.0.0.3");
        assertThat(clients).containsExactly("openai");
        assertThat(this.server.queries()).isZero();
    }

    @Test
    void otherErrorsAreNoDnsFailures() {
        assertThat(DnsFailures.of(new ConnectException("refused"))).isNull();
    }

    private void answerSecondQuery() {
        Flux.interval(Duration.ofMillis(20))
            .takeUntil((tick) -> aQueries() > 0)
            .subscribe(null, null, () -> this.server.answer(HOST, 60, "127.0.0.1"));
    }

    private long aQueries() {
        return this.server.queries(HOST, DnsRecordType.A);
    }

    private HttpClient build(Duration limit, DnsCustomizer... customizers) {
        this.resolution = new DnsResolution("openai", this.properties, limit, customizers);
        return this.resolution.apply(HttpClient.newConnection());
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

    private void assertFailsAt(Duration limit) {
        TimeLimits.assertFiresAt(limit,
                () -> StepVerifier.create(this.resolution.preResolve(HOST)).expectErrorSatisfies((error) -> {
                    assertThat(error).isInstanceOf(UnknownHostException.class).hasMessageContaining(HOST);
                    assertThat(DnsFailures.of(error)).isEqualTo(DnsFailure.TIMEOUT);
                }).verify(PATIENCE));
    }

    private String call() {
        DisposableServer http = http();
        try {
            return get(build(LIMIT), http.port()).block(PATIENCE);
        }
        finally {
            http.disposeNow();
        }
    }

    private static DisposableServer http() {
        return HttpServer.create()
            .host("127.0.0.1")
            .handle((request, response) -> response.sendString(Mono.just("hello")))
            .bindNow();
    }

    private static Mono<String> get(HttpClient client, int port) {
        return client.option(ChannelOption.CONNECT_TIMEOUT_MILLIS, Math.toIntExact(CONNECT_LIMIT.toMillis()))
            .get()
            .uri("http://%s:%d/".formatted(HOST, port))
            .responseSingle((response, body) -> body.asString());
    }

}
