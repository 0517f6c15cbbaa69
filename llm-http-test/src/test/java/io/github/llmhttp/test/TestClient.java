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

package io.github.llmhttp.test;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The JDK's client, which knows nothing of the formats of the providers.
 */
final class TestClient {

    static final String CHAT = "/v1/chat/completions";

    static final Duration LIMIT = Duration.ofSeconds(5);

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final MockLlmServer llm;

    TestClient(MockLlmServer llm) {
        this.llm = llm;
    }

    HttpResponse<String> post(String path, String body) throws IOException, InterruptedException {
        return this.client.send(request(path, body), HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(this.llm.url() + path)).timeout(LIMIT).build();
        return this.client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<Stream<String>> lines(String path, String body) throws IOException, InterruptedException {
        return this.client.send(request(path, body), HttpResponse.BodyHandlers.ofLines());
    }

    HttpResponse<InputStream> open(String path, String body) throws IOException, InterruptedException {
        return this.client.send(request(path, body), HttpResponse.BodyHandlers.ofInputStream());
    }

    HttpResponse<Void> head(String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(this.llm.url() + path))
            .method("HEAD", HttpRequest.BodyPublishers.noBody())
            .timeout(LIMIT)
            .build();
        return this.client.send(request, HttpResponse.BodyHandlers.discarding());
    }

    JsonNode json(String path, String body) throws IOException, InterruptedException {
        return MAPPER.readTree(post(path, body).body());
    }

    private HttpRequest request(String path, String body) {
        return HttpRequest.newBuilder(URI.create(this.llm.url() + path))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .timeout(LIMIT)
            .build();
    }

    /**
     * The JSON of all data lines of a stream, without {@code [DONE]}.
     * @param body the body of the stream
     * @return the events
     */
    static List<JsonNode> events(String body) {
        return body.lines()
            .filter((line) -> line.startsWith("data: {"))
            .map((line) -> MAPPER.readTree(line.substring(6)))
            .toList();
    }

    /**
     * The JSON of all lines.
     * @param body the body of the stream
     * @return the objects
     */
    static List<JsonNode> objects(String body) {
        return body.lines().map(MAPPER::readTree).toList();
    }

}
