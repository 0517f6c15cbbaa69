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

import java.util.List;
import java.util.Map;

import io.github.llmhttp.PoolStats;
import org.jspecify.annotations.Nullable;

/**
 * What the transport of a client does at one moment: numbers and names, never a key, a
 * prompt or an answer. Numbers of things that happened only grow; who wants to know how
 * many there were of late subtracts two snapshots.
 *
 * @param at when it was taken, in milliseconds since 1970
 * @param client name of the client
 * @param pool its connections
 * @param calls whole calls that ended, by outcome
 * @param failures whole calls that failed, by kind
 * @param retries attempts that followed a failed one, by its kind
 * @param suppressed attempts that were held back, by reason
 * @param coolDown seconds for which calls still wait because the provider asked to
 * @param endpoints who is called
 * @param waits streams that ended since the snapshot before, of any client
 * @param demo the embedded mock, {@code null} if a real endpoint answers
 */
record TransportSnapshot(long at, String client, Pool pool, Map<String, Long> calls, Map<String, Long> failures,
        Map<String, Long> retries, Map<String, Long> suppressed, double coolDown, List<Endpoint> endpoints,
        List<StreamWait> waits, @Nullable Demo demo) {

    /**
     * Connections, and the line before them.
     *
     * @param calls connections that calls use
     * @param streams connections that streams use
     * @param sessions connections that WebSockets use
     * @param idle open connections that are not in use
     * @param pending calls that wait for a connection
     * @param maxConnections limit of connections in use
     * @param maxStreams limit of connections in use by streams
     * @param maxPending limit of calls that wait
     * @param evicted connections taken out of the pool, by reason
     */
    record Pool(int calls, int streams, int sessions, int idle, int pending, int maxConnections, int maxStreams,
            int maxPending, Map<String, Long> evicted) {

        static Pool of(PoolStats stats) {
            int calls = stats.acquired() - stats.acquiredStreams() - stats.acquiredSessions();
            return new Pool(calls, stats.acquiredStreams(), stats.acquiredSessions(), stats.idle(), stats.pending(),
                    stats.maxConnections(), stats.maxStreams(), stats.maxPendingAcquires(), stats.evicted());
        }

    }

    /**
     * One endpoint of the client.
     *
     * @param name host and port
     * @param circuitBreaker state of its circuit breaker
     * @param state what is remembered of it
     * @param attempts attempts that ended, by outcome
     * @param failures attempts that failed, by kind
     */
    record Endpoint(String name, String circuitBreaker, String state, Map<String, Long> attempts,
            Map<String, Long> failures) {
    }

    /**
     * How long the user of a stream looked at nothing new.
     *
     * @param at when the stream ended, in milliseconds since 1970
     * @param firstToken milliseconds to the first token
     * @param tokenGap longest gap between two tokens in milliseconds, {@code null} if
     * there were less than two
     */
    record StreamWait(long at, long firstToken, @Nullable Long tokenGap) {
    }

    /**
     * What visitors do to the embedded mock.
     *
     * @param mischief how the mock behaves
     * @param load calls that are made at a time
     * @param inFlight calls of the load that run now
     */
    record Demo(String mischief, int load, int inFlight) {
    }

}
