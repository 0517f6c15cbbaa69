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

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The form that an answer must have.
 *
 * @param name name of the schema; empty for any JSON object
 * @param schema JSON schema of the answer; empty for any JSON object
 */
public record ResponseFormat(String name, Map<String, Object> schema) {

    public ResponseFormat {
        // Keeps the order of the fields: providers cache prompts by their bytes
        schema = Collections.unmodifiableMap(new LinkedHashMap<>(schema));
    }

    /**
     * Any JSON object.
     * @return the format
     */
    public static ResponseFormat jsonObject() {
        return new ResponseFormat("", Map.of());
    }

    /**
     * JSON of the given schema.
     * @param name name of the schema: letters, digits, {@code _} and {@code -}
     * @param schema the JSON schema
     * @return the format
     */
    public static ResponseFormat jsonSchema(String name, Map<String, Object> schema) {
        return new ResponseFormat(name, schema);
    }

    @Override
    public String toString() {
        return this.schema.isEmpty() ? "ResponseFormat[JSON]" : "ResponseFormat[JSON schema " + this.name + "]";
    }

}
