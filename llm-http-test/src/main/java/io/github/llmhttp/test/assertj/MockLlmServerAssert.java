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

package io.github.llmhttp.test.assertj;

import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import io.github.llmhttp.test.MockLlmServer;
import io.github.llmhttp.test.RecordedCall;
import org.assertj.core.api.AbstractAssert;

/**
 * Assertions about what reached a {@link MockLlmServer}. They look at the server as it is
 * now, unless {@link #within(Duration)} gives them time. A failure shows all calls, but
 * neither their headers nor their bodies.
 */
public final class MockLlmServerAssert extends AbstractAssert<MockLlmServerAssert, MockLlmServer> {

    private Duration limit = Duration.ZERO;

    MockLlmServerAssert(MockLlmServer actual) {
        super(actual, MockLlmServerAssert.class);
    }

    /**
     * Give each of the following assertions time to become true.
     * @param limit the longest wait
     * @return these assertions
     */
    public MockLlmServerAssert within(Duration limit) {
        this.limit = limit;
        return this;
    }

    /**
     * Assert how many calls came, probes included.
     * @param calls the exact number
     * @return these assertions
     */
    public MockLlmServerAssert hasCalls(int calls) {
        return is("%d calls".formatted(calls), MockLlmServerAssert::calls, calls);
    }

    /**
     * Assert that no call came.
     * @return these assertions
     */
    public MockLlmServerAssert hasNoCalls() {
        return hasCalls(0);
    }

    /**
     * Assert that no further call comes for a while. This waits for the whole time.
     * @param quiet the time
     * @return these assertions
     */
    public MockLlmServerAssert staysQuietFor(Duration quiet) {
        isNotNull();
        int before = calls(this.actual);
        if (this.actual.await((server) -> calls(server) > before, quiet)) {
            fail("no call for %s".formatted(quiet), "there was one");
        }
        return this;
    }

    /**
     * Assert that each call came at least so long after the one before, as after a
     * {@code Retry-After}.
     * @param pause the shortest time between the arrivals of two calls
     * @return these assertions
     */
    public MockLlmServerAssert hasPausesOfAtLeast(Duration pause) {
        isNotNull();
        List<RecordedCall> calls = this.actual.calls();
        for (int i = 1; i < calls.size(); i++) {
            Duration between = calls.get(i).after(calls.get(i - 1));
            if (between.compareTo(pause) < 0) {
                fail("pauses of at least " + pause, "call %d came %s after call %d".formatted(i + 1, between, i));
            }
        }
        return this;
    }

    /**
     * Assert how many calls were left by the client before their reply had ended.
     * @param calls the exact number
     * @return these assertions
     */
    public MockLlmServerAssert hasCancelledCalls(int calls) {
        return is("%d cancelled calls".formatted(calls), (server) -> count(server, RecordedCall::isCancelled), calls);
    }

    /**
     * Assert how many replies were written to their end.
     * @param calls the exact number
     * @return these assertions
     */
    public MockLlmServerAssert hasCompleteCalls(int calls) {
        return is("%d complete calls".formatted(calls), (server) -> count(server, RecordedCall::isComplete), calls);
    }

    /**
     * Assert that each reply has ended: it was complete, it broke, or the client left.
     * @return these assertions
     */
    public MockLlmServerAssert hasNoRunningCalls() {
        return is("no running calls", (server) -> count(server, RecordedCall::isRunning), 0);
    }

    /**
     * Assert how many connections are open.
     * @param connections the exact number
     * @return these assertions
     */
    public MockLlmServerAssert hasOpenConnections(int connections) {
        return is("%d open connections".formatted(connections), (server) -> server.connections().open(), connections);
    }

    /**
     * Assert that each connection was closed.
     * @return these assertions
     */
    public MockLlmServerAssert hasNoOpenConnections() {
        return hasOpenConnections(0);
    }

    /**
     * Assert how many connections were opened.
     * @param connections the exact number
     * @return these assertions
     */
    public MockLlmServerAssert hasAcceptedConnections(int connections) {
        return is("%d accepted connections".formatted(connections), (server) -> server.connections().accepted(),
                connections);
    }

    /**
     * Assert how many calls came on a connection that had carried a call before.
     * @param calls the exact number
     * @return these assertions
     */
    public MockLlmServerAssert hasReusedConnections(int calls) {
        return is("%d calls on reused connections".formatted(calls), (server) -> server.connections().reused(), calls);
    }

    /**
     * Assert that each scripted reply was used up.
     * @return these assertions
     */
    public MockLlmServerAssert hasUsedUpItsScript() {
        return is("no scripted replies left", MockLlmServer::remaining, 0);
    }

    /**
     * Go on with one call.
     * @param number its number, from 1
     * @return the assertions of the call
     */
    public RecordedCallAssert call(int number) {
        isNotNull();
        boolean there = this.actual.await((server) -> calls(server) >= number, this.limit);
        if (!there || number < 1) {
            fail("a call number %d".formatted(number), "there are %d".formatted(calls(this.actual)));
        }
        return new RecordedCallAssert(this.actual.calls().get(number - 1));
    }

    /**
     * Go on with the last call.
     * @return the assertions of the call
     */
    public RecordedCallAssert lastCall() {
        isNotNull();
        return call(Math.max(1, calls(this.actual)));
    }

    /**
     * Go on with the only call.
     * @return the assertions of the call
     */
    public RecordedCallAssert onlyCall() {
        return hasCalls(1).call(1);
    }

    private MockLlmServerAssert is(String what, Function<MockLlmServer, Integer> number, int expected) {
        isNotNull();
        if (!this.actual.await((server) -> number.apply(server) == expected, this.limit)) {
            String time = this.limit.isZero() ? "" : " within " + this.limit;
            fail(what + time, "the number is %d".formatted(number.apply(this.actual)));
        }
        return this;
    }

    private void fail(String expected, String found) {
        List<RecordedCall> calls = this.actual.calls();
        String list = calls.isEmpty() ? "none"
                : calls.stream().map((call) -> "\n  " + call).collect(Collectors.joining());
        failWithMessage("Expected %s but %s.\nConnections: %s\nScripted replies left: %d\nCalls: %s", expected, found,
                this.actual.connections(), this.actual.remaining(), list);
    }

    private static int calls(MockLlmServer server) {
        return server.calls().size();
    }

    private static int count(MockLlmServer server, Predicate<RecordedCall> predicate) {
        return (int) server.calls().stream().filter(predicate).count();
    }

}
