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

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import io.github.llmhttp.ChatEvent;
import io.github.llmhttp.ChatRequest;
import io.github.llmhttp.LlmHttpException;
import io.github.llmhttp.LlmWebClient;
import io.github.llmhttp.config.LlmClientProperties;
import io.github.llmhttp.endpoint.EndpointProperties;
import io.github.llmhttp.reliability.Covers;
import io.github.llmhttp.reliability.FaultRow;
import io.github.llmhttp.streaming.StreamRestart;
import io.github.llmhttp.test.MockLlmServer;
import io.github.llmhttp.timeout.OnCallTimeout;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Thousands of calls, each of which meets what its seed says: a fault on its server, a
 * server that goes away, a caller that leaves, throws or is slow. Every call ends, none
 * has an answer that is not its own or not whole, and nothing is left of it.
 * <p>
 * {@code -Dllm.http.test.faults=100000} makes it a soak, {@code -Dllm.http.test.seed=7}
 * another one.
 */
class RandomFaultsTests {

    private static final Log logger = LogFactory.getLog(RandomFaultsTests.class);

    private static final int FAULTS = Integer.getInteger("llm.http.test.faults", 5000);

    private static final long SEED = Long.getLong("llm.http.test.seed", 20261127L);

    /** Calls that load the classes, fill the caches and open the first connections. */
    private static final int WARM_UP = 1000;

    /** Calls after which everything has to be quiet. */
    private static final int BATCH = 2500;

    private static final int AT_ONCE = 16;

    /** By far longer than a call may take, on a busy machine too. */
    private static final Duration STUCK = Duration.ofSeconds(10);

    private static final Duration QUIET = Duration.ofSeconds(10);

    private final MockLlmServer server = MockLlmServer.start();

    private final MockLlmServer replica = MockLlmServer.start();

    private final TestClients clients = new TestClients();

    private final List<LlmWebClient> all = Stream.of("openai", "openai-responses", "anthropic", "ollama", "vllm")
        .map(this::open)
        .toList();

    private volatile RandomFaults faults = new RandomFaults(SEED);

    private final Map<String, AtomicInteger> ends = new ConcurrentSkipListMap<>();

    private final Queue<String> wrong = new ConcurrentLinkedQueue<>();

    private final Leftovers leftovers = new Leftovers();

    private LlmWebClient open(String provider) {
        return this.clients.open(provider, this.server.url(), null, (settings) -> {
            settings.setProvider(provider);
            settings.getPool().setMaxConnections(20);
            settings.getPool().setMaxPendingAcquires(AT_ONCE);
            settings.getJanitor().setSweepInterval(Duration.ofSeconds(1));
            RandomFaults.limits(settings);
            own(provider, settings);
        });
    }

    private void own(String provider, LlmClientProperties settings) {
        switch (provider) {
            case "openai" -> settings.setFallbackModels(List.of("another-model"));
            case "openai-responses" -> settings.getStreaming().setRestart(StreamRestart.ANNOUNCE);
            case "anthropic" -> {
                settings.getCircuitBreaker().setEnabled(true);
                settings.getCircuitBreaker().setOpenTime(Duration.ofMillis(20));
            }
            case "ollama" -> settings.getTimeout().setOnCallTimeout(OnCallTimeout.PARTIAL);
            default -> {
                settings.setBaseUrl(null);
                settings.setEndpoints(List.of(endpoint(this.server), endpoint(this.replica)));
            }
        }
    }

    private static EndpointProperties endpoint(MockLlmServer server) {
        EndpointProperties endpoint = new EndpointProperties();
        endpoint.setUrl(server.url());
        return endpoint;
    }

    @AfterEach
    void close() {
        this.leftovers.close();
        this.clients.close();
        this.server.close();
        this.replica.close();
    }

    @Test
    @Covers({ FaultRow.CALLER_THROWS, FaultRow.RANDOM_FAULTS })
    void randomFaultsLeaveNothingBehind() {
        batch(-WARM_UP, 0);
        forget();
        this.leftovers.measure();
        for (int from = 0; from < FAULTS; from += BATCH) {
            batch(from, Math.min(from + BATCH, FAULTS));
        }
        forget();
        logger.info("%d random faults of seed %d: %s".formatted(FAULTS, SEED, this.ends));
        logger.info("heap %+d KiB".formatted(this.leftovers.verify() / 1024));
        assertThat(this.ends).as("ends of calls").containsKeys("answer", "cancelled", "thrown", "TRUNCATED");
    }

    private void batch(int from, int to) {
        forget();
        for (MockLlmServer each : List.of(this.server, this.replica)) {
            each.otherwise(this.faults::reply);
        }
        Flux.range(from, to - from)
            .flatMap((number) -> call(number, this.faults.caller(number)), AT_ONCE)
            .then()
            .block(Duration.ofMinutes(5));
        assertThat(this.wrong).as("seed %d", SEED).isEmpty();
        quiet();
        this.leftovers.verifyDropped("seed " + SEED);
    }

    /** What the test itself keeps of its calls. */
    private void forget() {
        this.faults = new RandomFaults(SEED);
        this.server.reset();
        this.replica.reset();
    }

    private void quiet() {
        for (LlmWebClient client : this.all) {
            Awaitility.await().atMost(QUIET).untilAsserted(() -> {
                assertThat(client.poolStats().acquired()).as("permits of %s", client.name()).isZero();
                assertThat(client.poolStats().pending()).as("line of %s", client.name()).isZero();
            });
        }
        Awaitility.await()
            .atMost(QUIET)
            .untilAsserted(() -> assertThat(this.clients.openChannels()).as("open connections")
                .isEqualTo(this.all.stream().mapToInt((client) -> client.poolStats().idle()).sum()));
    }

    private Mono<Void> call(int number, Random random) {
        Answer answer = new Answer(number);
        LlmWebClient client = this.all.get(random.nextInt(this.all.size()));
        String kind = List.of("stream", "events", "chat", "data", "generic").get(random.nextInt(5));
        Flux<?> call = switch (kind) {
            case "stream" -> client.stream(answer.prompt()).doOnNext(answer::add);
            case "events" -> client.events(ChatRequest.of(answer.prompt())).doOnNext(answer::add);
            case "chat" -> client.chat(answer.prompt()).doOnNext(answer::add).flux();
            case "data" -> client.streamData(path(client), body(client, number));
            default -> generic(client, number, random);
        };
        Mono<Void> storm = storm(number);
        return storm.then(behave(call, random, answer).doOnComplete(() -> answer.ended(kind, client))
            .doOnError((error) -> answer.failed(error, kind, client))
            .timeout(STUCK, Flux.defer(() -> {
                answer.wrong("never ends", kind, client);
                return Flux.empty();
            }))
            .onErrorComplete()
            .then());
    }

    private static Flux<?> generic(LlmWebClient client, int number, Random random) {
        int reads = random.nextInt(3);
        return client.webClient()
            .post()
            .uri(path(client))
            .bodyValue(body(client, number))
            .exchangeToFlux((response) -> switch (reads) {
                case 0 -> response.releaseBody().thenMany(Flux.empty());
                // No strings: Spring's decoder of lines loses buffers when another
                // thread cancels
                case 1 -> response.bodyToFlux(ByteBuffer.class).take(1);
                default -> response.bodyToFlux(ByteBuffer.class);
            });
    }

    private static String path(LlmWebClient client) {
        return switch (client.name()) {
            case "openai-responses" -> "/v1/responses";
            case "anthropic" -> "/v1/messages";
            case "ollama" -> "/api/chat";
            default -> "/v1/chat/completions";
        };
    }

    private static Map<String, Object> body(LlmWebClient client, int number) {
        Object prompt = client.name().equals("openai-responses") ? Integer.toString(number)
                : List.of(Map.of("role", "user", "content", Integer.toString(number)));
        return Map.of("model", "m", "stream", true, client.name().equals("openai-responses") ? "input" : "messages",
                prompt);
    }

    /** What a caller does to its call. */
    private Flux<?> behave(Flux<?> call, Random random, Answer answer) {
        int millis = 1 + random.nextInt(30);
        int items = 1 + random.nextInt(3);
        return switch (random.nextInt(8)) {
            case 0 -> call.takeUntilOther(Mono.delay(Duration.ofMillis(millis)).doOnNext((tick) -> answer.left()));
            case 1 -> call.doOnCancel(answer::left).take(items);
            case 2 -> call.doOnNext((item) -> {
                throw new IllegalStateException("thrown by the caller");
            });
            case 3 -> call.limitRate(1).delayElements(Duration.ofMillis(1));
            default -> call;
        };
    }

    /** Now and then the server itself goes away, or says what nobody asked for. */
    private Mono<Void> storm(int number) {
        return switch (Math.floorMod(number, 500)) {
            case 100 -> Mono.fromRunnable(this.server::closeConnections);
            case 200 -> Mono.fromRunnable(() -> this.server.sendUnasked((byte) 'x'));
            case 300, 400 ->
                Mono.usingWhen(Mono.fromCallable(this.server::refuse), (outage) -> Mono.delay(Duration.ofMillis(20)),
                        (outage) -> Mono.fromRunnable(outage::close))
                    .subscribeOn(Schedulers.single())
                    .then();
            default -> Mono.empty();
        };
    }

    private void count(String end) {
        this.ends.computeIfAbsent(end, (key) -> new AtomicInteger()).incrementAndGet();
    }

    /**
     * What a call has delivered.
     */
    private final class Answer {

        private final int number;

        private final String expected;

        private final StringBuffer text = new StringBuffer();

        private final AtomicInteger items = new AtomicInteger();

        private volatile boolean left;

        Answer(int number) {
            this.number = number;
            this.expected = String.join("", RandomFaults.tokens(number));
        }

        void left() {
            this.left = true;
        }

        String prompt() {
            return Integer.toString(this.number);
        }

        void add(String text) {
            this.items.incrementAndGet();
            this.text.append(text);
        }

        void add(ChatEvent event) {
            this.items.incrementAndGet();
            if (event instanceof ChatEvent.Text part) {
                this.text.append(part.text());
            }
            else if (event instanceof ChatEvent.Restarted) {
                this.text.setLength(0);
            }
        }

        void ended(String kind, LlmWebClient client) {
            count(this.left ? "cancelled" : "answer");
            boolean text = List.of("stream", "events", "chat").contains(kind);
            if (text && !isWhole(kind, client)) {
                wrong("was answered with '%s'".formatted(this.text), kind, client);
            }
        }

        void wrong(String what, String kind, LlmWebClient client) {
            RandomFaultsTests.this.wrong
                .add("call %d (%s of %s) %s; %d items, replies %s, %s".formatted(this.number, kind, client.name(), what,
                        this.items.get(), RandomFaultsTests.this.faults.replies(this.number), client.poolStats()));
        }

        /** Whoever leaves after some items, or wants what came in time, has a part. */
        private boolean isWhole(String kind, LlmWebClient client) {
            String text = this.text.toString();
            boolean partial = client.name().equals("ollama") && kind.equals("chat");
            return (partial || this.left) ? this.expected.startsWith(text) : text.equals(this.expected);
        }

        void failed(Throwable error, String kind, LlmWebClient client) {
            if (!(error instanceof LlmHttpException failure)) {
                count("thrown");
                return;
            }
            count(failure.kind().name());
            if (!this.expected.startsWith(this.text.toString())) {
                wrong("failed (%s) after '%s'".formatted(failure.getMessage(), this.text), kind, client);
            }
        }

    }

}
