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

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.github.llmhttp.config.LlmClientProperties;
import io.github.llmhttp.test.Fault;
import io.github.llmhttp.test.Moment;
import io.github.llmhttp.test.RecordedCall;
import io.github.llmhttp.test.Reply;
import io.github.llmhttp.test.RetryAfter;

/**
 * Faults that follow from a seed: each attempt of each call has one of its own. All
 * attempts of a call have the same answer, which no other call has.
 */
final class RandomFaults {

    private static final Duration SHORT = Duration.ofMillis(3);

    /** Of an attempt. A call has three at most, and waits of milliseconds. */
    private static final Duration LIMIT = Duration.ofMillis(150);

    private static final List<Moment> IN_HEAD = List.of(Moment.REQUEST_HEAD, Moment.REQUEST, Moment.INSIDE_STATUS_LINE,
            Moment.INSIDE_HEADERS);

    private static final List<Moment> IN_BODY = List.of(Moment.HEADERS, Moment.FIRST_TOKEN, Moment.INSIDE_CHARACTER,
            Moment.afterTokens(1), Moment.insideToken(1), Moment.unterminatedToken(1), Moment.afterTokens(2),
            Moment.insideToken(2), Moment.LAST_TOKEN, Moment.BEFORE_END_MARKER, Moment.INSIDE_END_MARKER,
            Moment.AFTER_END_MARKER);

    private static final List<Fault> FAULTS = Stream.of(Fault.Kind.values()).flatMap(RandomFaults::faults).toList();

    private static final List<Integer> STATUSES = List.of(302, 400, 401, 404, 408, 413, 429, 500, 502, 503, 504, 529);

    private final long seed;

    private final Map<String, AtomicInteger> attempts = new ConcurrentHashMap<>();

    RandomFaults(long seed) {
        this.seed = seed;
    }

    /**
     * Limits and waits that let a call meet many faults in little time.
     */
    static void limits(LlmClientProperties settings) {
        settings.getTimeout().setCall(LIMIT);
        settings.getTimeout().setStream(LIMIT.multipliedBy(2));
        settings.getTimeout().setFirstToken(LIMIT);
        settings.getTimeout().setTokenGap(LIMIT);
        settings.getTimeout().setTotal(LIMIT.multipliedBy(8));
        settings.getRetry().setEnabled(true);
        settings.getRetry().setBudget(10);
        settings.getRetry().setInitialBackoff(Duration.ofMillis(1));
        settings.getRetry().setMaxBackoff(Duration.ofMillis(5));
    }

    private static Stream<Fault> faults(Fault.Kind kind) {
        Stream<Moment> moments = switch (kind) {
            case RESET, TRUNCATE, STALL, GARBLE ->
                Stream.of(IN_HEAD, IN_BODY, List.of(Moment.COMPLETE)).flatMap(List::stream);
            // Where there is no WebSocket a close frame is a cut like others
            case END_EARLY, CLOSE_FRAME -> IN_BODY.stream();
            // Of little use after the first, and slow
            case DRIP -> Stream.of(Moment.REQUEST, Moment.FIRST_TOKEN);
            case SURPLUS -> Stream.of(Moment.COMPLETE);
        };
        return moments.map((moment) -> Fault.of(kind, moment));
    }

    /**
     * What is random about a call on the side of its caller.
     */
    Random caller(int call) {
        return new Random(this.seed * 31 + call);
    }

    /**
     * The pieces of the answer to a call, two at least.
     */
    static List<String> tokens(int call) {
        return IntStream.rangeClosed(0, 2 + Math.floorMod(call, 5))
            .mapToObj("%d\u20AC%%d ".formatted(call)::formatted)
            .toList();
    }

    Reply reply(RecordedCall call) {
        int attempt = this.attempts.computeIfAbsent(call.prompt(), (prompt) -> new AtomicInteger()).incrementAndGet();
        return reply(Integer.parseInt(call.prompt()), attempt);
    }

    /**
     * The replies that a call has had, for the message of a test.
     */
    List<Reply> replies(int call) {
        AtomicInteger number = this.attempts.getOrDefault(Integer.toString(call), new AtomicInteger());
        return IntStream.rangeClosed(1, number.get()).mapToObj((attempt) -> reply(call, attempt)).toList();
    }

    private Reply reply(int call, int attempt) {
        Random random = new Random(this.seed + call * 1_000_003L + attempt * 7919L);
        Reply answer = Reply.text(tokens(call).toArray(String[]::new)).usage(1, 2);
        if (random.nextInt(4) == 0) {
            answer = answer.gap(SHORT);
        }
        if (random.nextInt(8) == 0) {
            answer = answer.closeDelimited();
        }
        return switch (random.nextInt(16)) {
            case 0 -> answer;
            case 1 -> answer.firstAfter(SHORT).pingEvery(Duration.ofMillis(1));
            case 2 -> answer.headersAfter(SHORT);
            case 3 -> answer.thenError("overloaded_error", "broken on purpose");
            case 4, 5, 6 -> refusal(random);
            default -> answer.fault(FAULTS.get(random.nextInt(FAULTS.size())));
        };
    }

    private static Reply refusal(Random random) {
        int status = STATUSES.get(random.nextInt(STATUSES.size()));
        Reply refusal = switch (random.nextInt(3)) {
            case 0 -> Reply.errorPage(status);
            case 1 -> Reply.status(status).closeDelimited();
            default -> Reply.status(status);
        };
        return switch (random.nextInt(4)) {
            case 0 -> refusal.retryAfter(RetryAfter.millis(SHORT));
            case 1 -> refusal.fault(Fault.of(Fault.Kind.RESET, Moment.HEADERS));
            default -> refusal;
        };
    }

}
