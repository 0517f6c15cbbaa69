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

import java.io.Serial;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * What is remembered of host names. Bounded; the name that was not asked for longest is
 * dropped first.
 */
final class HostMemory<V> extends LinkedHashMap<String, V> {

    /** A client has one name or a few; the bound is for one that builds URLs itself. */
    static final int MAX_HOSTS = 64;

    @Serial
    private static final long serialVersionUID = 1L;

    HostMemory() {
        super(16, 0.75f, true);
    }

    /** Netty ends some names with a dot, to say that no search domain follows. */
    static String key(String host) {
        String name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
        return name.toLowerCase(Locale.ROOT);
    }

    @Override
    protected boolean removeEldestEntry(Map.@Nullable Entry<String, V> eldest) {
        return size() > MAX_HOSTS;
    }

}
