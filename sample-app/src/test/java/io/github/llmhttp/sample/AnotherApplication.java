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

package io.github.llmhttp.sample;

import java.util.HashMap;
import java.util.Map;

import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.http.client.ReactorResourceFactory;

/**
 * One more sample beside that of the test class. It does not share the threads of Reactor
 * Netty, which would end for all when it closes.
 */
final class AnotherApplication {

    private AnotherApplication() {
    }

    static ConfigurableApplicationContext start(Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(
                Map.of("server.port", "0", "LLM_BASE_URL", "", "LLM_PROVIDER", "", "LLM_MODEL", ""));
        all.putAll(settings);
        return new SpringApplicationBuilder(SampleApplication.class, OwnThreads.class)
            .run(all.entrySet().stream().map((setting) -> "--" + setting).toArray(String[]::new));
    }

    static int port(ConfigurableApplicationContext application) {
        return application.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
    }

    static final class OwnThreads {

        @Bean
        ReactorResourceFactory reactorResourceFactory() {
            ReactorResourceFactory resources = new ReactorResourceFactory();
            resources.setUseGlobalResources(false);
            return resources;
        }

    }

}
