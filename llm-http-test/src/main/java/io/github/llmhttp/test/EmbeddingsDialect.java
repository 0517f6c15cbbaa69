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

package io.github.llmhttp.test;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * OpenAI embeddings: a small vector for each input, the same for the same input.
 */
final class EmbeddingsDialect implements Dialect {

    private static final int DIMENSIONS = 8;

    @Override
    public List<Steps.Step> stream(Answer answer) {
        return Steps.ofWhole(Json.bytes(whole(answer)), answer.reply().tokens());
    }

    @Override
    public Map<String, @Nullable Object> whole(Answer answer) {
        JsonNode input = answer.request().path("input");
        List<Object> data = new ArrayList<>();
        // An array of numbers is one input that consists of token ids
        boolean several = input.isArray() && !input.path(0).isNumber();
        for (int i = 0; i < (several ? input.size() : 1); i++) {
            float[] vector = vector((several ? input.get(i) : input).toString());
            data.add(Json.object("object", "embedding", "index", i, "embedding",
                    isBase64(answer) ? base64(vector) : vector));
        }
        return Json.object("object", "list", "data", data, "model", answer.model(), "usage",
                Json.object("prompt_tokens", answer.inputTokens(), "total_tokens", answer.inputTokens()));
    }

    private static boolean isBase64(Answer answer) {
        return answer.request().path("encoding_format").asString("").equals("base64");
    }

    private static float[] vector(String input) {
        float[] vector = new float[DIMENSIONS];
        for (int i = 0; i < DIMENSIONS; i++) {
            vector[i] = (float) Math.sin(input.hashCode() + i);
        }
        return vector;
    }

    private static String base64(float[] vector) {
        ByteBuffer bytes = ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : vector) {
            bytes.putFloat(value);
        }
        return Base64.getEncoder().encodeToString(bytes.array());
    }

    @Override
    public Map<String, @Nullable Object> error(String type, String message, String requestId) {
        return new OpenAiChatDialect().error(type, message, requestId);
    }

}
