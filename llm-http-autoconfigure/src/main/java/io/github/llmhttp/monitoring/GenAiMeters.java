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

import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

import io.github.llmhttp.AttemptReport;
import io.github.llmhttp.CallReport;
import io.github.llmhttp.Failure;
import io.github.llmhttp.FailureKind;
import io.github.llmhttp.Usage;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import org.jspecify.annotations.Nullable;

/**
 * The same chats by the names of {@link GenAi}, for dashboards that know no others.
 */
final class GenAiMeters {

    private final Map<String, Model> models = new HashMap<>();

    private final Model others;

    GenAiMeters(ClientRegistrar meters) {
        meters.client().models().forEach((model) -> this.models.put(model, new Model(meters, model)));
        this.others = this.models.computeIfAbsent(TokenMeters.OTHER, (model) -> new Model(meters, model));
    }

    void record(CallReport call) {
        if (GenAi.isChat(call.operation())) {
            this.models.getOrDefault(call.model(), this.others).record(call);
        }
    }

    void record(AttemptReport attempt) {
        if (GenAi.isChat(attempt.operation()) && attempt.usage() != null) {
            this.models.getOrDefault(attempt.model(), this.others).record(attempt.usage());
        }
    }

    private static final class Model {

        private final Timer success;

        private final Map<FailureKind, Timer> failed = new EnumMap<>(FailureKind.class);

        private final DistributionSummary input;

        private final DistributionSummary output;

        Model(ClientRegistrar meters, String model) {
            Tags tags = Tags.of("client", meters.client().name(), GenAi.OPERATION, "chat", GenAi.PROVIDER,
                    GenAi.provider(meters.client().provider()), GenAi.MODEL, model);
            this.success = timer(meters, tags, GenAi.NO_ERROR);
            for (FailureKind kind : FailureKind.values()) {
                this.failed.put(kind, timer(meters, tags, kind.name()));
            }
            this.input = summary(meters, tags, "input");
            this.output = summary(meters, tags, "output");
        }

        private static Timer timer(ClientRegistrar meters, Tags tags, String error) {
            return meters.added(Timer.builder(GenAi.DURATION)
                .description("Time of whole chats")
                .tags(tags.and(GenAi.ERROR, error))
                .register(meters.registry()));
        }

        private static DistributionSummary summary(ClientRegistrar meters, Tags tags, String type) {
            return meters.added(DistributionSummary.builder(GenAi.TOKENS)
                .description("Tokens of single chats")
                .baseUnit("token")
                .tags(tags.and(GenAi.TOKEN_TYPE, type))
                .register(meters.registry()));
        }

        void record(CallReport call) {
            timer(call.failure()).record(call.elapsed());
        }

        private Timer timer(@Nullable Failure failure) {
            return (failure != null) ? CallMeters.find(this.failed, failure.kind()) : this.success;
        }

        void record(Usage usage) {
            this.input.record(usage.inputTokens());
            this.output.record(usage.outputTokens());
        }

    }

}
