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

package io.github.llmhttp.dns;

import java.net.UnknownHostException;
import java.time.Duration;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

/**
 * Remembers for a while which names failed, so that retries do not flood the name
 * servers. Netty's cache does not: it forgets a name that a server called unknown.
 */
final class FailedNames {

    private final HostMemory<Failed> names = new HostMemory<>();

    private final long ttl;

    private final LongSupplier nanoTime;

    FailedNames(Duration ttl, LongSupplier nanoTime) {
        this.ttl = ttl.toNanos();
        this.nanoTime = nanoTime;
    }

    synchronized void add(String host, Throwable error) {
        this.names.put(host, new Failed(error, this.nanoTime.getAsLong()));
    }

    synchronized @Nullable UnknownHostException find(String host) {
        Failed failed = this.names.get(host);
        if (failed == null) {
            return null;
        }
        if (this.nanoTime.getAsLong() - failed.at() >= this.ttl) {
            this.names.remove(host);
            return null;
        }
        UnknownHostException again = new UnknownHostException(
                "Host '%s' could not be resolved a moment ago".formatted(host));
        again.initCause(failed.error());
        return again;
    }

    private record Failed(Throwable error, long at) {

    }

}
