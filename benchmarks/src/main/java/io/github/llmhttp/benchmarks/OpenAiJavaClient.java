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
import java.util.Optional;
import java.util.function.IntConsumer;

import com.openai.client.OpenAIClientAsync;
import com.openai.client.okhttp.OpenAIOkHttpClientAsync;
import com.openai.core.http.AsyncStreamResponse;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import reactor.core.publisher.Mono;

/**
 * OpenAI's own SDK.
 */
final class OpenAiJavaClient implements LoadClient {

    private final OpenAIClientAsync client;

    OpenAiJavaClient(String url) {
        this.client = OpenAIOkHttpClientAsync.builder()
            .baseUrl(url + "/v1")
            .apiKey("sk-benchmark")
            .timeout(Duration.ofHours(1))
            .build();
    }

    private static ChatCompletionCreateParams params(String model) {
        return ChatCompletionCreateParams.builder().model(model).addUserMessage(PROMPT).build();
    }

    @Override
    public Mono<Integer> chat(String model) {
        return Mono.fromFuture(() -> this.client.chat().completions().create(params(model)))
            .map((completion) -> completion.choices().get(0).message().content().orElse("").length());
    }

    @Override
    public Mono<Void> stream(String model, IntConsumer tokens) {
        return Mono.create((sink) -> this.client.chat()
            .completions()
            .createStreaming(params(model))
            .subscribe(new AsyncStreamResponse.Handler<>() {

                @Override
                public void onNext(ChatCompletionChunk chunk) {
                    chunk.choices().forEach((choice) -> {
                        if (!choice.delta().content().orElse("").isEmpty()) {
                            tokens.accept(1);
                        }
                    });
                }

                @Override
                public void onComplete(Optional<Throwable> error) {
                    error.ifPresentOrElse(sink::error, sink::success);
                }

            }));
    }

    @Override
    public void close() {
        this.client.close();
    }

}
