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

import java.util.Map;
import java.util.function.IntConsumer;

import io.github.llmhttp.ChatRequest;
import io.github.llmhttp.LlmWebClient;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import reactor.core.publisher.Mono;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * This client in an application of Spring Boot, with everything on: gate, clocks,
 * retries, circuit breaker, meters.
 */
final class LlmHttpClient implements LoadClient {

    private final ConfigurableApplicationContext application;

    private final LlmWebClient llm;

    LlmHttpClient(String url) {
        Map<String, Object> settings = Map.of("llm.http.base-url", url, "llm.http.provider", "openai",
                "llm.http.api-key", "sk-benchmark", "llm.http.pool.max-connections", 10_000,
                "llm.http.pool.max-streams", 10_000, "llm.http.timeout.stream", "1h", "llm.http.timeout.first-token",
                "1h", "llm.http.timeout.byte-idle", "1h", "logging.level.root", "warn", "spring.main.banner-mode",
                "off");
        this.application = new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE)
            .properties(settings)
            .run();
        this.llm = this.application.getBean(LlmWebClient.class);
    }

    private static ChatRequest request(String model) {
        return ChatRequest.builder().model(model).user(PROMPT).build();
    }

    @Override
    public Mono<Integer> chat(String model) {
        return this.llm.chat(request(model)).map((response) -> response.text().length());
    }

    @Override
    public Mono<Void> stream(String model, IntConsumer tokens) {
        return LoadClient.read(this.llm.stream(request(model)), tokens);
    }

    @Override
    public void close() {
        this.application.close();
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {

        @Bean
        SimpleMeterRegistry meterRegistry() {
            return new SimpleMeterRegistry();
        }

    }

}
