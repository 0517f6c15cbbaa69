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

package io.github.llmhttp.proxy;

import reactor.netty.transport.ProxyProvider;

/**
 * Callback that adjusts the proxy of a client before it is built. Beans of this type run
 * in {@code @Order}, after the properties have been applied, and only if a proxy is
 * configured.
 */
@FunctionalInterface
public interface ProxyCustomizer {

    /**
     * Customize the proxy of the given client. Called for each connection, so it must be
     * cheap and always do the same.
     * @param client the name of the client
     * @param proxy the builder of its proxy
     */
    void customize(String client, ProxyProvider.Builder proxy);

}
