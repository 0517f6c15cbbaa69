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

package io.github.llmhttp.benchmarks;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntConsumer;

import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.openai.OpenAiChatModel;
import org.springframework.ai.openai.OpenAiChatOptions;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Spring AI's model of OpenAI.
 */
final class SpringAiClient implements LoadClient {

    private final Map<String, OpenAiChatModel> models = new ConcurrentHashMap<>();

    private final String url;

    SpringAiClient(String url) {
        this.url = url;
    }

    private OpenAiChatModel model(String model) {
        return this.models.computeIfAbsent(model,
                (name) -> OpenAiChatModel.builder()
                    .options(OpenAiChatOptions.builder()
                        .baseUrl(this.url + "/v1")
                        .apiKey("sk-benchmark")
                        .timeout(Duration.ofHours(1))
                        .model(name)
                        .build())
                    .build());
    }

    @Override
    public Mono<Integer> chat(String model) {
        // It blocks
        return Mono.fromCallable(() -> text(model(model).call(new Prompt(PROMPT))).length())
            .subscribeOn(Schedulers.boundedElastic());
    }

    @Override
    public Mono<Void> stream(String model, IntConsumer tokens) {
        return model(model).stream(new Prompt(PROMPT)).doOnNext((response) -> {
            if (!text(response).isEmpty()) {
                tokens.accept(1);
            }
        }).then();
    }

    private static String text(ChatResponse response) {
        if (response.getResult() == null || response.getResult().getOutput().getText() == null) {
            return "";
        }
        return response.getResult().getOutput().getText();
    }

}
