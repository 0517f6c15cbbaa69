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

package io.github.llmhttp.client;

import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.blockhound.BlockHound;
import reactor.blockhound.BlockingMethod;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * No call, whatever it meets, blocks an event loop or another thread that serves many.
 * Runs in a JVM of its own, because it changes what the JDK's methods do; alone with
 * {@code -Dtest=NoBlockingTests -Dtest.jvm.options=-XX:+AllowRedefinitionToAddDeleteMethods}.
 */
class NoBlockingTests {

    private static final String OPTION = "-XX:+AllowRedefinitionToAddDeleteMethods";

    /** Who blocked, with the frames of this project that led there. */
    private static final Set<String> blocked = ConcurrentHashMap.newKeySet();

    @BeforeAll
    static void watch() {
        // The build runs this class by an execution of its own, without the others
        assumeThat(ManagementFactory.getRuntimeMXBean().getInputArguments()).contains(OPTION);
        BlockHound.builder()
            .loadIntegrations()
            // How a line of a log is written is the application's choice
            .allowBlockingCallsInside("ch.qos.logback.classic.Logger", "callAppenders")
            .blockingMethodCallback(NoBlockingTests::remember)
            .install();
    }

    private static void remember(BlockingMethod method) {
        List<String> ours = StackWalker.getInstance()
            .walk((frames) -> frames.skip(2)
                .filter((frame) -> frame.getClassName().startsWith("io.github.llmhttp."))
                .map(StackWalker.StackFrame::toString)
                .limit(5)
                .toList());
        // The mock server locks, and tests wait for it where they like
        if (!ours.isEmpty() && !ours.get(0).startsWith("io.github.llmhttp.test.")) {
            blocked.add("%s on %s: %s".formatted(method, Thread.currentThread().getName(), ours));
        }
    }

    @BeforeEach
    void forget() {
        blocked.clear();
    }

    @Test
    void whoBlocksIsFound() {
        Mono.fromCallable(() -> {
            TimeUnit.MILLISECONDS.sleep(1);
            return 1;
        }).subscribeOn(Schedulers.parallel()).block();
        assertThat(blocked).anyMatch((what) -> what.contains("sleep") && what.contains("NoBlockingTests"));
    }

    @Test
    void nothingThatCallsMeetBlocksAnEventLoop() {
        SoakTests soak = new SoakTests();
        try {
            // A busy machine lets most of the first calls reach their limits
            for (int round = 0; round < 2 || !soak.isAnswered() && round < 10; round++) {
                soak.round(round);
            }
            assertThat(soak.isAnswered()).as("answers over SSE, WebSocket and HTTP/2").isTrue();
        }
        finally {
            soak.close();
        }
        assertThat(blocked).isEmpty();
    }

}
