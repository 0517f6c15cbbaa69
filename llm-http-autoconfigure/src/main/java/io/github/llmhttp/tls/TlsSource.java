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

package io.github.llmhttp.tls;

import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;

/**
 * Where certificates come from.
 */
public interface TlsSource {

    /**
     * The certificates of a bundle.
     * @param bundle name of the bundle, {@code null} for the trust of the JVM
     * @return the certificates as they are now
     * @throws IllegalArgumentException if there is no such bundle
     */
    TlsMaterial material(@Nullable String bundle);

    /**
     * Hear of changes of a bundle.
     * @param bundle name of the bundle
     * @param changed runs after each change
     * @return disposed of, the changes are not heard any more
     */
    Disposable onChange(String bundle, Runnable changed);

    /**
     * A source that knows no bundles.
     * @return the trust of the JVM and nothing else
     */
    static TlsSource jvm() {
        return new TlsSource() {

            @Override
            public TlsMaterial material(@Nullable String bundle) {
                if (bundle != null) {
                    throw new IllegalArgumentException(
                            "There are no SSL bundles, so not '%s' either".formatted(bundle));
                }
                return TlsMaterial.jvmDefaults();
            }

            @Override
            public Disposable onChange(String bundle, Runnable changed) {
                return Disposables.disposed();
            }

        };
    }

}
