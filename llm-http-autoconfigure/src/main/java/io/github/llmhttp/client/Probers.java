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

import java.util.Comparator;
import java.util.List;

import io.github.llmhttp.EndpointHealth;
import io.github.llmhttp.EndpointHealth.State;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Asks all endpoints of a client whether they are well.
 *
 * @param each one for each endpoint, in their order
 */
record Probers(List<Prober> each) {

    private static final List<State> BEST_FIRST = List.of(State.UP, State.UNKNOWN, State.DOWN);

    /**
     * Ask all, side by side.
     * @return the best answer, since one endpoint is enough for a call; the first one
     * among equals
     */
    Mono<EndpointHealth> probe() {
        return best(Flux.fromIterable(this.each).flatMapSequential(Prober::probe, this.each.size()));
    }

    Mono<EndpointHealth> closed() {
        return best(Flux.fromIterable(this.each).map(Prober::closed));
    }

    private static Mono<EndpointHealth> best(Flux<EndpointHealth> all) {
        Comparator<EndpointHealth> best = Comparator.comparingInt((health) -> BEST_FIRST.indexOf(health.state()));
        return all.reduce((one, other) -> (best.compare(one, other) <= 0) ? one : other);
    }

}
