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

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Lets successive connections start with the next address of a host. Addresses of the
 * preferred type stay before the others, which may not be reachable at all.
 */
final class AddressRotation {

    private final HostMemory<Integer> turns = new HostMemory<>();

    List<InetSocketAddress> next(String host, List<InetSocketAddress> addresses) {
        Class<?> type = addresses.get(0).getAddress().getClass();
        List<InetSocketAddress> preferred = new ArrayList<>(addresses);
        preferred.removeIf((address) -> address.getAddress().getClass() != type);
        List<InetSocketAddress> others = new ArrayList<>(addresses);
        others.removeIf((address) -> address.getAddress().getClass() == type);
        Collections.rotate(preferred, -turn(host) % preferred.size());
        preferred.addAll(others);
        return preferred;
    }

    private int turn(String host) {
        synchronized (this.turns) {
            return this.turns.merge(HostMemory.key(host), 1, (turn, one) -> (turn + one) & Integer.MAX_VALUE) - 1;
        }
    }

}
