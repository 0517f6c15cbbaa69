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

/**
 * Who is measured.
 */
enum Contestant {

    /** Reactor Netty, which only counts bytes. */
    RN("Reactor Netty, counting bytes"),

    /** This client. */
    LLM_HTTP("llm-http, everything on"),

    /** Spring's WebClient. */
    WEBCLIENT("WebClient, SSE codec, Jackson"),

    /** The same, with operators for what this client has. */
    STOCK("the same with stock operators"),

    /** LangChain4j. */
    LANGCHAIN4J("LangChain4j 1.19"),

    /** OpenAI's SDK. */
    OPENAI_JAVA("openai-java 4.101"),

    /** Spring AI. */
    SPRING_AI("Spring AI 2.0.1");

    private final String title;

    Contestant(String title) {
        this.title = title;
    }

    String title() {
        return this.title;
    }

    LoadClient open(String url) {
        return switch (this) {
            case RN -> new ReactorNettyClient(url);
            case LLM_HTTP -> new LlmHttpClient(url);
            case WEBCLIENT -> new StockWebClient(url, false);
            case STOCK -> new StockWebClient(url, true);
            case LANGCHAIN4J -> new LangChain4jClient(url);
            case OPENAI_JAVA -> new OpenAiJavaClient(url);
            case SPRING_AI -> new SpringAiClient(url);
        };
    }

}
