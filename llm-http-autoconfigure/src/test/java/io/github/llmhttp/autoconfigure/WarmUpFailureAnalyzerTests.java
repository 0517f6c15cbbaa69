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

package io.github.llmhttp.autoconfigure;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Map;

import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

class WarmUpFailureAnalyzerTests {

    private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
        .withConfiguration(AutoConfigurations.of(LlmHttpAutoConfiguration.class));

    @Test
    void namesClientReasonAndTheKeyThatLetsTheApplicationStart() throws IOException {
        int port;
        try (ServerSocket gone = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = gone.getLocalPort();
        }
        FailureAnalysis analysis = FailureAnalyses.of(this.contextRunner,
                Map.of("llm.http.clients.gpu.base-url", "http://127.0.0.1:" + port, "llm.http.clients.gpu.provider",
                        "vllm", "llm.http.pool.min-idle", "1", "llm.http.warm-up.fail-fast", "true"));
        assertThat(analysis.getDescription()).contains("'gpu'").contains("127.0.0.1:" + port).contains("refused");
        assertThat(analysis.getAction()).contains("llm.http.clients.gpu.warm-up.fail-fast");
    }

}
