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

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.netty.channel.Channel;
import io.netty.handler.codec.http2.DefaultHttp2GoAwayFrame;
import io.netty.handler.codec.http2.Http2Error;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/**
 * A server of HTTP/2 with prior knowledge that speaks OpenAI's chat completions, and does
 * to each attempt of a call what follows from a seed.
 */
final class FaultyHttp2Server implements AutoCloseable {

    private static final Pattern PROMPT = Pattern.compile("\"content\":\"(\\d+)\"");

    private static final List<Integer> STATUSES = List.of(429, 500, 503);

    private final long seed;

    private final Map<Integer, AtomicInteger> attempts = new ConcurrentHashMap<>();

    private final DisposableServer server = HttpServer.create()
        .host("127.0.0.1")
        .port(0)
        .protocol(HttpProtocol.H2C)
        .handle(this::handle)
        .bindNow();

    FaultyHttp2Server(long seed) {
        this.seed = seed;
    }

    String url() {
        return "http://127.0.0.1:" + this.server.port();
    }

    void reset() {
        this.attempts.clear();
    }

    private Publisher<Void> handle(HttpServerRequest request, HttpServerResponse response) {
        return request.receive().aggregate().asString().flatMap((body) -> {
            Matcher prompt = PROMPT.matcher(body);
            if (!prompt.find()) {
                return response.status(400).send();
            }
            return answer(Integer.parseInt(prompt.group(1)), response);
        });
    }

    private Mono<Void> answer(int call, HttpServerResponse response) {
        int attempt = this.attempts.computeIfAbsent(call, (number) -> new AtomicInteger()).incrementAndGet();
        Random random = new Random(this.seed + call * 1_000_003L + attempt * 7919L);
        List<String> tokens = RandomFaults.tokens(call);
        Flux<String> part = Flux.fromIterable(tokens.subList(0, random.nextInt(tokens.size()))).map(this::event);
        Flux<String> whole = Flux.fromIterable(tokens)
            .map(this::event)
            .concatWithValues("data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n",
                    "data: [DONE]\n\n");
        return switch (random.nextInt(16)) {
            case 0, 1 -> response.status(STATUSES.get(random.nextInt(STATUSES.size()))).send();
            case 2, 3 -> send(response, part);
            // The stream is reset
            case 4, 5 -> send(response, part.concatWith(Mono.error(new IllegalStateException("on purpose"))));
            case 6, 7 -> send(response, part.concatWith(Mono.never()));
            case 8 -> Mono.never();
            case 9 -> send(response, whole.delayElements(Duration.ofMillis(3)));
            case 10 -> connection(response,
                    (channel) -> channel.writeAndFlush(new DefaultHttp2GoAwayFrame(Http2Error.NO_ERROR)))
                .then(send(response, whole));
            case 11 -> (random.nextInt(8) == 0) ? send(response, part).then(connection(response, Channel::close))
                    : send(response, whole);
            default -> send(response, whole);
        };
    }

    private static Mono<Void> connection(HttpServerResponse response, Consumer<Channel> change) {
        return Mono.fromRunnable(() -> response.withConnection((stream) -> change.accept(stream.channel().parent())));
    }

    private static Mono<Void> send(HttpServerResponse response, Flux<String> events) {
        return Mono.from(
                response.header("Content-Type", "text/event-stream").sendString(events, StandardCharsets.UTF_8).then());
    }

    private String event(String token) {
        return "data: {\"choices\":[{\"delta\":{\"content\":\"%s\"}}]}\n\n".formatted(token);
    }

    @Override
    public void close() {
        this.server.disposeNow(Duration.ofSeconds(10));
    }

}
