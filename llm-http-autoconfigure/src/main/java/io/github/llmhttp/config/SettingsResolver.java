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

package io.github.llmhttp.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

import io.github.llmhttp.janitor.JanitorProperties;
import io.github.llmhttp.pool.PoolLimits;
import io.github.llmhttp.pool.PoolProperties;
import io.github.llmhttp.proxy.ProxyProperties;
import org.jspecify.annotations.Nullable;

/**
 * Checks the bound settings of a client and works out what they leave open.
 *
 * @param providers who may answer
 * @param keyProvider whether keys come from a bean
 * @param tlsBundles names of the SSL bundles that there are, asked for each client
 */
public record SettingsResolver(Providers providers, boolean keyProvider,
        Supplier<? extends Collection<String>> tlsBundles) {

    // uvicorn, below vLLM, closes unused connections after 5 s
    private static final Duration VLLM_IDLE = Duration.ofSeconds(3);

    /** Servers of one's own: a check costs nothing there, and tells of the model. */
    private static final Set<String> CHECKED = Set.of("ollama", "vllm");

    /**
     * Create a resolver where there are no SSL bundles.
     * @param providers who may answer
     * @param keyProvider whether keys come from a bean
     */
    public SettingsResolver(Providers providers, boolean keyProvider) {
        this(providers, keyProvider, List::of);
    }

    /**
     * Check settings and complete them.
     * @param client name of the client
     * @param properties its bound settings, which now belong to the result
     * @param origins where they come from
     * @return the settings
     * @throws InvalidSettingsException if they cannot work; holds all that is wrong
     */
    public ClientSettings resolve(String client, LlmClientProperties properties, Origins origins) {
        clearEmpty(properties, origins);
        dropOwnFallback(client, properties, origins);
        EndpointLint endpoint = new EndpointLint(new EffectiveSettings(client, properties, origins), this.providers,
                this.keyProvider);
        applyProvider(endpoint.provider(), properties, origins);
        EffectiveSettings settings = new EffectiveSettings(client, properties, origins);
        List<SettingProblem> problems = new ArrayList<>(endpoint.problems());
        problems.addAll(RangeLint.check(settings));
        problems.addAll(TextLint.check(settings, this.tlsBundles.get()));
        problems.addAll(ContradictionLint.check(settings, endpoint.endpoints()));
        List<SettingProblem> errors = problems.stream().filter(SettingProblem::isError).toList();
        if (!errors.isEmpty()) {
            throw new InvalidSettingsException(errors);
        }
        complete(properties, origins);
        String provider = Objects.requireNonNull(endpoint.provider());
        return new ClientSettings(client, endpoint.endpoints(), provider, properties, origins, problems,
                () -> this.providers.requiresModel(provider));
    }

    // An empty text is what a placeholder with an empty default leaves: not set
    private static void clearEmpty(LlmClientProperties properties, Origins origins) {
        ProxyProperties proxy = properties.getProxy();
        clear(properties.getProvider(), properties::setProvider, "provider", origins);
        clear(properties.getBaseUrl(), properties::setBaseUrl, "base-url", origins);
        clear(properties.getApiKey(), properties::setApiKey, "api-key", origins);
        clear(properties.getModel(), properties::setModel, "model", origins);
        clear(properties.getFallback(), properties::setFallback, "fallback", origins);
        clear(properties.getTls().getBundle(), properties.getTls()::setBundle, "tls.bundle", origins);
        clear(properties.getHealth().getPath(), properties.getHealth()::setPath, "health.path", origins);
        // Still counts as written: it switches off a proxy that is inherited
        clear(proxy.getHost(), proxy::setHost);
        clear(proxy.getUsername(), proxy::setUsername, "proxy.username", origins);
        clear(proxy.getPassword(), proxy::setPassword, "proxy.password", origins);
    }

    // One name for all clients includes the one that has it
    private static void dropOwnFallback(String client, LlmClientProperties properties, Origins origins) {
        if (client.equals(properties.getFallback()) && origins.layer("fallback") == Layer.SHARED) {
            properties.setFallback(null);
            origins.forget("fallback");
        }
    }

    private static void clear(@Nullable String value, Consumer<@Nullable String> setter, String key, Origins origins) {
        if (clear(value, setter)) {
            origins.forget(key);
        }
    }

    private static boolean clear(@Nullable String value, Consumer<@Nullable String> setter) {
        if (value == null || !value.isEmpty()) {
            return false;
        }
        setter.accept(null);
        return true;
    }

    private static void applyProvider(@Nullable String provider, LlmClientProperties properties, Origins origins) {
        JanitorProperties janitor = properties.getJanitor();
        if ("vllm".equals(provider) && !origins.layer("janitor.max-idle-time").isUser()
                && janitor.getMaxIdleTime().compareTo(VLLM_IDLE) > 0) {
            janitor.setMaxIdleTime(VLLM_IDLE);
            origins.set("janitor.max-idle-time", Layer.PROVIDER);
        }
        if (provider != null && properties.getHealth().getActive() == null) {
            properties.getHealth().setActive(CHECKED.contains(provider));
            origins.set("health.active", Layer.PROVIDER);
        }
    }

    private static void complete(LlmClientProperties properties, Origins origins) {
        PoolProperties pool = properties.getPool();
        PoolLimits limits = PoolLimits.of(pool, properties.getWebsocket().getMaxSessions());
        pool.setMaxConnectionsPerHost(limits.maxConnectionsPerHost());
        pool.setMaxStreams(limits.maxStreams());
        pool.setMaxIdleConnections(limits.maxIdleConnections());
        pool.setMaxPendingAcquires(limits.maxPendingAcquires());
        properties.getWebsocket().setMaxSessions(limits.maxSessions());
        JanitorProperties janitor = properties.getJanitor();
        if (!origins.layer("janitor.sweep-interval").isUser()
                && janitor.getSweepInterval().compareTo(janitor.getMaxIdleTime()) > 0) {
            janitor.setSweepInterval(janitor.getMaxIdleTime());
        }
    }

}
