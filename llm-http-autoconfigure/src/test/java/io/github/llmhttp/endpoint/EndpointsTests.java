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
package io.github.llmhttp.endpoint;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

import io.github.llmhttp.EndpointHealth.State;
import io.github.llmhttp.Failure;
import io.github.llmhttp.FailureKind;
import io.github.llmhttp.LlmHttpException;
import io.github.llmhttp.LlmUnavailableException;
import io.github.llmhttp.call.CallContext;
import io.github.llmhttp.call.Lane;
import io.github.llmhttp.circuitbreaker.CircuitBreakerProperties;
import io.github.llmhttp.circuitbreaker.CircuitBreakers;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Who is asked. The clock stands still unless a test moves it.
 */
class EndpointsTests {

    private static final LlmHttpException FAULT = Failure.of(FailureKind.SERVER, "test").toException();

    private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 5);

    private final CircuitBreakerProperties breaker = new CircuitBreakerProperties();

    private final CircuitBreakerRegistry registry = CircuitBreakerRegistry.ofDefaults();

    private final List<Endpoint> all = new ArrayList<>();

    private Endpoints endpoints(int... weights) {
        int[] priorities = new int[weights.length];
        return endpoints(weights, priorities);
    }

    private Endpoints endpoints(int[] weights, int[] priorities) {
        this.breaker.setConsecutiveFailures(1);
        this.breaker.setHalfOpenCalls(1);
        CircuitBreakers breakers = new CircuitBreakers("test", this.breaker, this.registry, weights.length,
                this.clock::get);
        for (int index = 0; index < weights.length; index++) {
            String name = String.valueOf((char) ('a' + index));
            this.all.add(new Endpoint(index, name, weights[index], priorities[index], new EndpointFacts("test", name),
                    breakers.endpoint(index), this.clock::get));
        }
        return new Endpoints(this.all);
    }

    private CallContext call() {
        return new CallContext("test", "?", "?", Lane.CALL, this.clock::get);
    }

    private static EndpointChoice choice(Endpoints endpoints) {
        return endpoints.choice((call, endpoint) -> call.to(endpoint.name(), "POST " + endpoint.name()));
    }

    private Grant next(Endpoints endpoints) {
        return choice(endpoints).next(call());
    }

    private String served(Endpoints endpoints) {
        Grant grant = next(endpoints);
        grant.breaker().completed();
        grant.end();
        return grant.endpoint().name();
    }

    private Map<String, Integer> served(Endpoints endpoints, int calls) {
        Map<String, Integer> served = new TreeMap<>();
        for (int count = 0; count < calls; count++) {
            served.merge(served(endpoints), 1, Integer::sum);
        }
        return served;
    }

    private void advance(Duration time) {
        this.clock.addAndGet(time.toNanos());
    }

    private void open(Endpoint endpoint) {
        endpoint.breaker().ask(call()).failed(FAULT);
        assertThat(endpoint.breaker().isOpen()).isTrue();
    }

    private void probe(Endpoint endpoint, State state) {
        endpoint.probed(state, Duration.ZERO, "");
    }

    @Test
    void idleEndpointsTakeTurns() {
        Endpoints endpoints = endpoints(1, 1, 1);
        List<String> order = List.of(served(endpoints), served(endpoints), served(endpoints), served(endpoints));
        assertThat(order).containsExactly("a", "b", "c", "a");
    }

    @Test
    void turnsFollowTheWeights() {
        assertThat(served(endpoints(1, 3), 400)).isEqualTo(Map.of("a", 100, "b", 300));
    }

    @Test
    void fewestCallsForTheWeightComeFirst() {
        Endpoints endpoints = endpoints(1, 3);
        Map<String, Integer> held = new TreeMap<>();
        for (int count = 0; count < 40; count++) {
            held.merge(next(endpoints).endpoint().name(), 1, Integer::sum);
        }
        assertThat(held).isEqualTo(Map.of("a", 10, "b", 30));
    }

    @Test
    void endedCallCountsNoMore() {
        Endpoints endpoints = endpoints(1, 1);
        Grant slow = next(endpoints);
        assertThat(served(endpoints, 4)).isEqualTo(Map.of("b", 4));
        slow.end();
        slow.end();
        assertThat(slow.endpoint().status().pending()).isZero();
        assertThat(served(endpoints, 4)).isEqualTo(Map.of("a", 2, "b", 2));
    }

    @Test
    void higherPriorityNumberIsForEmergencies() {
        Endpoints endpoints = endpoints(new int[] { 1, 1, 1 }, new int[] { 0, 1, 1 });
        assertThat(served(endpoints, 5)).isEqualTo(Map.of("a", 5));
        open(this.all.get(0));
        assertThat(served(endpoints, 6)).isEqualTo(Map.of("b", 3, "c", 3));
    }

    @Test
    void callAsksThoseFirstWhomItHasNotAsked() {
        Endpoints endpoints = endpoints(new int[] { 1, 1 }, new int[] { 0, 1 });
        EndpointChoice choice = choice(endpoints);
        CallContext call = call();
        assertThat(choice.hasOther()).isTrue();
        assertThat(choice.next(call).endpoint().name()).isEqualTo("a");
        assertThat(choice.hasOther()).isTrue();
        assertThat(choice.next(call).endpoint().name()).isEqualTo("b");
        assertThat(call.endpoint()).isEqualTo("b");
        assertThat(call.target()).isEqualTo("POST b");
        assertThat(choice.hasOther()).isFalse();
        assertThat(choice.next(call).endpoint().name()).isEqualTo("a");
    }

    @Test
    void openEndpointIsNotAsked() {
        Endpoints endpoints = endpoints(1, 1);
        open(this.all.get(0));
        assertThat(served(endpoints, 4)).isEqualTo(Map.of("b", 4));
        assertThat(endpoints.isOpen()).isFalse();
    }

    @Test
    void soonestToBeProbedRefusesIfAllAreOpen() {
        Endpoints endpoints = endpoints(1, 1);
        open(this.all.get(1));
        advance(Duration.ofSeconds(5));
        open(this.all.get(0));
        assertThat(endpoints.isOpen()).isTrue();
        CallContext call = call();
        LlmUnavailableException refused = catchThrowableOfType(LlmUnavailableException.class,
                () -> choice(endpoints).next(call));
        assertThat(refused.kind()).isEqualTo(FailureKind.CIRCUIT_OPEN);
        assertThat(refused).hasMessageContaining("POST b").hasMessageContaining("'test-2' is open; next probe in 10 s");
        assertThat(this.all).allSatisfy((endpoint) -> assertThat(endpoint.pending()).isZero());
    }

    @Test
    void dueProbeGoesFirstAndOthersGoElsewhere() {
        Endpoints endpoints = endpoints(1, 1);
        Endpoint a = this.all.get(0);
        open(a);
        advance(Duration.ofSeconds(16));
        Grant probe = next(endpoints);
        assertThat(probe.endpoint()).isSameAs(a);
        assertThat(served(endpoints, 3)).isEqualTo(Map.of("b", 3));
        probe.breaker().completed();
        probe.end();
        assertThat(a.status().circuitBreaker().name()).isEqualTo("CLOSED");
    }

    @Test
    void twoFailedProbesInARowKeepCallsAwayAndOneGoodOneBringsThemBack() {
        Endpoints endpoints = endpoints(1, 1);
        Endpoint a = this.all.get(0);
        probe(a, State.DOWN);
        probe(a, State.UP);
        probe(a, State.DOWN);
        probe(a, State.UNKNOWN);
        assertThat(a.status().ejected()).isFalse();
        probe(a, State.DOWN);
        assertThat(a.status().ejected()).isTrue();
        assertThat(served(endpoints, 4)).isEqualTo(Map.of("b", 4));
        probe(a, State.UP);
        assertThat(a.status().ejected()).isFalse();
        assertThat(served(endpoints, 44).get("a")).isEqualTo(4);
    }

    @Test
    void probesAreNotBelievedIfTheyFailEverywhere() {
        Endpoints endpoints = endpoints(1, 1);
        this.all.forEach((endpoint) -> {
            probe(endpoint, State.DOWN);
            probe(endpoint, State.DOWN);
        });
        assertThat(served(endpoints, 4)).isEqualTo(Map.of("a", 2, "b", 2));
    }

    @Test
    void shareGrowsAgainAfterAReturn() {
        Endpoints endpoints = endpoints(1, 1);
        Endpoint a = this.all.get(0);
        open(a);
        advance(Duration.ofSeconds(16));
        assertThat(served(endpoints)).isEqualTo("a");
        assertThat(a.share()).isEqualTo(0.1);
        advance(Duration.ofSeconds(15));
        assertThat(a.share()).isEqualTo(0.55);
        advance(Duration.ofSeconds(15));
        assertThat(a.share()).isEqualTo(1);
        advance(Duration.ofSeconds(100));
        assertThat(a.share()).isEqualTo(1);
    }

    @Test
    void onlyEndpointIsAskedAgainAndAgain() {
        EndpointChoice choice = choice(endpoints(1));
        assertThat(choice.hasOther()).isFalse();
        assertThat(choice.next(call()).endpoint().name()).isEqualTo("a");
        assertThat(choice.next(call()).endpoint().name()).isEqualTo("a");
    }

}
