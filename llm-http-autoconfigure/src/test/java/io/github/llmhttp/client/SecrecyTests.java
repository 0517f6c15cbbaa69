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

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class SecrecyTests {

    private final Secrecy secrecy = new Secrecy(List.of("sk-configured-1", "Bearer sk-header-22"));

    @Test
    void everyKnownSecretIsTakenOut() {
        this.secrecy.remember("sk-rotated-333");
        this.secrecy.remember("sk-rotated-444");
        assertThat(this.secrecy.scrub("sk-configured-1, sk-header-22, sk-rotated-333 and sk-rotated-444", List.of()))
            .isEqualTo("***, ***, *** and ***");
    }

    @Test
    void secretThatTheTextWasCutWithinIsTakenOut() {
        assertThat(this.secrecy.scrub("Incorrect key: sk-confi", List.of())).isEqualTo("Incorrect key: ***");
        assertThat(this.secrecy.scrub("Incorrect key: sk-configured...", List.of())).isEqualTo("Incorrect key: ***");
    }

    @Test
    void schemeOfAHeaderIsNoSecret() {
        assertThat(this.secrecy.scrub("The Bearer token is missing", List.of()))
            .isEqualTo("The Bearer token is missing");
    }

    @Test
    void keyInUseIsNotForgotten() {
        for (int i = 0; i < 1000; i++) {
            this.secrecy.remember("Bearer sk-steady-key");
            this.secrecy.remember("sk-rotated-" + (1000 + i));
        }
        assertThat(this.secrecy.scrub("[sk-steady-key]", List.of())).isEqualTo("[***]");
    }

    @Test
    void keyOfACallIsKnownHoweverManyOthersAreUsedMeanwhile() {
        this.secrecy.remember("Bearer sk-own-key");
        for (int i = 0; i < 1000; i++) {
            this.secrecy.remember("sk-rotated-" + (1000 + i));
        }
        assertThat(this.secrecy.scrub("[sk-own-key], sk-own-k...", List.of("Bearer sk-own-key", "short")))
            .isEqualTo("[***], ***");
        assertThat(this.secrecy.scrub("A short text", List.of("Bearer sk-own-key", "short"))).isEqualTo("A short text");
    }

    @Test
    void onlyRecentKeysAreRemembered() {
        for (int i = 0; i < 1000; i++) {
            this.secrecy.remember("sk-rotated-" + (1000 + i));
        }
        assertThat(this.secrecy.scrub("sk-rotated-1999", List.of())).isEqualTo("***");
        assertThat(this.secrecy.scrub("[sk-rotated-1000]", List.of())).isEqualTo("[sk-rotated-1000]");
    }

}
