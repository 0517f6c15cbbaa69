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

package io.github.llmhttp.tls;

import io.netty.handler.ssl.SslContextBuilder;

/**
 * Callback that adjusts TLS of a client before it is built, and again each time its
 * certificates are reloaded. Beans of this type run in {@code @Order}, after the SSL
 * bundle has been applied.
 */
@FunctionalInterface
public interface TlsCustomizer {

    /**
     * Customize TLS of the given client. The host name of the server is verified whatever
     * is set here.
     * @param client the name of the client
     * @param context the builder of its TLS context
     */
    void customize(String client, SslContextBuilder context);

}
