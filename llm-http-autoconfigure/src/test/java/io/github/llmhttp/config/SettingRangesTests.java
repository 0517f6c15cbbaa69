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

import java.time.Duration;
import java.util.Map;

import org.junit.jupiter.api.Test;

import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;

class SettingRangesTests {

    @Test
    void everyNumberDurationAndSizeHasARangeThatHoldsItsDefault() {
        Map<String, Object> defaults = SettingKeys.values(new LlmClientProperties());
        SettingKeys.types(LlmClientProperties.class).forEach((key, type) -> {
            boolean measured = Number.class.isAssignableFrom(type) || type == int.class || type == double.class
                    || type == Duration.class || type == DataSize.class;
            SettingRange range = SettingRanges.of(key);
            assertThat(range != null).as(key).isEqualTo(measured);
            if (range != null && defaults.containsKey(key)) {
                assertThat(range.contains(defaults.get(key))).as(key).isTrue();
            }
        });
    }

    @Test
    void everyKeySaysWhatIsAllowedAndGivesAnExample() {
        for (String key : SettingKeys.all()) {
            assertThat(SettingRanges.allowed(key)).as(key).isNotBlank();
            assertThat(SettingRanges.example(key)).as(key).isNotBlank().isNotEqualTo("text");
        }
    }

    @Test
    void settingsWithoutSecretsPrintNoneEither() {
        LlmHttpProperties properties = new LlmHttpProperties();
        properties.setApiKey("sk-canary");
        properties.getProxy().setPassword("canary");
        properties.getHeaders().put("X-A", "canary");
        assertThat(properties).asString().doesNotContain("canary");
        assertThat(properties.getProxy()).asString().doesNotContain("canary");
    }

    @Test
    void writesValuesAsAConfigurationFileWould() {
        assertThat(SettingFormat.of(Duration.ofMinutes(3))).isEqualTo("180s");
        assertThat(SettingFormat.of(Duration.ofMinutes(15))).isEqualTo("15m");
        assertThat(SettingFormat.of(Duration.ofHours(24))).isEqualTo("24h");
        assertThat(SettingFormat.of(Duration.ofMillis(1500))).isEqualTo("1500ms");
        assertThat(SettingFormat.of(Duration.ofNanos(1))).isEqualTo("1ns");
        assertThat(SettingFormat.of(Duration.ofSeconds(Long.MAX_VALUE))).startsWith("PT");
        assertThat(SettingFormat.of(DataSize.ofMegabytes(16))).isEqualTo("16MB");
        assertThat(SettingFormat.of(DataSize.ofBytes(100))).isEqualTo("100B");
    }

}
