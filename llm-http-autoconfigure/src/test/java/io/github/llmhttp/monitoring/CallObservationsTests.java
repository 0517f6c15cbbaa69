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

package io.github.llmhttp.monitoring;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.stream.Collectors;

import io.github.llmhttp.ChatRequest;
import io.github.llmhttp.LlmHttpException;
import io.github.llmhttp.LlmWebClient;
import io.github.llmhttp.client.TestClients;
import io.github.llmhttp.test.Fault;
import io.github.llmhttp.test.MockLlmServer;
import io.github.llmhttp.test.Moment;
import io.github.llmhttp.test.Reply;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.contextpropagation.ObservationThreadLocalAccessor;
import io.micrometer.tracing.handler.DefaultTracingObservationHandler;
import io.micrometer.tracing.handler.PropagatingSenderTracingObservationHandler;
import io.micrometer.tracing.otel.bridge.OtelCurrentTraceContext;
import io.micrometer.tracing.otel.bridge.OtelPropagator;
import io.micrometer.tracing.otel.bridge.OtelTracer;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import reactor.core.publisher.Hooks;
import reactor.test.StepVerifier;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Calls on real sockets, observed by a real tracer.
 */
@ExtendWith(OutputCaptureExtension.class)
class CallObservationsTests {

    private static final Duration LONG = Duration.ofSeconds(30);

    private final MockLlmServer server = MockLlmServer.start();

    private final InMemorySpanExporter exporter = InMemorySpanExporter.create();

    private final SdkTracerProvider provider = SdkTracerProvider.builder()
        .addSpanProcessor(SimpleSpanProcessor.create(this.exporter))
        .build();

    private final ObservationRegistry registry = ObservationRegistry.create();

    private final TestClients clients = new TestClients();

    @BeforeEach
    void trace() {
        io.opentelemetry.api.trace.Tracer tracer = this.provider.get("test");
        OtelTracer bridge = new OtelTracer(tracer, new OtelCurrentTraceContext(), (event) -> {
        });
        OtelPropagator propagator = new OtelPropagator(
                ContextPropagators.create(W3CTraceContextPropagator.getInstance()), tracer);
        this.registry.observationConfig()
            .observationHandler(
                    new io.micrometer.observation.ObservationHandler.FirstMatchingCompositeObservationHandler(
                            new PropagatingSenderTracingObservationHandler<>(bridge, propagator),
                            new DefaultTracingObservationHandler(bridge)));
        this.clients.observations(new CallObservations(this.registry, null, null));
    }

    @AfterEach
    void close() {
        Hooks.disableAutomaticContextPropagation();
        this.clients.close();
        this.server.close();
        this.provider.close();
    }

    private LlmWebClient client() {
        return client(false);
    }

    private LlmWebClient client(boolean genAi) {
        return this.clients.open(this.server.url(), (settings) -> {
            settings.setProvider("openai");
            settings.getRetry().setEnabled(true);
            settings.getRetry().setInitialBackoff(Duration.ofMillis(10));
            settings.getMonitoring().setGenAi(genAi);
        });
    }

    private Map<String, SpanData> spans() {
        return this.exporter.getFinishedSpanItems()
            .stream()
            .collect(Collectors.toMap(SpanData::getName, Function.identity()));
    }

    private static String tag(SpanData span, String name) {
        return span.getAttributes()
            .asMap()
            .entrySet()
            .stream()
            .filter((tag) -> tag.getKey().getKey().equals(name))
            .map((tag) -> String.valueOf(tag.getValue()))
            .findFirst()
            .orElse("");
    }

    @Test
    void callWithOneRetryIsOneTraceWithTheRightParents() {
        this.server.script(Reply.status(503), Reply.text("a", "b").usage(5, 2));
        Observation caller = Observation.createNotStarted("caller", this.registry).start();
        List<String> texts = client().stream("Hi")
            .contextWrite((context) -> context.put(ObservationThreadLocalAccessor.KEY, caller))
            .collectList()
            .block(LONG);
        caller.stop();
        assertThat(texts).containsExactly("a", "b");
        Map<String, SpanData> spans = spans();
        assertThat(spans).containsOnlyKeys("caller", "llm stream", "llm attempt 1", "llm attempt 2");
        SpanData call = spans.get("llm stream");
        assertThat(spans.values()).extracting(SpanData::getTraceId).containsOnly(call.getTraceId());
        assertThat(call.getParentSpanId()).isEqualTo(spans.get("caller").getSpanId());
        SpanData first = spans.get("llm attempt 1");
        SpanData second = spans.get("llm attempt 2");
        assertThat(List.of(first, second)).allSatisfy((attempt) -> {
            assertThat(attempt.getParentSpanId()).isEqualTo(call.getSpanId());
            assertThat(attempt.getKind()).isEqualTo(SpanKind.CLIENT);
        });
        assertThat(first.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
        assertThat(tag(first, "kind")).isEqualTo("OVERLOADED");
        assertThat(tag(first, "retry")).isEqualTo("retried");
        assertThat(tag(second, "outcome")).isEqualTo("success");
        assertThat(second.getEvents()).extracting(EventData::getName).containsExactly("first content");
        assertThat(call.getEvents()).extracting(EventData::getName).containsExactly("retry after OVERLOADED");
        assertThat(tag(call, "client")).isEqualTo("test");
        assertThat(tag(call, "outcome")).isEqualTo("success");
        assertThat(call.getEndEpochNanos()).isGreaterThanOrEqualTo(second.getEndEpochNanos());
        // Each request carries the trace of its own attempt
        assertThat(this.server.calls().get(0).header("traceparent")).contains(first.getTraceId(), first.getSpanId());
        assertThat(this.server.calls().get(1).header("traceparent")).contains(second.getTraceId(), second.getSpanId());
    }

    @Test
    void callOfAThreadThatIsObservedBelongsToItsObservation() {
        Observation caller = Observation.createNotStarted("caller", this.registry).start();
        LlmWebClient client = client();
        try (Observation.Scope scope = caller.openScope()) {
            client.chat("Hi").block(LONG);
        }
        caller.stop();
        assertThat(spans().get("llm chat").getParentSpanId()).isEqualTo(spans().get("caller").getSpanId());
    }

    @Test
    void subscribersOperatorsSeeTheirOwnObservation() {
        Hooks.enableAutomaticContextPropagation();
        this.server.script(Reply.text("a", "b", "c").gap(Duration.ofMillis(10)));
        LlmWebClient client = client();
        Observation caller = Observation.createNotStarted("caller", this.registry).start();
        List<Observation> seen = new CopyOnWriteArrayList<>();
        client.stream("Hi")
            .doOnNext((text) -> seen.add(this.registry.getCurrentObservation()))
            .doOnComplete(() -> seen.add(this.registry.getCurrentObservation()))
            .contextWrite((context) -> context.put(ObservationThreadLocalAccessor.KEY, caller))
            .blockLast(LONG);
        caller.stop();
        assertThat(seen).hasSize(4).containsOnly(caller);
    }

    @Test
    void callThatFailsAndCallThatIsLeftSaySo() {
        this.server.script(Reply.status(400), Reply.text("a", "b").fault(Fault.stall(Moment.afterTokens(1))));
        LlmWebClient client = client();
        assertThatExceptionOfType(LlmHttpException.class).isThrownBy(() -> client.chat("Hi").block(LONG));
        SpanData failed = spans().get("llm chat");
        assertThat(failed.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
        assertThat(tag(failed, "kind")).isEqualTo("BAD_REQUEST");
        this.exporter.reset();
        StepVerifier.create(client.stream("Hi")).expectNext("a").thenCancel().verify(LONG);
        assertThat(tag(spans().get("llm stream"), "outcome")).isEqualTo("cancelled");
        assertThat(tag(spans().get("llm attempt 1"), "outcome")).isEqualTo("cancelled");
    }

    @Test
    void fallbackIsAnEventOfTheCall() {
        this.server.otherwise(Reply.text("yes"));
        this.clients.open("b", this.server.url(), null, (settings) -> settings.setProvider("openai"));
        try (MockLlmServer busy = MockLlmServer.start()) {
            busy.otherwise(Reply.status(503));
            LlmWebClient a = this.clients.open("a", busy.url(), null, (settings) -> {
                settings.setProvider("openai");
                settings.setFallback("b");
            });
            assertThat(a.chat("Hi").block(LONG)).isEqualTo("yes");
        }
        SpanData call = this.exporter.getFinishedSpanItems()
            .stream()
            .filter((span) -> span.getName().equals("llm chat"))
            .findFirst()
            .orElseThrow();
        assertThat(call.getEvents()).extracting(EventData::getName).containsExactly("fallback to b after OVERLOADED");
        assertThat(this.exporter.getFinishedSpanItems()).filteredOn((span) -> span.getName().startsWith("llm attempt"))
            .hasSize(2)
            .extracting(SpanData::getParentSpanId)
            .containsOnly(call.getSpanId());
    }

    @Test
    void genericCallLastsAsLongAsItsBody() {
        LlmWebClient client = client();
        client.webClient().get().uri("/v1/models").retrieve().bodyToMono(byte[].class).block(LONG);
        Awaitility.await()
            .atMost(LONG)
            .untilAsserted(() -> assertThat(spans()).containsOnlyKeys("llm web-client", "llm attempt 1"));
        assertThat(this.server.call().header("traceparent")).contains(spans().get("llm attempt 1").getSpanId());
    }

    @Test
    void namesOfGenerativeAiAreThereIfTheyAreWanted() {
        this.server.otherwise(Reply.text("a").usage(5, 2));
        client(false).chat("Hi").block(LONG);
        assertThat(spans().get("llm chat").getAttributes().asMap().keySet())
            .noneMatch((key) -> key.getKey().startsWith("gen_ai"));
        this.exporter.reset();
        client(true).chat(ChatRequest.of("Hi")).block(LONG);
        SpanData call = spans().get("llm chat");
        assertThat(tag(call, "gen_ai.operation.name")).isEqualTo("chat");
        assertThat(tag(call, "gen_ai.provider.name")).isEqualTo("openai");
        assertThat(tag(call, "gen_ai.request.model")).isEqualTo("test-model");
        assertThat(tag(call, "gen_ai.usage.input_tokens")).isEqualTo("5");
        assertThat(tag(call, "gen_ai.usage.output_tokens")).isEqualTo("2");
    }

    @Test
    void conventionCanBeReplaced() {
        this.clients.observations(new CallObservations(this.registry, new DefaultCallObservationConvention() {

            @Override
            public String getContextualName(CallObservationContext context) {
                return "mine";
            }

        }, null));
        client().chat("Hi").block(LONG);
        assertThat(spans()).containsOnlyKeys("mine", "llm attempt 1");
    }

    @Test
    void conventionThatThrowsBreaksNoCall(CapturedOutput output) {
        this.clients.observations(new CallObservations(this.registry, new DefaultCallObservationConvention() {

            @Override
            public String getContextualName(CallObservationContext context) {
                throw new IllegalStateException("no name");
            }

        }, null));
        LlmWebClient client = client();
        assertThat(client.chat("Hi").block(LONG)).isNotEmpty();
        assertThat(client.stream("Hi").collectList().block(LONG)).isNotEmpty();
        assertThat(output.toString().lines().filter((line) -> line.contains("call listener"))).hasSize(1);
    }

    @Test
    void observationsCanBeSwitchedOff() {
        LlmWebClient client = this.clients.open(this.server.url(), (settings) -> {
            settings.setProvider("openai");
            settings.getMonitoring().setObservations(false);
        });
        client.chat("Hi").block(LONG);
        assertThat(this.exporter.getFinishedSpanItems()).isEmpty();
        assertThat(this.server.call().header("traceparent")).isNull();
    }

}
