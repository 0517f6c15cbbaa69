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

import java.nio.charset.StandardCharsets;

import io.github.llmhttp.ChatRequest;
import io.github.llmhttp.Failure;
import io.github.llmhttp.FailureKind;
import io.github.llmhttp.provider.MalformedPayloadException;
import io.github.llmhttp.provider.MissingModelException;
import io.github.llmhttp.provider.ProviderDialect;
import io.github.llmhttp.provider.TurnDialect;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes and reads JSON bodies. They are written before a call waits for a connection, so
 * that a request that cannot be written takes none.
 */
final class Bodies {

    private final String client;

    private final ProviderDialect dialect;

    private final @Nullable String model;

    private final JsonMapper json;

    Bodies(String client, ProviderDialect dialect, @Nullable String model, JsonMapper json) {
        this.client = client;
        this.dialect = dialect;
        this.model = model;
        this.json = json;
    }

    String client() {
        return this.client;
    }

    /** The model that a request asks for; empty if nobody names one. */
    String model(ChatRequest request) {
        String own = request.model();
        return (own != null) ? own : (this.model != null) ? this.model : "";
    }

    byte[] chat(ChatRequest request, boolean stream) {
        try {
            return this.dialect.body(request, this.model, stream);
        }
        catch (IllegalArgumentException ex) {
            throw Failure.of(FailureKind.CONFIG, this.client)
                .detail("the request cannot be sent to provider '%s': %s".formatted(this.dialect.id(), ex.getMessage()))
                .key((ex instanceof MissingModelException) ? "model" : null)
                .toException(ex);
        }
    }

    byte[] turn(TurnDialect turns, ChatRequest request) {
        try {
            return turns.turn(request, this.model);
        }
        catch (IllegalArgumentException ex) {
            throw Failure.of(FailureKind.CONFIG, this.client)
                .detail("the request is no turn of this WebSocket chat: %s".formatted(ex.getMessage()))
                .key((ex instanceof MissingModelException) ? "model" : null)
                .toException(ex);
        }
    }

    byte[] json(Object body) {
        if (body instanceof byte[] bytes) {
            return bytes;
        }
        if (body instanceof String text) {
            return text.getBytes(StandardCharsets.UTF_8);
        }
        try {
            return this.json.writeValueAsBytes(body);
        }
        catch (JacksonException ex) {
            // Jackson's message may hold parts of the body
            throw Failure.of(FailureKind.CONFIG, this.client)
                .detail("a body of type %s cannot be written as JSON".formatted(body.getClass().getName()))
                .toException();
        }
    }

    <T> T read(byte[] bytes, Class<T> type) {
        if (type == String.class) {
            return type.cast(new String(bytes, StandardCharsets.UTF_8));
        }
        if (type == byte[].class) {
            return type.cast(bytes);
        }
        T value = this.json.readValue(bytes, type);
        if (value == null) {
            throw new MalformedPayloadException("it is null");
        }
        return value;
    }

}
