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

import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * LangChain4j's models of OpenAI.
 */
final class LangChain4jClient implements LoadClient {

    private final Map<String, OpenAiStreamingChatModel> streaming = new ConcurrentHashMap<>();

    private final Map<String, OpenAiChatModel> whole = new ConcurrentHashMap<>();

    private final String url;

    LangChain4jClient(String url) {
        this.url = url + "/v1";
    }

    @Override
    public Mono<Integer> chat(String model) {
        OpenAiChatModel chat = this.whole.computeIfAbsent(model,
                (name) -> OpenAiChatModel.builder()
                    .baseUrl(this.url)
                    .apiKey("sk-benchmark")
                    .modelName(name)
                    .timeout(Duration.ofHours(1))
                    .build());
        // It blocks
        return Mono.fromCallable(() -> chat.chat(PROMPT).length()).subscribeOn(Schedulers.boundedElastic());
    }

    @Override
    public Mono<Void> stream(String model, IntConsumer tokens) {
        OpenAiStreamingChatModel chat = this.streaming.computeIfAbsent(model,
                (name) -> OpenAiStreamingChatModel.builder()
                    .baseUrl(this.url)
                    .apiKey("sk-benchmark")
                    .modelName(name)
                    .timeout(Duration.ofHours(1))
                    .build());
        return Mono.create((sink) -> chat.chat(PROMPT, new StreamingChatResponseHandler() {

            @Override
            public void onPartialResponse(String token) {
                tokens.accept(1);
            }

            @Override
            public void onCompleteResponse(ChatResponse response) {
                sink.success();
            }

            @Override
            public void onError(Throwable error) {
                sink.error(error);
            }

        }));
    }

}
