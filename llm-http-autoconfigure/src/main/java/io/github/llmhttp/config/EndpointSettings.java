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
package io.github.llmhttp.config;

/**
 * One address that a client may ask.
 *
 * @param url where requests go
 * @param weight share of the calls, relative to the others of the same priority, from 1
 * @param priority lowest first, from 0
 */
public record EndpointSettings(BaseUrl url, int weight, int priority) {

    static EndpointSettings only(BaseUrl url) {
        return new EndpointSettings(url, 1, 0);
    }

}
