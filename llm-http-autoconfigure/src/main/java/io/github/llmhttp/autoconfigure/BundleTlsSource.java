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

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.github.llmhttp.tls.TlsMaterial;
import io.github.llmhttp.tls.TlsSource;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;

import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.ssl.SslOptions;

/**
 * Takes certificates from the application's SSL bundles.
 */
final class BundleTlsSource implements TlsSource {

    private final SslBundles bundles;

    private final Map<String, Set<Runnable>> listeners = new ConcurrentHashMap<>();

    BundleTlsSource(SslBundles bundles) {
        this.bundles = bundles;
    }

    @Override
    public TlsMaterial material(@Nullable String bundle) {
        if (bundle == null) {
            return TlsMaterial.jvmDefaults();
        }
        SslBundle found = this.bundles.getBundle(bundle);
        SslOptions options = found.getOptions();
        return new TlsMaterial(found.getManagers().getKeyManagerFactory(), found.getManagers().getTrustManagerFactory(),
                list(options.getCiphers()), list(options.getEnabledProtocols()));
    }

    private static List<String> list(String @Nullable [] values) {
        return (values != null) ? List.of(values) : List.of();
    }

    @Override
    public Disposable onChange(String bundle, Runnable changed) {
        Set<Runnable> hearing = this.listeners.computeIfAbsent(bundle, this::listen);
        hearing.add(changed);
        return () -> hearing.remove(changed);
    }

    /** A bundle keeps its handlers for ever, so that there is one for all clients. */
    private Set<Runnable> listen(String bundle) {
        Set<Runnable> hearing = ConcurrentHashMap.newKeySet();
        this.bundles.addBundleUpdateHandler(bundle, (updated) -> tell(hearing));
        return hearing;
    }

    /** A client that cannot take the change must not keep it from the others. */
    private static void tell(Set<Runnable> hearing) {
        IllegalStateException failure = new IllegalStateException("Not every client took the changed SSL bundle");
        for (Runnable changed : hearing) {
            try {
                changed.run();
            }
            catch (RuntimeException ex) {
                failure.addSuppressed(ex);
            }
        }
        if (failure.getSuppressed().length > 0) {
            throw failure;
        }
    }

}
