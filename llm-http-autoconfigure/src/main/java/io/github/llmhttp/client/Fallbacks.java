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

import java.util.function.BiFunction;
import java.util.function.Function;

import io.github.llmhttp.ChatEvent;
import io.github.llmhttp.ChatRequest;
import io.github.llmhttp.ChatResponse;
import io.github.llmhttp.Failure;
import io.github.llmhttp.FailureKind;
import io.github.llmhttp.call.WholeCall;
import io.github.llmhttp.config.ClientSettings;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Asks a client for an answer, and who comes next where that one has no capacity. Stands
 * around the repetition of attempts.
 */
final class Fallbacks {

    private final ChatTarget target;

    private final Function<String, @Nullable ChatTarget> others;

    private final boolean none;

    /**
     * Create the fallbacks of a client.
     * @param target the client
     * @param others finds other clients by their names
     */
    Fallbacks(ChatTarget target, Function<String, @Nullable ChatTarget> others) {
        this.target = target;
        this.others = others;
        ClientSettings settings = target.settings();
        this.none = settings.fallback() == null && settings.fallbackModels().isEmpty();
    }

    /**
     * Whether another client or model may do better: the one that was asked has too much
     * to do, or is left alone because it failed too often.
     * @param failure how a call ended
     * @return whether to ask another one
     */
    static boolean isWorthIt(Failure failure) {
        if (failure.delivered() > 0 || failure.permanent()) {
            return false;
        }
        return switch (failure.kind()) {
            case RATE_LIMITED, OVERLOADED, FIRST_TOKEN_TIMEOUT, CIRCUIT_OPEN -> true;
            case UPSTREAM_ERROR -> isCapacity(failure.effectiveStatus());
            default -> false;
        };
    }

    private static boolean isCapacity(int status) {
        return status == 429 || status == 503 || status == 529;
    }

    Mono<ChatResponse> whole(WholeCall call, ChatRequest request) {
        return this.none ? this.target.whole(Turn.only(call, request))
                : run(call, request, (asked, turn) -> asked.whole(turn).flux(), null).singleOrEmpty();
    }

    Flux<String> text(WholeCall call, ChatRequest request) {
        return this.none ? this.target.text(Turn.only(call, request)) : run(call, request, ChatTarget::text, null);
    }

    Flux<ChatEvent> events(WholeCall call, ChatRequest request) {
        return this.none ? this.target.events(Turn.only(call, request))
                : run(call, request, ChatTarget::events, Fallbacks::fellBack);
    }

    private static ChatEvent fellBack(FallbackRoute.Stop stop, FailureKind cause) {
        return new ChatEvent.FellBack(stop.client(), stop.model(), cause);
    }

    private <T> Flux<T> run(WholeCall call, ChatRequest request, BiFunction<ChatTarget, Turn, Flux<T>> asking,
            @Nullable BiFunction<FallbackRoute.Stop, FailureKind, T> announced) {
        return Flux
            .defer(() -> new FallbackRun<>(call, FallbackRoute.of(this.target, request, this.others), asking, announced)
                .ask());
    }

}
