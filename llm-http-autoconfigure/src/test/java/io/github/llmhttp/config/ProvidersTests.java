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

import io.github.llmhttp.provider.ProviderDialects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class ProvidersTests {

    private final ProviderDialects dialects = new ProviderDialects();

    private final Providers providers = Providers.of(this.dialects.ids().stream().map(this.dialects::get).toList(),
            (host) -> this.dialects.byHost(host).id());

    @ParameterizedTest
    @CsvSource({ "openai, true", "openai-responses, true", "anthropic, true", "ollama, true", "vllm, false",
            "generic, false", "nobody, false" })
    void modelIsRequiredWhereItsProviderRefusesARequestWithoutOne(String provider, boolean required) {
        assertThat(this.providers.requiresModel(provider)).isEqualTo(required);
    }

}
