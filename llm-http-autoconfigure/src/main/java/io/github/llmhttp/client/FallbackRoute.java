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

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

import io.github.llmhttp.ChatRequest;
import io.github.llmhttp.config.ClientSettings;
import org.jspecify.annotations.Nullable;

/**
 * Who is asked, in which order: the model of the request, each fallback model of the
 * client, then its fallback client in the same way.
 *
 * @param stops who is asked, the asked client first
 * @param gap why the way ends too early, {@code null} if it does not
 */
record FallbackRoute(List<Stop> stops, @Nullable String gap) {

    static FallbackRoute of(ChatTarget asked, ChatRequest request, Function<String, @Nullable ChatTarget> others) {
        List<Stop> stops = new ArrayList<>();
        Set<ChatTarget> seen = new LinkedHashSet<>();
        ChatTarget target = asked;
        ChatRequest here = request;
        while (seen.add(target)) {
            addModels(target, here, stops);
            String fallback = target.settings().fallback();
            if (fallback == null) {
                return new FallbackRoute(stops, null);
            }
            ChatTarget next = others.apply(fallback);
            if (next == null) {
                return new FallbackRoute(stops, "its fallback '%s' is closed".formatted(fallback));
            }
            ChatRequest there = FallbackRequest.of(request, asked.settings(), next.settings());
            if (there == null) {
                return new FallbackRoute(stops,
                        "its fallback '%s' does not understand a request without messages()".formatted(fallback));
            }
            target = next;
            here = there;
        }
        return new FallbackRoute(stops, null);
    }

    private static void addModels(ChatTarget target, ChatRequest request, List<Stop> stops) {
        ClientSettings settings = target.settings();
        String first = FallbackRequest.model(request, settings);
        stops.add(stop(target, request, first));
        settings.fallbackModels()
            .stream()
            .filter((model) -> !model.equals(first))
            .forEach((model) -> stops.add(stop(target, FallbackRequest.withModel(request, model), model)));
    }

    private static Stop stop(ChatTarget target, ChatRequest request, @Nullable String model) {
        boolean own = model != null && target.settings().fallbackModels().contains(model);
        return new Stop(target, request, (model != null) ? model : "", own);
    }

    /**
     * A client that is asked for a model.
     *
     * @param target the client
     * @param request what it is asked
     * @param model the model; empty if none is named
     * @param ownRateLimit whether the model has a rate limit of its own
     */
    record Stop(ChatTarget target, ChatRequest request, String model, boolean ownRateLimit) {

        String client() {
            return this.target.settings().name();
        }

        String rateLimit() {
            return this.ownRateLimit ? "calls of model '" + this.model + "'" : "";
        }

        boolean isHeld() {
            return this.target.isHeld(rateLimit());
        }

        @Override
        public String toString() {
            return client() + (this.model.isEmpty() ? "" : " (" + this.model + ")");
        }

    }

}
