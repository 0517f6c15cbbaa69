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

package io.github.llmhttp.circuitbreaker;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

import io.github.llmhttp.LlmWebClients;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;

/**
 * The circuit breakers of one client, one for each endpoint. They are in the registry as
 * {@code <client>}, or {@code <client>-<n>} if there are several endpoints; an instance
 * or a configuration that the application gave that name is used in place of ours.
 */
public final class CircuitBreakers {

    private static final Duration NEVER = Duration.ofNanos(Long.MAX_VALUE);

    private final CircuitBreakerRegistry registry;

    private final LongSupplier nanos;

    private final List<CircuitBreaker> created = new ArrayList<>();

    private final List<EndpointBreaker> breakers;

    /**
     * Create the breakers of a client.
     * @param client name of the client
     * @param properties their settings
     * @param registry knows the application's own breakers, and gets to know ours
     * @param endpoints number of endpoints
     * @param nanos monotonic nanoseconds
     */
    public CircuitBreakers(String client, CircuitBreakerProperties properties, CircuitBreakerRegistry registry,
            int endpoints, LongSupplier nanos) {
        this.registry = registry;
        this.nanos = nanos;
        this.breakers = IntStream.rangeClosed(1, endpoints)
            .mapToObj((number) -> (endpoints == 1) ? client : client + "-" + number)
            .map((name) -> properties.isEnabled() ? breaker(name, properties) : NoBreaker.INSTANCE)
            .toList();
    }

    /**
     * The breaker of an endpoint.
     * @param index number of the endpoint, from 0
     * @return its breaker; lets everything through if breakers are switched off
     */
    public EndpointBreaker endpoint(int index) {
        return this.breakers.get(index);
    }

    /**
     * The breaker of an endpoint that is not the client's.
     * @return lets everything through and forgets it
     */
    public static EndpointBreaker none() {
        return NoBreaker.INSTANCE;
    }

    /**
     * Close all breakers and forget what they have counted.
     */
    public void reset() {
        this.breakers.forEach(EndpointBreaker::reset);
    }

    /**
     * Take the breakers out of the registry, so that a later client of the same name
     * starts afresh. Those of the application stay.
     */
    public void close() {
        for (CircuitBreaker breaker : this.created) {
            if (this.registry.find(breaker.getName()).filter((known) -> known == breaker).isPresent()) {
                this.registry.remove(breaker.getName());
            }
        }
    }

    private EndpointBreaker breaker(String name, CircuitBreakerProperties properties) {
        // Of a client that is still closing
        if (this.registry.find(name).filter(CircuitBreakers::isConfiguredHere).isPresent()) {
            this.registry.remove(name);
        }
        AtomicBoolean isNew = new AtomicBoolean();
        CircuitBreaker breaker = this.registry.circuitBreaker(name, () -> {
            isNew.set(true);
            return config(name, properties);
        });
        if (isNew.get()) {
            this.created.add(breaker);
        }
        return new GuardingBreaker(breaker, isConfiguredHere(breaker), this.nanos);
    }

    private static boolean isConfiguredHere(CircuitBreaker breaker) {
        return breaker.getCircuitBreakerConfig().getClock() instanceof NanoClock;
    }

    private CircuitBreakerConfig config(String name, CircuitBreakerProperties properties) {
        // A configuration named default is there always and meant for everybody
        return name.equals(LlmWebClients.DEFAULT) ? config(properties)
                : this.registry.getConfiguration(name).orElseGet(() -> config(properties));
    }

    private CircuitBreakerConfig config(CircuitBreakerProperties properties) {
        Integer inARow = properties.getConsecutiveFailures();
        int window = (inARow != null) ? inARow : properties.getWindow();
        int minCalls = (inARow != null) ? inARow : properties.getMinCalls();
        int rate = (inARow != null) ? 100 : properties.getFailureRate();
        Duration slow = properties.getSlowFirstToken();
        return CircuitBreakerConfig.custom()
            .slidingWindow(window, minCalls, SlidingWindowType.COUNT_BASED)
            .failureRateThreshold(rate)
            .slowCallRateThreshold(rate)
            .slowCallDurationThreshold((slow != null) ? slow : NEVER)
            .waitDurationInOpenState(properties.getOpenTime())
            .permittedNumberOfCallsInHalfOpenState(properties.getHalfOpenCalls())
            .automaticTransitionFromOpenToHalfOpenEnabled(false)
            .clock(new NanoClock(this.nanos))
            .currentTimestampFunction((clock) -> this.nanos.getAsLong(), TimeUnit.NANOSECONDS)
            .build();
    }

}
