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
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class AddressRotationTests {

    private final AddressRotation rotation = new AddressRotation();

    @Test
    void otherTypeStaysInReserve() {
        List<InetSocketAddress> addresses = addresses("10.0.0.1", "10.0.0.2", "fd00::1", "fd00::2");
        assertThat(this.rotation.next("llm.test", addresses)).isEqualTo(addresses);
        assertThat(this.rotation.next("llm.test", addresses))
            .isEqualTo(addresses("10.0.0.2", "10.0.0.1", "fd00::1", "fd00::2"));
    }

    @Test
    void eachHostHasItsOwnTurn() {
        List<InetSocketAddress> addresses = addresses("10.0.0.1", "10.0.0.2");
        this.rotation.next("one.test", addresses);
        assertThat(this.rotation.next("two.test", addresses)).isEqualTo(addresses);
        assertThat(this.rotation.next("one.test", addresses)).isEqualTo(addresses("10.0.0.2", "10.0.0.1"));
    }

    private static List<InetSocketAddress> addresses(String... addresses) {
        return Stream.of(addresses).map((address) -> new InetSocketAddress(address, 443)).toList();
    }

}
