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

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class FailureTests {

    @Test
    void builderOfAFailureStartsWithAllOfIt() {
        Failure failure = new Failure(FailureKind.OVERLOADED, "chat", "llm:443", "POST https://llm/v1", CallStage.BODY,
                2, 3, Duration.ofSeconds(1), "detail", Duration.ofSeconds(2), "timeout.total", 200, 529, "type",
                "message", "id", Duration.ofSeconds(3), 4, true, true);
        assertThat(failure.mutate().build()).isEqualTo(failure);
        assertThat(failure.mutate().detail("other").build()).isNotEqualTo(failure)
            .returns("other", Failure::detail)
            .returns("chat", Failure::client);
    }

}
