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
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

import io.github.llmhttp.Failure;
import io.github.llmhttp.FailureKind;
import io.github.llmhttp.config.BaseUrl;
import io.github.llmhttp.provider.ProviderDialect;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.http.client.reactive.ClientHttpRequest;
import org.springframework.web.reactive.function.BodyInserter;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.client.WebClient.RequestHeadersSpec;
import org.springframework.web.util.UriComponentsBuilder;
import org.springframework.web.util.UriUtils;

/**
 * Writes a client's requests: address, headers, key and body.
 */
final class Requests {

    private final String client;

    private final WebClient http;

    private final List<BaseUrl> baseUrls;

    private final Map<String, String> headers;

    private final Map<String, String> query;

    private final ProviderDialect dialect;

    private final List<URI> chatUris;

    /**
     * Create the writer.
     * @param client name of the client
     * @param http sends the requests
     * @param baseUrls addresses of the endpoints, in their order
     * @param headers headers of every request
     * @param query query parameters of every request
     * @param dialect the provider's wire format
     */
    Requests(String client, WebClient http, List<BaseUrl> baseUrls, Map<String, String> headers,
            Map<String, String> query, ProviderDialect dialect) {
        this.client = client;
        this.http = http;
        this.baseUrls = baseUrls;
        this.headers = headers;
        this.query = query;
        this.dialect = dialect;
        this.chatUris = baseUrls.stream().map((url) -> uri(url, dialect.chatPath(), Map.of())).toList();
    }

    WebClient webClient() {
        return this.http;
    }

    Route chat(Map<String, String> more) {
        return more.isEmpty()
                ? new Route(HttpMethod.POST, this.chatUris.get(0), (endpoint) -> this.chatUris.get(endpoint.index()))
                : route(HttpMethod.POST, this.dialect.chatPath(), more);
    }

    /**
     * The way to a path of any endpoint.
     * @param method HTTP method
     * @param path the path, after the base URL's prefix; may have a query
     * @param more query parameters besides the client's
     * @return the way, each of whose addresses is made when it is asked for
     */
    Route route(HttpMethod method, String path, Map<String, String> more) {
        URI first = uri(this.baseUrls.get(0), path, more);
        return new Route(method, first,
                (endpoint) -> (endpoint.index() == 0) ? first : uri(this.baseUrls.get(endpoint.index()), path, more));
    }

    private URI uri(BaseUrl baseUrl, String path, Map<String, String> more) {
        String slash = path.startsWith("/") ? "" : "/";
        try {
            UriComponentsBuilder uri = UriComponentsBuilder.fromUriString(baseUrl + slash + path);
            this.query.forEach((name, value) -> uri.replaceQueryParam(encoded(name), encoded(value)));
            more.forEach((name, value) -> uri.replaceQueryParam(encoded(name), encoded(value)));
            return uri.build(true).toUri();
        }
        catch (IllegalArgumentException | IllegalStateException ex) {
            throw Failure.of(FailureKind.CONFIG, this.client)
                .detail("a path of %d characters is no valid path of a URL; encode what is not allowed in one"
                    .formatted(path.length()))
                .toException();
        }
    }

    /**
     * Add the client's query parameters to an address that lacks them.
     * @param uri an address of the endpoint
     * @return the address with all of them
     */
    URI withQuery(URI uri) {
        if (this.query.isEmpty()) {
            return uri;
        }
        UriComponentsBuilder builder = UriComponentsBuilder.fromUri(uri);
        Set<String> own = builder.build().getQueryParams().keySet();
        this.query.forEach((name, value) -> {
            if (!own.contains(encoded(name))) {
                builder.queryParam(encoded(name), encoded(value));
            }
        });
        return builder.build(true).toUri();
    }

    private static String encoded(String text) {
        return UriUtils.encode(text, StandardCharsets.UTF_8);
    }

    RequestHeadersSpec<?> post(URI uri, byte[] body, @Nullable String key, Map<String, String> more, String accept) {
        return this.http.method(HttpMethod.POST)
            .uri(uri)
            .headers(writeHeaders(key, more, accept))
            .attribute(StaleRetry.REPEATABLE, true)
            .contentType(MediaType.APPLICATION_JSON)
            .bodyValue(body);
    }

    /**
     * A request without body.
     * @param send sends it, once it has a connection
     */
    RequestHeadersSpec<?> get(URI uri, @Nullable String key, BodyInserter<?, ? super ClientHttpRequest> send) {
        return this.http.method(HttpMethod.GET)
            .uri(uri)
            .headers(writeHeaders(key, Map.of(), MediaType.ALL_VALUE))
            .body(send);
    }

    /**
     * The dialect's headers first, so that the configured and the call's own ones win.
     */
    Consumer<HttpHeaders> writeHeaders(@Nullable String key, Map<String, String> more, String accept) {
        return (target) -> {
            target.set(HttpHeaders.ACCEPT, accept);
            // Without it every coding is welcome (RFC 9110, section 12.5.3), and a
            // compressed stream arrives in lumps
            target.set(HttpHeaders.ACCEPT_ENCODING, Responses.IDENTITY);
            this.dialect.authenticate(target, key);
            this.headers.forEach(target::set);
            more.forEach(target::set);
        };
    }

}
