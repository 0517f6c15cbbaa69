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

package io.github.llmhttp;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * What the model is asked. Immutable; made by {@link #builder()} or {@link #of(String)}.
 * What has no typed setter goes through {@link Builder#field(String, Object)}, which adds
 * or replaces any field of the JSON body.
 */
public final class ChatRequest {

    private final List<ChatMessage> messages;

    private final @Nullable String model;

    private final @Nullable Double temperature;

    private final @Nullable Double topP;

    private final @Nullable Integer maxTokens;

    private final List<String> stop;

    private final List<ChatTool> tools;

    private final @Nullable ResponseFormat responseFormat;

    private final Map<String, Object> fields;

    private final Map<String, String> headers;

    private final Map<String, String> query;

    private final @Nullable Duration attemptTimeout;

    private final @Nullable Duration totalTimeout;

    private final @Nullable Duration firstTokenTimeout;

    private final @Nullable Duration tokenGapTimeout;

    private final @Nullable Integer maxAttempts;

    private ChatRequest(Builder builder) {
        this.messages = List.copyOf(builder.messages);
        this.model = builder.model;
        this.temperature = builder.temperature;
        this.topP = builder.topP;
        this.maxTokens = builder.maxTokens;
        this.stop = List.copyOf(builder.stop);
        this.tools = List.copyOf(builder.tools);
        this.responseFormat = builder.responseFormat;
        this.fields = Collections.unmodifiableMap(new LinkedHashMap<>(builder.fields));
        this.headers = Collections.unmodifiableMap(new LinkedHashMap<>(builder.headers));
        this.query = Collections.unmodifiableMap(new LinkedHashMap<>(builder.query));
        this.attemptTimeout = builder.attemptTimeout;
        this.totalTimeout = builder.totalTimeout;
        this.firstTokenTimeout = builder.firstTokenTimeout;
        this.tokenGapTimeout = builder.tokenGapTimeout;
        this.maxAttempts = builder.maxAttempts;
    }

    /**
     * A request of one user message.
     * @param prompt the message
     * @return the request
     */
    public static ChatRequest of(String prompt) {
        return builder().user(prompt).build();
    }

    /**
     * Start a request.
     * @return a builder of an empty request
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * The conversation so far.
     * @return messages in order
     */
    public List<ChatMessage> messages() {
        return this.messages;
    }

    /**
     * The model.
     * @return its name, {@code null} for the client's
     */
    public @Nullable String model() {
        return this.model;
    }

    /**
     * How freely the model chooses its words.
     * @return 0 to 2, {@code null} for the provider's default
     */
    public @Nullable Double temperature() {
        return this.temperature;
    }

    /**
     * Share of the probability mass that the model chooses from.
     * @return 0 to 1, {@code null} for the provider's default
     */
    public @Nullable Double topP() {
        return this.topP;
    }

    /**
     * Maximum length of the answer.
     * @return number of tokens, {@code null} for the provider's default
     */
    public @Nullable Integer maxTokens() {
        return this.maxTokens;
    }

    /**
     * Texts at which the answer ends.
     * @return the texts, perhaps none
     */
    public List<String> stop() {
        return this.stop;
    }

    /**
     * Tools that the model may ask to call.
     * @return the tools, perhaps none
     */
    public List<ChatTool> tools() {
        return this.tools;
    }

    /**
     * The form that the answer must have.
     * @return the form, {@code null} for free text
     */
    public @Nullable ResponseFormat responseFormat() {
        return this.responseFormat;
    }

    /**
     * Further fields of the JSON body.
     * @return values by name
     */
    public Map<String, Object> fields() {
        return this.fields;
    }

    /**
     * Headers of this request.
     * @return values by name
     */
    public Map<String, String> headers() {
        return this.headers;
    }

    /**
     * Query parameters of this request.
     * @return values by name
     */
    public Map<String, String> query() {
        return this.query;
    }

    /**
     * Longest single attempt.
     * @return the limit, {@code null} for the client's
     */
    public @Nullable Duration attemptTimeout() {
        return this.attemptTimeout;
    }

    /**
     * Longest whole call.
     * @return the limit, {@code null} for the client's
     */
    public @Nullable Duration totalTimeout() {
        return this.totalTimeout;
    }

    /**
     * Longest wait for the first content of a stream.
     * @return the limit, {@code null} for the client's
     */
    public @Nullable Duration firstTokenTimeout() {
        return this.firstTokenTimeout;
    }

    /**
     * Longest silence between two pieces of a stream's content.
     * @return the limit, {@code null} for the client's
     */
    public @Nullable Duration tokenGapTimeout() {
        return this.tokenGapTimeout;
    }

    /**
     * Maximum number of attempts.
     * @return the number, the first included; {@code null} for the client's
     */
    public @Nullable Integer maxAttempts() {
        return this.maxAttempts;
    }

    /**
     * A builder that starts with all of this request.
     * @return a new builder
     */
    public Builder mutate() {
        Builder builder = new Builder();
        builder.messages.addAll(this.messages);
        builder.model = this.model;
        builder.temperature = this.temperature;
        builder.topP = this.topP;
        builder.maxTokens = this.maxTokens;
        builder.stop.addAll(this.stop);
        builder.tools.addAll(this.tools);
        builder.responseFormat = this.responseFormat;
        builder.fields.putAll(this.fields);
        builder.headers.putAll(this.headers);
        builder.query.putAll(this.query);
        builder.attemptTimeout = this.attemptTimeout;
        builder.totalTimeout = this.totalTimeout;
        builder.firstTokenTimeout = this.firstTokenTimeout;
        builder.tokenGapTimeout = this.tokenGapTimeout;
        builder.maxAttempts = this.maxAttempts;
        return builder;
    }

    @Override
    public String toString() {
        return "ChatRequest[" + this.messages.size() + " messages, model=" + this.model + "]";
    }

    /**
     * Builds a {@link ChatRequest}.
     */
    public static final class Builder {

        private final List<ChatMessage> messages = new ArrayList<>();

        private @Nullable String model;

        private @Nullable Double temperature;

        private @Nullable Double topP;

        private @Nullable Integer maxTokens;

        private final List<String> stop = new ArrayList<>();

        private final List<ChatTool> tools = new ArrayList<>();

        private @Nullable ResponseFormat responseFormat;

        private final Map<String, Object> fields = new LinkedHashMap<>();

        private final Map<String, String> headers = new LinkedHashMap<>();

        private final Map<String, String> query = new LinkedHashMap<>();

        private @Nullable Duration attemptTimeout;

        private @Nullable Duration totalTimeout;

        private @Nullable Duration firstTokenTimeout;

        private @Nullable Duration tokenGapTimeout;

        private @Nullable Integer maxAttempts;

        private Builder() {
        }

        /**
         * Add instructions to the model.
         * @param text the instructions
         * @return this builder
         */
        public Builder system(String text) {
            return message(ChatMessage.system(text));
        }

        /**
         * Add what the user says.
         * @param text the text
         * @return this builder
         */
        public Builder user(String text) {
            return message(ChatMessage.user(text));
        }

        /**
         * Add a message.
         * @param message the message
         * @return this builder
         */
        public Builder message(ChatMessage message) {
            this.messages.add(message);
            return this;
        }

        /**
         * Add messages.
         * @param messages the messages, in order
         * @return this builder
         */
        public Builder messages(List<ChatMessage> messages) {
            this.messages.addAll(messages);
            return this;
        }

        /**
         * The model, instead of the client's.
         * @param model the provider's name of the model
         * @return this builder
         */
        public Builder model(@Nullable String model) {
            this.model = model;
            return this;
        }

        /**
         * How freely the model chooses its words.
         * @param temperature 0 to 2, or 0 to 1, by provider
         * @return this builder
         */
        public Builder temperature(@Nullable Double temperature) {
            this.temperature = temperature;
            return this;
        }

        /**
         * Share of the probability mass that the model chooses its words from.
         * @param topP 0 to 1
         * @return this builder
         */
        public Builder topP(@Nullable Double topP) {
            this.topP = topP;
            return this;
        }

        /**
         * Maximum length of the answer.
         * @param maxTokens number of tokens, from 1
         * @return this builder
         */
        public Builder maxTokens(@Nullable Integer maxTokens) {
            this.maxTokens = maxTokens;
            return this;
        }

        /**
         * Texts at which the answer ends.
         * @param stop the texts
         * @return this builder
         */
        public Builder stop(String... stop) {
            this.stop.addAll(List.of(stop));
            return this;
        }

        /**
         * Add a tool that the model may ask to call.
         * @param tool the tool
         * @return this builder
         */
        public Builder tool(ChatTool tool) {
            this.tools.add(tool);
            return this;
        }

        /**
         * The form that the answer must have.
         * @param responseFormat the form
         * @return this builder
         */
        public Builder responseFormat(@Nullable ResponseFormat responseFormat) {
            this.responseFormat = responseFormat;
            return this;
        }

        /**
         * Add or replace a field of the JSON body.
         * @param name name of the field
         * @param value anything that Jackson can write
         * @return this builder
         */
        public Builder field(String name, Object value) {
            this.fields.put(name, value);
            return this;
        }

        /**
         * Add or replace a header of the request.
         * @param name name of the header
         * @param value its value, without line breaks
         * @return this builder
         */
        public Builder header(String name, String value) {
            this.headers.put(name, value);
            return this;
        }

        /**
         * Add or replace a query parameter.
         * @param name name of the parameter
         * @param value its value
         * @return this builder
         */
        public Builder query(String name, String value) {
            this.query.put(name, value);
            return this;
        }

        /**
         * Longest single attempt, instead of the client's {@code timeout.call} or
         * {@code timeout.stream}.
         * @param timeout the limit, positive
         * @return this builder
         */
        public Builder attemptTimeout(@Nullable Duration timeout) {
            this.attemptTimeout = positive(timeout);
            return this;
        }

        /**
         * Longest whole call, instead of the client's {@code timeout.total}.
         * @param timeout the limit, positive
         * @return this builder
         */
        public Builder totalTimeout(@Nullable Duration timeout) {
            this.totalTimeout = positive(timeout);
            return this;
        }

        /**
         * Longest wait for the first content of a stream, instead of the client's
         * {@code timeout.first-token}.
         * @param timeout the limit, positive
         * @return this builder
         */
        public Builder firstTokenTimeout(@Nullable Duration timeout) {
            this.firstTokenTimeout = positive(timeout);
            return this;
        }

        /**
         * Longest silence between two pieces of a stream's content, instead of the
         * client's {@code timeout.token-gap}.
         * @param timeout the limit, positive
         * @return this builder
         */
        public Builder tokenGapTimeout(@Nullable Duration timeout) {
            this.tokenGapTimeout = positive(timeout);
            return this;
        }

        /**
         * Maximum number of attempts, below the client's {@code retry.max-attempts}.
         * @param maxAttempts the number, the first included; 1 for no repetition
         * @return this builder
         */
        public Builder maxAttempts(@Nullable Integer maxAttempts) {
            if (maxAttempts != null && maxAttempts < 1) {
                throw new IllegalArgumentException("A request needs at least one attempt, not " + maxAttempts);
            }
            this.maxAttempts = maxAttempts;
            return this;
        }

        /**
         * Change the further fields of the JSON body.
         * @param change gets values by name, which it may add, replace and remove
         * @return this builder
         */
        public Builder fields(Consumer<Map<String, Object>> change) {
            change.accept(this.fields);
            return this;
        }

        /**
         * Change the headers of the request.
         * @param change gets values by name, which it may add, replace and remove
         * @return this builder
         */
        public Builder headers(Consumer<Map<String, String>> change) {
            change.accept(this.headers);
            return this;
        }

        /**
         * Change the query parameters of the request.
         * @param change gets values by name, which it may add, replace and remove
         * @return this builder
         */
        public Builder query(Consumer<Map<String, String>> change) {
            change.accept(this.query);
            return this;
        }

        private static @Nullable Duration positive(@Nullable Duration timeout) {
            if (timeout != null && (timeout.isZero() || timeout.isNegative())) {
                throw new IllegalArgumentException("A timeout must be positive, but is " + timeout);
            }
            return timeout;
        }

        /**
         * Build the request.
         * @return the request
         * @throws IllegalArgumentException if there is no message
         */
        public ChatRequest build() {
            if (this.messages.isEmpty() && !this.fields.containsKey("messages") && !this.fields.containsKey("input")) {
                throw new IllegalArgumentException("A chat request needs at least one message");
            }
            return new ChatRequest(this);
        }

    }

}
