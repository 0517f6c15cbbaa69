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

import java.io.Serializable;
import java.time.Duration;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

/**
 * The facts of a failed call. Holds no key, no prompt and no answer: texts that come from
 * a provider are scrubbed and cut by whoever puts them in.
 *
 * @param kind what went wrong
 * @param client name of the client
 * @param endpoint host and port of the endpoint, without user info, path or query
 * @param target method and URL without query, such as
 * {@code POST https://host/v1/chat/completions}
 * @param stage the stage in which it went wrong
 * @param attempt number of the attempt, from 1; a call that is never repeated has one
 * @param maxAttempts how many attempts the call has
 * @param elapsed time since the attempt began, its wait for a connection included; for
 * {@code DEADLINE} since the call began, waits and earlier attempts included
 * @param detail one sentence on what happened
 * @param limit the limit that was reached
 * @param key the property that changes the limit, relative to the client, such as
 * {@code timeout.acquire}
 * @param status HTTP status of the response, 0 if none came
 * @param effectiveStatus the status that the failure means: for an error inside a 200 the
 * one that the provider would have sent before the response began, otherwise
 * {@code status}
 * @param providerType the provider's type or code of the error
 * @param providerMessage the provider's message
 * @param requestId the provider's id of the request
 * @param retryAfter how long to wait before the next call: what the provider asks for, or
 * the time until a circuit breaker lets a probe through
 * @param delivered number of items (texts, events) that the subscriber received before
 * @param notProcessed whether the server cannot have processed the request
 * @param permanent whether the same request must fail again, whatever its kind says
 */
public record Failure(FailureKind kind, String client, String endpoint, String target, CallStage stage, int attempt,
        int maxAttempts, Duration elapsed, String detail, @Nullable Duration limit, @Nullable String key, int status,
        int effectiveStatus, @Nullable String providerType, @Nullable String providerMessage,
        @Nullable String requestId, @Nullable Duration retryAfter, long delivered, boolean notProcessed,
        boolean permanent) implements Serializable {

    /**
     * Start to collect the facts of a failure.
     * @param kind what went wrong
     * @param client name of the client
     * @return a builder
     */
    public static Builder of(FailureKind kind, String client) {
        return new Builder(kind, client);
    }

    /**
     * A builder that starts with all of these facts.
     * @return a new builder
     */
    public Builder mutate() {
        Builder builder = new Builder(this.kind, this.client);
        builder.endpoint = this.endpoint;
        builder.target = this.target;
        builder.stage = this.stage;
        builder.attempt = this.attempt;
        builder.maxAttempts = this.maxAttempts;
        builder.elapsed = this.elapsed;
        builder.detail = this.detail;
        builder.limit = this.limit;
        builder.key = this.key;
        builder.status = this.status;
        builder.effectiveStatus = this.effectiveStatus;
        builder.providerType = this.providerType;
        builder.providerMessage = this.providerMessage;
        builder.requestId = this.requestId;
        builder.retryAfter = this.retryAfter;
        builder.delivered = this.delivered;
        builder.notProcessed = this.notProcessed;
        builder.permanent = this.permanent;
        return builder;
    }

    boolean isRetryable() {
        if (this.permanent || this.delivered > 0) {
            return false;
        }
        return switch (this.kind) {
            case UPSTREAM_ERROR, BAD_REQUEST -> isTransient(this.effectiveStatus);
            default -> this.kind.isRepeatable();
        };
    }

    private static boolean isTransient(int status) {
        return status == 408 || status == 409 || status == 429 || status >= 500;
    }

    String message() {
        StringBuilder message = new StringBuilder(160);
        message.append('[').append(this.client).append("] ").append(this.kind);
        if (!this.elapsed.isZero()) {
            message.append(" after ").append(seconds(this.elapsed));
        }
        if (this.maxAttempts > 1) {
            message.append(" (attempt ").append(this.attempt).append('/').append(this.maxAttempts).append(')');
        }
        if (!this.target.isEmpty()) {
            message.append(' ').append(this.target);
        }
        message.append(": ").append(this.detail);
        if (this.providerType != null || this.providerMessage != null) {
            message.append(" [provider: ");
            message.append((this.providerType != null) ? this.providerType : "error");
            if (this.providerMessage != null) {
                message.append(": ").append(this.providerMessage);
            }
            message.append(']');
        }
        if (this.retryAfter != null) {
            message.append("; retry after ").append(seconds(this.retryAfter));
        }
        if (this.delivered > 0) {
            message.append("; ").append(this.delivered);
            message.append((this.delivered == 1) ? " item was" : " items were").append(" delivered before");
        }
        if (this.requestId != null) {
            message.append("; request id ").append(this.requestId);
        }
        if (this.key != null) {
            message.append("; set ").append(property(this.client, this.key)).append(" to change");
        }
        return message.toString();
    }

    /**
     * The full name of a client's property.
     * @param client name of the client
     * @param key the property, relative to the client
     * @return {@code llm.http.<key>} for the default client, else
     * {@code llm.http.clients.<client>.<key>}
     */
    public static String property(String client, String key) {
        return LlmWebClients.DEFAULT.equals(client) ? "llm.http." + key : "llm.http.clients." + client + "." + key;
    }

    /**
     * A duration as messages show it.
     * @param duration the duration
     * @return milliseconds below one second, else seconds with one decimal if it is
     * needed
     */
    public static String seconds(Duration duration) {
        long millis = duration.toMillis();
        if (millis < 1000) {
            return millis + " ms";
        }
        return (millis % 1000 == 0) ? millis / 1000 + " s" : String.format(Locale.ROOT, "%.1f s", millis / 1000.0);
    }

    /**
     * Collects the facts of a failure. Those that are not set are unknown.
     */
    public static final class Builder {

        private final FailureKind kind;

        private final String client;

        private String endpoint = "";

        private String target = "";

        private CallStage stage = CallStage.START;

        private int attempt = 1;

        private int maxAttempts = 1;

        private Duration elapsed = Duration.ZERO;

        private String detail = "";

        private @Nullable Duration limit;

        private @Nullable String key;

        private int status;

        private int effectiveStatus;

        private @Nullable String providerType;

        private @Nullable String providerMessage;

        private @Nullable String requestId;

        private @Nullable Duration retryAfter;

        private long delivered;

        private boolean notProcessed;

        private boolean permanent;

        private Builder(FailureKind kind, String client) {
            this.kind = kind;
            this.client = client;
        }

        /**
         * Who was called.
         * @param endpoint host and port
         * @param target method and URL without query
         * @return this builder
         */
        public Builder endpoint(String endpoint, String target) {
            this.endpoint = endpoint;
            this.target = target;
            return this;
        }

        /**
         * The stage in which it went wrong.
         * @param stage the stage
         * @return this builder
         */
        public Builder stage(CallStage stage) {
            this.stage = stage;
            return this;
        }

        /**
         * Which attempt failed.
         * @param attempt its number, from 1
         * @param maxAttempts how many the call has
         * @return this builder
         */
        public Builder attempt(int attempt, int maxAttempts) {
            this.attempt = attempt;
            this.maxAttempts = maxAttempts;
            return this;
        }

        /**
         * Time since the attempt began, or the call if that is what took too long.
         * @param elapsed the time
         * @return this builder
         */
        public Builder elapsed(Duration elapsed) {
            this.elapsed = elapsed;
            return this;
        }

        /**
         * What happened.
         * @param detail one sentence without a final stop, free of secrets
         * @return this builder
         */
        public Builder detail(String detail) {
            this.detail = detail;
            return this;
        }

        /**
         * The limit that was reached.
         * @param limit the limit
         * @param key the property that sets it, or {@code null} if the request did
         * @return this builder
         */
        public Builder limit(@Nullable Duration limit, @Nullable String key) {
            this.limit = limit;
            this.key = key;
            return this;
        }

        /**
         * The property that helps.
         * @param key the property, relative to the client
         * @return this builder
         */
        public Builder key(@Nullable String key) {
            this.key = key;
            return this;
        }

        /**
         * The status of the response, which is also the effective one unless that is set
         * later.
         * @param status HTTP status, 0 if none came
         * @return this builder
         */
        public Builder status(int status) {
            this.status = status;
            this.effectiveStatus = status;
            return this;
        }

        /**
         * The status that the failure means.
         * @param effectiveStatus HTTP status
         * @return this builder
         */
        public Builder effectiveStatus(int effectiveStatus) {
            this.effectiveStatus = effectiveStatus;
            return this;
        }

        /**
         * What the provider says, scrubbed and cut.
         * @param type its type or code of the error
         * @param message its message
         * @return this builder
         */
        public Builder provider(@Nullable String type, @Nullable String message) {
            this.providerType = type;
            this.providerMessage = message;
            return this;
        }

        /**
         * The provider's id of the request.
         * @param requestId the id
         * @return this builder
         */
        public Builder requestId(@Nullable String requestId) {
            this.requestId = requestId;
            return this;
        }

        /**
         * How long to wait before the next call, as the provider or a circuit breaker
         * asks.
         * @param retryAfter the wait
         * @return this builder
         */
        public Builder retryAfter(@Nullable Duration retryAfter) {
            this.retryAfter = retryAfter;
            return this;
        }

        /**
         * How many items the subscriber received before.
         * @param delivered the number
         * @return this builder
         */
        public Builder delivered(long delivered) {
            this.delivered = delivered;
            return this;
        }

        /**
         * Whether the server cannot have processed the request.
         * @param notProcessed whether it cannot
         * @return this builder
         */
        public Builder notProcessed(boolean notProcessed) {
            this.notProcessed = notProcessed;
            return this;
        }

        /**
         * Whether the same request must fail again, whatever its kind says.
         * @param permanent whether it must
         * @return this builder
         */
        public Builder permanent(boolean permanent) {
            this.permanent = permanent;
            return this;
        }

        /**
         * Put the facts together.
         * @return the facts
         */
        public Failure build() {
            return new Failure(this.kind, this.client, this.endpoint, this.target, this.stage, this.attempt,
                    this.maxAttempts, this.elapsed, this.detail, this.limit, this.key, this.status,
                    this.effectiveStatus, this.providerType, this.providerMessage, this.requestId, this.retryAfter,
                    this.delivered, this.notProcessed, this.permanent);
        }

        /**
         * The exception that fits the kind.
         * @param cause the cause, if there is one
         * @return a new exception
         */
        public LlmHttpException toException(@Nullable Throwable cause) {
            return LlmHttpException.of(build(), cause);
        }

        /**
         * The exception that fits the kind, without a cause.
         * @return a new exception
         */
        public LlmHttpException toException() {
            return toException(null);
        }

    }

}
