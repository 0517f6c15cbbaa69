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
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

import io.github.llmhttp.EndpointHealth;
import io.github.llmhttp.EndpointHealth.State;
import io.github.llmhttp.circuitbreaker.CircuitBreakers;
import io.github.llmhttp.circuitbreaker.EndpointBreaker;
import io.github.llmhttp.circuitbreaker.Permission;

/**
 * One address of a client: what is known of it, how many calls it has, and how many it
 * should get. One whose probes fail gets none until a probe succeeds; one that comes back
 * gets few at first, so that a server that has just started is not overrun.
 */
public final class Endpoint {

    /** Number of failed probes in a row that keep calls away. */
    public static final int FAILED_PROBES = 2;

    /** Time in which an endpoint that came back gets its full share again. */
    public static final Duration SLOW_RETURN = Duration.ofSeconds(30);

    /** What it gets at first. */
    static final double FIRST_SHARE = 0.1;

    private final int index;

    private final String name;

    private final int weight;

    private final int priority;

    private final EndpointFacts facts;

    private final EndpointBreaker breaker;

    private final LongSupplier nanos;

    private final AtomicInteger pending = new AtomicInteger();

    private final AtomicInteger failedProbes = new AtomicInteger();

    private volatile boolean ejected;

    private volatile boolean everOut;

    private volatile long lastOut;

    /** Guarded by the lock of those who choose. */
    double turn;

    /**
     * Create an endpoint.
     * @param index its number, from 0
     * @param name host and port
     * @param weight share of the calls, from 1
     * @param priority lowest first
     * @param facts what is known of it
     * @param breaker its circuit breaker
     * @param nanos monotonic nanoseconds
     */
    public Endpoint(int index, String name, int weight, int priority, EndpointFacts facts, EndpointBreaker breaker,
            LongSupplier nanos) {
        this.index = index;
        this.name = name;
        this.weight = weight;
        this.priority = priority;
        this.facts = facts;
        this.breaker = breaker;
        this.nanos = nanos;
    }

    /**
     * Somebody else's address, of which nothing is remembered.
     * @param client name of the client
     * @param name host and port
     * @return lets everything through
     */
    public static Endpoint foreign(String client, String name) {
        return new Endpoint(-1, name, 1, 0, new EndpointFacts(client, name), CircuitBreakers.none(), () -> 0);
    }

    /**
     * The number of the endpoint.
     * @return the number, from 0
     */
    public int index() {
        return this.index;
    }

    public String name() {
        return this.name;
    }

    public EndpointFacts facts() {
        return this.facts;
    }

    EndpointBreaker breaker() {
        return this.breaker;
    }

    int priority() {
        return this.priority;
    }

    /**
     * A probe came back.
     * @param state what it says
     * @param latency how long it took
     * @param detail one sentence on what was seen
     * @return the same as a fact
     */
    public EndpointHealth probed(State state, Duration latency, String detail) {
        switch (state) {
            case UP -> {
                this.failedProbes.set(0);
                if (this.ejected) {
                    isOut();
                    this.ejected = false;
                }
            }
            case DOWN -> this.ejected = this.failedProbes.incrementAndGet() >= FAILED_PROBES;
            case UNKNOWN -> {
                // Tells nothing
            }
        }
        return this.facts.probed(state, latency, detail);
    }

    boolean isEjected() {
        return this.ejected;
    }

    private void isOut() {
        this.lastOut = this.nanos.getAsLong();
        this.everOut = true;
    }

    /**
     * Share of the calls that it should get now.
     * @return the weight, less after the endpoint came back
     */
    double share() {
        if (this.ejected || this.breaker.isOpen() || this.breaker.awaitsProbe()) {
            isOut();
        }
        if (!this.everOut) {
            return this.weight;
        }
        double back = (double) (this.nanos.getAsLong() - this.lastOut) / SLOW_RETURN.toNanos();
        return this.weight * Math.min(1, FIRST_SHARE + (1 - FIRST_SHARE) * back);
    }

    int pending() {
        return this.pending.get();
    }

    Grant grant(Permission permission) {
        return new Grant(this, permission, this.pending);
    }

    /**
     * All that may be shown.
     * @return the state at this moment
     */
    public EndpointStatus status() {
        return new EndpointStatus(this.facts.health(), this.weight, this.priority, this.breaker.state(), this.ejected,
                this.pending.get(), this.facts.lastFailure(), this.facts.lastProbe());
    }

    @Override
    public String toString() {
        return "Endpoint[" + this.name + "]";
    }

}
