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

import java.util.Map;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.reactive.handler.SimpleUrlHandlerMapping;

/**
 * Where the WebSocket is, and for whom: pages of this application. A browser lets any
 * page open a WebSocket to any server, and says only whose page it was.
 */
@Configuration(proxyBeanMethods = false)
class ChatSocketConfiguration {

    private static final String PATH = "/api/chat/socket";

    @Bean
    HandlerMapping chatSocketMapping(ChatSocket socket) {
        SimpleUrlHandlerMapping mapping = new SimpleUrlHandlerMapping(Map.of(PATH, socket), Ordered.HIGHEST_PRECEDENCE);
        mapping.setCorsConfigurations(Map.of(PATH, new CorsConfiguration()));
        return mapping;
    }

}
