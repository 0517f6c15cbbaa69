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

package io.github.llmhttp.client;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

import io.github.llmhttp.FailureKind;
import io.github.llmhttp.Failure;
import io.github.llmhttp.LlmWebClient;
import io.github.llmhttp.LlmWebClients;
import io.github.llmhttp.config.BreakerNameLint;
import io.github.llmhttp.config.ClientSettings;
import io.github.llmhttp.config.FallbackLint;
import io.github.llmhttp.config.InvalidSettingsException;
import io.github.llmhttp.config.SettingProblem;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Holds all open clients and closes them in the end.
 */
public final class ClientRegistry implements LlmWebClients {

    private static final Log logger = LogFactory.getLog(ClientRegistry.class);

    private final ClientFactory factory;

    private final ClientSettingsSource source;

    private final Map<String, Entry> entries = new ConcurrentHashMap<>();

    /** Ends of clients that close by their name. */
    private final Set<Mono<Void>> ending = ConcurrentHashMap.newKeySet();

    // Cached: all who close get the end of the same closing
    private final Mono<Void> closing = Mono.defer(this::closeEach).cache();

    private boolean closed;

    /**
     * Start without a client.
     * @param factory builds clients
     * @param source gives the settings of clients that are created at run time
     */
    public ClientRegistry(ClientFactory factory, ClientSettingsSource source) {
        this.factory = factory;
        this.source = source;
    }

    /**
     * Open the configured clients, all or none.
     * @param clients their settings
     */
    public void openAll(Collection<ClientSettings> clients) {
        BreakerNameLint.check(clients, Map.of());
        FallbackLint.check(clients, Map.of()).forEach(ClientRegistry::warn);
        try {
            clients.forEach(this::open);
        }
        catch (RuntimeException ex) {
            // Nobody has used them: nothing to wait for
            closeAll().subscribe();
            throw ex;
        }
    }

    @Override
    public LlmWebClient create(String name, Map<String, ?> settings) {
        if (this.entries.containsKey(name)) {
            throw taken(name);
        }
        try {
            return create(this.source.settings(name, settings));
        }
        catch (InvalidSettingsException ex) {
            throw Failure.of(FailureKind.CONFIG, name).detail(String.valueOf(ex.getMessage())).toException(ex);
        }
    }

    // Under the lock, so that two that are created together cannot lead to each other
    private synchronized LlmWebClient create(ClientSettings settings) {
        BreakerNameLint.check(List.of(settings), settings());
        FallbackLint.check(List.of(settings), settings()).forEach(ClientRegistry::warn);
        return open(settings);
    }

    // Under a lock: two threads cannot open one name, nor one open while all close
    private synchronized LlmWebClient open(ClientSettings settings) {
        if (this.closed) {
            throw Failure.of(FailureKind.SHUTDOWN, settings.name())
                .detail("the application is closing; no client can be created")
                .toException();
        }
        if (this.entries.containsKey(settings.name())) {
            throw taken(settings.name());
        }
        settings.warnings().forEach((warning) -> warn(settings.name(), warning));
        OpenClient opened = this.factory.open(settings, this::find);
        this.entries.put(settings.name(), new Entry(settings, opened));
        return opened.client();
    }

    private static void warn(String client, SettingProblem warning) {
        logger.warn("[" + client + "] " + warning);
    }

    private static IllegalArgumentException taken(String name) {
        return new IllegalArgumentException("There is a client '%s' already; close it first".formatted(name));
    }

    private @Nullable OpenClient find(String name) {
        Entry entry = this.entries.get(name);
        return (entry != null) ? entry.opened() : null;
    }

    @Override
    public Set<String> names() {
        return Collections.unmodifiableSet(new TreeSet<>(this.entries.keySet()));
    }

    @Override
    public LlmWebClient get(String name) {
        Entry entry = this.entries.get(name);
        if (entry == null) {
            throw new IllegalArgumentException("There is no client '%s'; there are %s. Set %s or call create"
                .formatted(name, names(), Failure.property(name, "base-url")));
        }
        return entry.opened().client();
    }

    /**
     * The settings of all open clients.
     * @return settings by name of the client, sorted
     */
    public Map<String, ClientSettings> settings() {
        Map<String, ClientSettings> settings = new TreeMap<>();
        this.entries.forEach((name, entry) -> settings.put(name, entry.settings()));
        return settings;
    }

    /**
     * All open clients.
     * @return clients by name, sorted
     */
    public Map<String, OpenClient> open() {
        Map<String, OpenClient> open = new TreeMap<>();
        this.entries.forEach((name, entry) -> open.put(name, entry.opened()));
        return open;
    }

    @Override
    public Mono<Void> close(String name) {
        return Mono.defer(() -> {
            Mono<Void> end = remove(name);
            // Goes on when the caller waits no longer, who gets the error as well
            end.onErrorComplete().doFinally((signal) -> this.ending.remove(end)).subscribe();
            return end;
        });
    }

    private synchronized Mono<Void> remove(String name) {
        Entry entry = this.entries.remove(name);
        if (entry == null) {
            return Mono.empty();
        }
        Mono<Void> end = entry.opened().close().cache();
        this.ending.add(end);
        return end;
    }

    /**
     * Close all clients side by side, and let no new one be created. They keep their
     * names, so that late calls get {@link FailureKind#SHUTDOWN} instead of a missing
     * client.
     * @return completes when all are closed
     */
    public Mono<Void> closeAll() {
        return this.closing;
    }

    private Mono<Void> closeEach() {
        return Flux.fromIterable(lock()).flatMapDelayError(Function.identity(), Integer.MAX_VALUE, 1).then();
    }

    private synchronized List<Mono<Void>> lock() {
        this.closed = true;
        List<Mono<Void>> ends = new ArrayList<>(this.ending);
        this.entries.values().forEach((entry) -> ends.add(entry.opened().close()));
        return ends;
    }

    private record Entry(ClientSettings settings, OpenClient opened) {
    }

}
