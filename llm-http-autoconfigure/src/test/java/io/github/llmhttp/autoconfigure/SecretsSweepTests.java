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

package io.github.llmhttp.autoconfigure;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.read.ListAppender;
import io.github.llmhttp.AttemptReport;
import io.github.llmhttp.CallListener;
import io.github.llmhttp.CallReport;
import io.github.llmhttp.ChatRequest;
import io.github.llmhttp.FailureKind;
import io.github.llmhttp.LlmHttpException;
import io.github.llmhttp.LlmWebClient;
import io.github.llmhttp.LlmWebClients;
import io.github.llmhttp.actuator.LlmHttpEndpoint;
import io.github.llmhttp.health.LlmHealthIndicator;
import io.github.llmhttp.reliability.Covers;
import io.github.llmhttp.reliability.FaultRow;
import io.github.llmhttp.test.Fault;
import io.github.llmhttp.test.MockLlmServer;
import io.github.llmhttp.test.Moment;
import io.github.llmhttp.test.Reply;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.webclient.autoconfigure.WebClientAutoConfiguration;
import org.springframework.context.ApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Nothing that is secret shows up anywhere, with every logger at TRACE. Two things of
 * others are left out: Reactor Netty logs addresses with their query at DEBUG, and
 * Spring's codecs log the bodies of {@code webClient()} at TRACE.
 */
class SecretsSweepTests {

    private static final Duration LONG = Duration.ofSeconds(10);

    private static final String KEY = "canary-key-1111";

    private static final String HEADER = "canary-header-2222";

    private static final String PROMPT = "canary-prompt-3333";

    private static final String ANSWER = "canary-answer-4444";

    private static final ChatRequest REQUEST = ChatRequest.of(PROMPT);

    private static final Map<String, Object> BODY = Map.of("stream", true, "messages",
            List.of(Map.of("role", "user", "content", PROMPT)));

    private final MockLlmServer server = MockLlmServer.start();

    private final Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);

    private final Level level = this.root.getLevel();

    private final List<Appender<ILoggingEvent>> appenders = new ArrayList<>();

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    private final List<String> seen = Collections.synchronizedList(new ArrayList<>());

    private final List<FailureKind> kinds = new ArrayList<>();

    @BeforeEach
    void record() {
        this.root.iteratorForAppenders().forEachRemaining(this.appenders::add);
        this.appenders.forEach(this.root::detachAppender);
        this.log.start();
        this.root.addAppender(this.log);
        this.root.setLevel(Level.TRACE);
    }

    @AfterEach
    void close() {
        this.root.setLevel(this.level);
        this.root.detachAppender(this.log);
        this.appenders.forEach(this.root::addAppender);
        this.server.close();
    }

    /** All that a tracer would get to know. */
    private ObservationRegistry observing() {
        ObservationRegistry registry = ObservationRegistry.create();
        registry.observationConfig().observationHandler(new ObservationHandler<Observation.Context>() {

            @Override
            public void onEvent(Observation.Event event, Observation.Context context) {
                SecretsSweepTests.this.seen.add("event " + event.getContextualName());
            }

            @Override
            public void onStop(Observation.Context context) {
                SecretsSweepTests.this.seen
                    .add("observation " + context.getContextualName() + " " + context.getAllKeyValues());
                Throwable error = context.getError();
                SecretsSweepTests.this.seen.add((error != null) ? trace(new ThrowableProxy(error)) : "");
            }

            @Override
            public boolean supportsContext(Observation.Context context) {
                return true;
            }

        });
        return registry;
    }

    private CallListener listening() {
        return new CallListener() {

            @Override
            public void attemptEnded(AttemptReport attempt) {
                SecretsSweepTests.this.seen.add(attempt.toString());
            }

            @Override
            public void callEnded(CallReport call) {
                SecretsSweepTests.this.seen.add(call.toString());
            }

        };
    }

    @Test
    @Covers(FaultRow.SECRETS)
    void noSecretShowsUpAnywhere() {
        new ApplicationContextRunner()
            .withConfiguration(
                    AutoConfigurations.of(LlmHttpAutoConfiguration.class, LlmHttpHealthAutoConfiguration.class,
                            LlmHttpEndpointAutoConfiguration.class, LlmHttpMetricsAutoConfiguration.class,
                            WebClientAutoConfiguration.class, JacksonAutoConfiguration.class))
            .withBean(MeterRegistry.class, SimpleMeterRegistry::new)
            .withBean(ObservationRegistry.class, this::observing)
            .withBean(CallListener.class, this::listening)
            .withPropertyValues("llm.http.base-url=" + this.server.url(), "llm.http.provider=openai",
                    "llm.http.model=m", "llm.http.api-key=" + KEY, "llm.http.headers.X-Api-Key=" + HEADER,
                    "llm.http.timeout.call=3s", "llm.http.circuit-breaker.min-calls=50",
                    "management.endpoints.web.exposure.include=llmhttp")
            .run((context) -> {
                LlmWebClient client = context.getBean(LlmWebClient.class);
                succeed(client);
                fail(client);
                look(context, client);
            });
        assertThat(this.server.calls()).anySatisfy((call) -> {
            assertThat(call.headers().toString()).contains(KEY, HEADER);
            assertThat(call.prompt()).contains(PROMPT);
        });
        assertThat(this.log.list).extracting(ILoggingEvent::getLevel).contains(Level.TRACE, Level.DEBUG);
        for (String shown : List.of("observation llm chat", "event first content", "AttemptReport[", "CallReport[")) {
            assertThat(this.seen).anyMatch((text) -> text.startsWith(shown));
        }
        this.log.list.forEach((event) -> this.seen.add(text(event)));
        for (String canary : List.of(KEY, HEADER, PROMPT, ANSWER)) {
            assertThat(this.seen).filteredOn((text) -> text.contains(canary)).as(canary).isEmpty();
        }
    }

    private void succeed(LlmWebClient client) {
        this.server.otherwise(Reply.text(ANSWER, " more"));
        String path = "/v1/chat/completions";
        this.seen.add(String.valueOf(client.chat(REQUEST).block(LONG)));
        assertThat(client.stream(REQUEST).blockFirst(LONG)).isEqualTo(ANSWER);
        client.events(REQUEST).blockLast(LONG);
        assertThat(client.post(path, Map.of("messages", BODY.get("messages")), String.class).block(LONG))
            .contains(ANSWER);
        client.streamData(path, BODY).blockLast(LONG);
        this.seen.add(String.valueOf(client.probe().block(LONG)));
    }

    private void fail(LlmWebClient client) {
        byte[] broken = ("{\"text\":\"" + ANSWER).getBytes(StandardCharsets.UTF_8);
        byte[] event = ("data: {\"text\":\"" + ANSWER + "\n\n").getBytes(StandardCharsets.UTF_8);
        Reply refused = Reply.status(401).body("{\"error\":{\"message\":\"Bad key %s or %s\"}}".formatted(KEY, HEADER));
        for (Reply reply : List.of(refused, Reply.raw("application/json", broken),
                Reply.raw("text/event-stream", event), Reply.text(ANSWER, "b").fault(Fault.truncate(Moment.LAST_TOKEN)),
                Reply.text(ANSWER).header("Content-Encoding", "gzip"))) {
            this.server.otherwise(reply);
            note(client.chat(REQUEST));
            note(client.stream(REQUEST));
            note(client.events(REQUEST));
            note(client.post("/v1/any", BODY, Map.class));
            note(client.streamData("/v1/chat/completions", BODY));
            this.seen.add(String.valueOf(client.probe().block(LONG)));
        }
        this.server.otherwise(Reply.failing(Fault.stall(Moment.REQUEST)));
        note(client.chat(REQUEST));
        this.server.closeConnections();
        this.server.awaitOpenConnections(0, LONG);
        try (MockLlmServer.Outage outage = this.server.refuse()) {
            assertThat(outage).isNotNull();
            note(client.stream(REQUEST));
        }
        assertThat(this.kinds).contains(FailureKind.AUTH, FailureKind.PROTOCOL, FailureKind.TRUNCATED,
                FailureKind.CALL_TIMEOUT, FailureKind.CONNECT);
    }

    private void note(Publisher<?> call) {
        Flux.from(call).then().onErrorResume(LlmHttpException.class, (failure) -> {
            this.kinds.add(failure.kind());
            this.seen.add(failure + " " + failure.failure() + " " + trace(new ThrowableProxy(failure)));
            return Mono.empty();
        }).block(LONG);
    }

    private void look(ApplicationContext context, LlmWebClient client) {
        context.getBean(MeterRegistry.class).getMeters().forEach((meter) -> this.seen.add(meter.getId().toString()));
        this.seen.add(String.valueOf(context.getBean(LlmHealthIndicator.class).health().getDetails()));
        LlmHttpEndpoint endpoint = context.getBean(LlmHttpEndpoint.class);
        this.seen.add(new JsonMapper().writeValueAsString(endpoint.clients()));
        this.seen.add(endpoint.clients() + " " + client + " " + context.getBean(LlmWebClients.class) + " " + REQUEST);
        Thread.getAllStackTraces().keySet().forEach((thread) -> this.seen.add(thread.getName()));
    }

    private static String text(ILoggingEvent event) {
        return "%s %s %s %s %s".formatted(event.getLoggerName(), event.getThreadName(), event.getFormattedMessage(),
                Arrays.toString(event.getArgumentArray()), trace(event.getThrowableProxy()));
    }

    private static String trace(@Nullable IThrowableProxy thrown) {
        return (thrown != null) ? ThrowableProxyUtil.asString(thrown) : "";
    }

}
