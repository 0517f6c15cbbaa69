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

import java.util.HashMap;
import java.util.Map;

import io.github.llmhttp.AttemptReport;
import io.github.llmhttp.CallReport;
import io.github.llmhttp.FailureKind;
import io.github.llmhttp.RetryDecision;
import io.github.llmhttp.call.CallContext;
import io.github.llmhttp.call.CallFollower;
import io.github.llmhttp.call.WholeCall;
import io.micrometer.observation.Observation;
import io.micrometer.observation.Observation.Event;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;
import reactor.util.context.Context;

/**
 * Makes each call an observation from its begin to its last item, and each of its
 * attempts a child of it. First content, retries and fallbacks are events.
 */
public final class CallObservations {

    /** Where Micrometer and Spring keep an observation in a Reactor Context. */
    private static final String KEY = "micrometer.observation";

    private static final Event FIRST_CONTENT = Event.of("first.content", "first content");

    private static final CallObservationConvention CALL = new DefaultCallObservationConvention();

    private static final AttemptObservationConvention ATTEMPT = new DefaultAttemptObservationConvention();

    private final ObservationRegistry registry;

    private final @Nullable CallObservationConvention call;

    private final @Nullable AttemptObservationConvention attempt;

    /**
     * Create the observations.
     * @param registry whose handlers hear of them
     * @param call names and tags of calls, {@code null} for the stock ones
     * @param attempt names and tags of attempts, {@code null} for the stock ones
     */
    public CallObservations(ObservationRegistry registry, @Nullable CallObservationConvention call,
            @Nullable AttemptObservationConvention attempt) {
        this.registry = registry;
        this.call = call;
        this.attempt = attempt;
    }

    /**
     * Observe nothing.
     * @return follows no call
     */
    public static CallObservations none() {
        return new CallObservations(ObservationRegistry.NOOP, null, null);
    }

    /**
     * Follow a call of a client.
     * @param call the call
     * @param settings what the client shows
     * @return follows it, {@code null} if nobody wants to know
     */
    public @Nullable CallFollower follow(WholeCall call, MonitoringProperties settings) {
        return (settings.isObservations() && !this.registry.isNoop()) ? new Observed(call, settings.isGenAi()) : null;
    }

    /**
     * One call and its attempts, which follow one another.
     */
    private final class Observed implements CallFollower {

        private final WholeCall call;

        private final boolean genAi;

        private final CallObservationContext context;

        private final Observation observation;

        private volatile Observation attempt = Observation.NOOP;

        Observed(WholeCall call, boolean genAi) {
            this.call = call;
            this.genAi = genAi;
            this.context = new CallObservationContext(call, genAi);
            this.observation = Observation.createNotStarted(CallObservations.this.call, CALL, () -> this.context,
                    CallObservations.this.registry);
        }

        @Override
        public Context callBegins(Context subscriber) {
            Observation parent = subscriber.getOrDefault(KEY, null);
            if (parent != null) {
                this.observation.parentObservation(parent);
            }
            this.observation.start();
            return subscriber.put(KEY, this.observation);
        }

        @Override
        public Context attemptBegins(CallContext begun, Context subscriber) {
            Map<String, String> headers = new HashMap<>();
            AttemptObservationContext context = new AttemptObservationContext(this.call, begun, this.genAi, headers);
            context.setRemoteServiceName(begun.endpoint());
            Observation started = Observation
                .createNotStarted(CallObservations.this.attempt, ATTEMPT, () -> context, CallObservations.this.registry)
                .parentObservation(this.observation)
                .start();
            begun.sendHeaders(headers);
            this.attempt = started;
            return subscriber.put(KEY, started);
        }

        @Override
        public void firstContent() {
            this.attempt.event(FIRST_CONTENT);
        }

        @Override
        public void attemptEnded(AttemptReport report, @Nullable Throwable error) {
            Observation ended = this.attempt;
            if (ended.getContext() instanceof AttemptObservationContext context) {
                context.setResponse(report);
            }
            if (error != null) {
                ended.error(error);
            }
            ended.stop();
            if (report.decision() == RetryDecision.RETRIED && report.failure() != null) {
                this.observation.event(Event.of("retry", "retry after " + report.failure().kind()));
            }
        }

        @Override
        public void fellBack(FailureKind cause, String client, String model) {
            this.observation.event(Event.of("fallback", "fallback to " + client + " after " + cause));
        }

        @Override
        public void callEnded(CallReport report, @Nullable Throwable error) {
            this.context.setReport(report);
            if (error != null) {
                this.observation.error(error);
            }
            this.observation.stop();
        }

    }

}
