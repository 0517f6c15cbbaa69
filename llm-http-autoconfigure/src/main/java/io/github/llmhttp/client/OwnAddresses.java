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
import java.util.List;
import java.util.function.Function;

import io.github.llmhttp.config.BaseUrl;
import io.github.llmhttp.endpoint.Endpoint;
import io.github.llmhttp.endpoint.EndpointChoice;
import io.github.llmhttp.endpoint.Endpoints;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpMethod;

/**
 * Tells whether an address that a caller wrote belongs to the client. If it does, any of
 * the client's endpoints may answer; if not, it is somebody else's, who must not get the
 * key, and whose failures say nothing of the client's endpoints.
 */
final class OwnAddresses {

    private final String client;

    private final List<BaseUrl> urls;

    private final Endpoints endpoints;

    OwnAddresses(String client, List<BaseUrl> urls, Endpoints endpoints) {
        this.client = client;
        this.urls = urls;
        this.endpoints = endpoints;
    }

    Destination of(HttpMethod method, URI uri) {
        for (int index = 0; index < this.urls.size(); index++) {
            if (isAt(this.urls.get(index), uri)) {
                return own(method, uri, index);
            }
        }
        Endpoint foreign = Endpoint.foreign(this.client, Route.endpoint(uri));
        return new Destination(Route.fixed(method, uri), EndpointChoice.only(foreign), false);
    }

    private Destination own(HttpMethod method, URI uri, int index) {
        String path = path(this.urls.get(index), uri);
        if (this.urls.size() == 1 || path == null) {
            return new Destination(Route.fixed(method, uri), EndpointChoice.only(this.endpoints.all().get(index)),
                    true);
        }
        Function<Endpoint, URI> address = (endpoint) -> (endpoint.index() == index) ? uri
                : URI.create(this.urls.get(endpoint.index()).resolve(path));
        Route route = new Route(method, uri, address);
        return new Destination(route, this.endpoints.choice(route::direct), true);
    }

    private static boolean isAt(BaseUrl own, URI uri) {
        return own.scheme().equalsIgnoreCase(uri.getScheme()) && own.endpoint().equalsIgnoreCase(Route.endpoint(uri));
    }

    /** What follows the prefix, {@code null} if that is not what the path begins with. */
    private static @Nullable String path(BaseUrl own, URI uri) {
        String query = (uri.getRawQuery() != null) ? "?" + uri.getRawQuery() : "";
        String path = uri.getRawPath() + query;
        String rest = path.startsWith(own.prefix()) ? path.substring(own.prefix().length()) : null;
        return (rest == null || rest.isEmpty() || rest.startsWith("/") || rest.startsWith("?")) ? rest : null;
    }

    /**
     * Where a generic call goes.
     *
     * @param route its address at each endpoint
     * @param choice who is asked
     * @param own whether it gets the client's key
     */
    record Destination(Route route, EndpointChoice choice, boolean own) {
    }

}
