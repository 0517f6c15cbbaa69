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

package io.github.llmhttp.monitoring;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

import io.github.llmhttp.PoolStats;
import io.github.llmhttp.endpoint.EndpointStatus;
import io.github.llmhttp.websocket.WebSocketNumbers;

/**
 * A client, as its meters see it.
 *
 * @param name its name
 * @param provider whose wire format it speaks
 * @param endpoints host and port of each endpoint, in their order
 * @param models models that may be the value of a tag
 * @param settings what is shown
 * @param pool the state of its pool
 * @param health what is remembered of its endpoints, in their order
 * @param webSockets what its WebSocket sessions have done
 * @param coolDown for how long calls still wait, because the provider asked them to
 */
public record MonitoredClient(String name, String provider, List<String> endpoints, Set<String> models,
        MonitoringProperties settings, Supplier<PoolStats> pool, Supplier<List<EndpointStatus>> health,
        Supplier<WebSocketNumbers> webSockets, Supplier<Duration> coolDown) {

    public MonitoredClient {
        endpoints = List.copyOf(endpoints);
        models = Set.copyOf(models);
    }

}
