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

package io.github.llmhttp.janitor;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * When connections are taken out of a pool. Bound to {@code llm.http.janitor}.
 */
public class JanitorProperties {

    /**
     * Maximum time a connection stays unused before it is closed. Keep it below the idle
     * limit of every front end on the way.
     */
    private Duration maxIdleTime = Duration.ofSeconds(60);

    /**
     * Maximum age of a connection; older ones are closed once they are unused.
     */
    private Duration maxLifeTime = Duration.ofMinutes(10);

    /**
     * Share of max-life-time by which the age limit of single connections is lowered at
     * random, so that they do not all close together.
     */
    private double maxLifeVariance = 0.2;

    /**
     * Maximum number of requests sent over one connection. No limit when unset.
     */
    private @Nullable Integer maxRequests;

    /**
     * Time between two sweeps over the unused connections.
     */
    private Duration sweepInterval = Duration.ofSeconds(15);

    /**
     * Which unused connections are closed first when there are more than
     * max-idle-connections.
     */
    private EvictionOrder evictionOrder = EvictionOrder.LRU;

    /**
     * Whether the idle limit is lowered when the server says or shows that it closes
     * unused connections earlier.
     */
    private boolean learnServerIdle = true;

    public Duration getMaxIdleTime() {
        return this.maxIdleTime;
    }

    public void setMaxIdleTime(Duration maxIdleTime) {
        this.maxIdleTime = maxIdleTime;
    }

    public Duration getMaxLifeTime() {
        return this.maxLifeTime;
    }

    public void setMaxLifeTime(Duration maxLifeTime) {
        this.maxLifeTime = maxLifeTime;
    }

    public double getMaxLifeVariance() {
        return this.maxLifeVariance;
    }

    public void setMaxLifeVariance(double maxLifeVariance) {
        this.maxLifeVariance = maxLifeVariance;
    }

    public @Nullable Integer getMaxRequests() {
        return this.maxRequests;
    }

    public void setMaxRequests(@Nullable Integer maxRequests) {
        this.maxRequests = maxRequests;
    }

    public Duration getSweepInterval() {
        return this.sweepInterval;
    }

    public void setSweepInterval(Duration sweepInterval) {
        this.sweepInterval = sweepInterval;
    }

    public EvictionOrder getEvictionOrder() {
        return this.evictionOrder;
    }

    public void setEvictionOrder(EvictionOrder evictionOrder) {
        this.evictionOrder = evictionOrder;
    }

    public boolean isLearnServerIdle() {
        return this.learnServerIdle;
    }

    public void setLearnServerIdle(boolean learnServerIdle) {
        this.learnServerIdle = learnServerIdle;
    }

}
