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

import java.net.URI;
import java.util.function.Function;

import io.github.llmhttp.call.CallContext;
import io.github.llmhttp.endpoint.Endpoint;

import org.springframework.http.HttpMethod;

/**
 * Where a call goes: one path, of whichever endpoint is asked.
 *
 * @param method HTTP method
 * @param first the address that stands for the call until an endpoint is chosen
 * @param address the address at an endpoint
 */
record Route(HttpMethod method, URI first, Function<Endpoint, URI> address) {

    /**
     * A call that can go nowhere else.
     */
    static Route fixed(HttpMethod method, URI uri) {
        return new Route(method, uri, (endpoint) -> uri);
    }

    URI at(Endpoint endpoint) {
        return this.address.apply(endpoint);
    }

    /** An attempt goes to an endpoint. */
    void direct(CallContext call, Endpoint endpoint) {
        call.to(endpoint.name(), target(this.method, at(endpoint)));
    }

    /**
     * Who is asked, as the gate counts calls.
     * @return host and port
     */
    static String endpoint(URI uri) {
        int port = uri.getPort();
        if (port < 0) {
            port = "https".equalsIgnoreCase(uri.getScheme()) ? 443 : 80;
        }
        return uri.getHost() + ":" + port;
    }

    /**
     * What is asked for, as messages show it.
     * @return method and URL without query
     */
    static String target(HttpMethod method, URI uri) {
        String authority = (uri.getPort() < 0) ? uri.getHost() : uri.getHost() + ":" + uri.getPort();
        return method + " " + uri.getScheme() + "://" + authority + uri.getRawPath();
    }

}
