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

package io.github.llmhttp.autoconfigure;

import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;
import reactor.core.Disposable;

import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslStoreBundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * What a changed SSL bundle of the application reaches.
 */
class BundleTlsSourceTests {

    private final DefaultSslBundleRegistry bundles = new DefaultSslBundleRegistry("llm", bundle());

    private final BundleTlsSource source = new BundleTlsSource(this.bundles);

    private final AtomicInteger changes = new AtomicInteger();

    @Test
    void changedBundleIsTold() {
        this.source.onChange("llm", this.changes::incrementAndGet);
        this.bundles.updateBundle("llm", bundle());
        assertThat(this.changes).hasValue(1);
    }

    @Test
    void closedClientHearsNothing() {
        Disposable closed = this.source.onChange("llm", this.changes::incrementAndGet);
        this.source.onChange("llm", () -> this.changes.addAndGet(10));
        closed.dispose();
        this.bundles.updateBundle("llm", bundle());
        assertThat(this.changes).hasValue(10);
    }

    @Test
    void clientThatCannotTakeItDoesNotKeepItFromOthers() {
        this.source.onChange("llm", () -> {
            throw new IllegalArgumentException("useless");
        });
        this.source.onChange("llm", this.changes::incrementAndGet);
        assertThatIllegalStateException().isThrownBy(() -> this.bundles.updateBundle("llm", bundle()))
            .satisfies((failure) -> assertThat(failure.getSuppressed()).hasSize(1));
        assertThat(this.changes).hasValue(1);
    }

    private static SslBundle bundle() {
        return SslBundle.of(SslStoreBundle.NONE);
    }

}
