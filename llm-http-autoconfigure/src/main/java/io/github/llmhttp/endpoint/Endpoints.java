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
package io.github.llmhttp.endpoint;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;

import io.github.llmhttp.call.CallContext;
import io.github.llmhttp.circuitbreaker.Permission;

/**
 * The addresses of one client. Calls go to the lowest priority that can take them, there
 * to whoever has the fewest calls for its weight, and in turn where several have equally
 * few.
 */
public final class Endpoints {

    private final List<Endpoint> all;

    /**
     * Take the addresses of a client.
     * @param all the endpoints in their order, one at least
     */
    public Endpoints(List<Endpoint> all) {
        this.all = List.copyOf(all);
    }

    /**
     * All endpoints.
     * @return the endpoints in their order
     */
    public List<Endpoint> all() {
        return this.all;
    }

    /**
     * What may be shown of all of them.
     * @return states in the order of the endpoints
     */
    public List<EndpointStatus> status() {
        return this.all.stream().map(Endpoint::status).toList();
    }

    /**
     * Whether no endpoint lets an attempt through now.
     * @return whether a call would be refused
     */
    public boolean isOpen() {
        return this.all.stream().allMatch((endpoint) -> endpoint.breaker().isOpen());
    }

    /**
     * Who is asked by the attempts of a call.
     * @param direct tells an attempt where it goes
     * @return the choice of one call
     */
    public EndpointChoice choice(BiConsumer<CallContext, Endpoint> direct) {
        return (this.all.size() == 1) ? EndpointChoice.only(this.all.get(0)) : new Balanced(direct);
    }

    private List<Candidate> candidates(Set<Endpoint> tried) {
        boolean ejectedAll = this.all.stream().allMatch(Endpoint::isEjected);
        List<Candidate> candidates = new ArrayList<>(this.all.size());
        for (Endpoint endpoint : this.all) {
            double share = endpoint.share();
            if (!endpoint.breaker().isOpen()) {
                candidates.add(new Candidate(endpoint, endpoint.isEjected() && !ejectedAll, tried.contains(endpoint),
                        endpoint.breaker().awaitsProbe(), share, endpoint.pending() / share));
            }
        }
        return candidates;
    }

    /** Smooth weighted round robin: whoever is due for the longest time goes first. */
    private synchronized void takeTurns(List<Candidate> equals) {
        double sum = 0;
        for (Candidate candidate : equals) {
            candidate.endpoint().turn += candidate.share();
            sum += candidate.share();
        }
        equals.sort(Comparator.comparingDouble((candidate) -> -candidate.endpoint().turn));
        equals.get(0).endpoint().turn -= sum;
    }

    /**
     * Chooses for the attempts of one call.
     */
    private final class Balanced implements EndpointChoice {

        private final BiConsumer<CallContext, Endpoint> direct;

        private final Set<Endpoint> tried = new HashSet<>();

        Balanced(BiConsumer<CallContext, Endpoint> direct) {
            this.direct = direct;
        }

        @Override
        public Grant next(CallContext call) {
            List<Candidate> candidates = candidates(this.tried);
            candidates.sort(Candidate.ORDER);
            if (!candidates.isEmpty()) {
                takeTurns(candidates.subList(0, equals(candidates)));
            }
            for (Candidate candidate : candidates) {
                Endpoint endpoint = candidate.endpoint();
                this.direct.accept(call, endpoint);
                Permission permission = endpoint.breaker().tryAsk(call);
                if (permission != null) {
                    this.tried.add(endpoint);
                    return endpoint.grant(permission);
                }
            }
            Endpoint soonest = soonest();
            this.direct.accept(call, soonest);
            throw soonest.breaker().refusal(call);
        }

        private static int equals(List<Candidate> sorted) {
            int equals = 1;
            while (equals < sorted.size() && Candidate.ORDER.compare(sorted.get(0), sorted.get(equals)) == 0) {
                equals++;
            }
            return equals;
        }

        private Endpoint soonest() {
            Endpoint soonest = Endpoints.this.all.get(0);
            Duration least = soonest.breaker().untilProbe();
            for (Endpoint endpoint : Endpoints.this.all) {
                Duration until = endpoint.breaker().untilProbe();
                if (until.compareTo(least) < 0) {
                    soonest = endpoint;
                    least = until;
                }
            }
            return soonest;
        }

        @Override
        public boolean hasOther() {
            return candidates(this.tried).stream().anyMatch((other) -> !other.tried() && !other.ejected());
        }

    }

    /**
     * An endpoint that may be asked, as it is at the moment of a choice.
     *
     * @param endpoint the endpoint
     * @param ejected whether its probes failed, while those of others did not
     * @param tried whether the call has asked it
     * @param awaitsProbe whether a few calls decide if it gets more: without them it
     * would never come back
     * @param share share of the calls that it should get
     * @param load calls that it has for its share
     */
    private record Candidate(Endpoint endpoint, boolean ejected, boolean tried, boolean awaitsProbe, double share,
            double load) {

        static final Comparator<Candidate> ORDER = Comparator.comparing(Candidate::ejected)
            .thenComparing(Candidate::tried)
            .thenComparing((candidate) -> candidate.endpoint().priority())
            .thenComparing((candidate) -> !candidate.awaitsProbe())
            .thenComparing(Candidate::load);

    }

}
