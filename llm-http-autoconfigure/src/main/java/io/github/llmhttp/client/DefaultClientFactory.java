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

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;

import io.github.llmhttp.CallListener;
import io.github.llmhttp.call.CallJournal;
import io.github.llmhttp.call.CallTime;
import io.github.llmhttp.config.BaseUrl;
import io.github.llmhttp.config.ClientSettings;
import io.github.llmhttp.config.EndpointSettings;
import io.github.llmhttp.circuitbreaker.CircuitBreakers;
import io.github.llmhttp.dns.DnsCustomizer;
import io.github.llmhttp.dns.DnsResolution;
import io.github.llmhttp.endpoint.Endpoint;
import io.github.llmhttp.endpoint.EndpointFacts;
import io.github.llmhttp.endpoint.Endpoints;
import io.github.llmhttp.health.ClientHealth;
import io.github.llmhttp.http2.Http2;
import io.github.llmhttp.janitor.ConnectionJanitor;
import io.github.llmhttp.keepalive.KeepAlive;
import io.github.llmhttp.monitoring.CallLog;
import io.github.llmhttp.monitoring.LastErrors;
import io.github.llmhttp.pool.AdmissionGate;
import io.github.llmhttp.pool.ConnectionPools;
import io.github.llmhttp.pool.PoolLimits;
import io.github.llmhttp.provider.ProviderDialect;
import io.github.llmhttp.proxy.Proxy;
import io.github.llmhttp.proxy.ProxyCustomizer;
import io.github.llmhttp.retry.Retries;
import io.github.llmhttp.tls.Tls;
import io.github.llmhttp.tls.TlsCustomizer;
import io.github.llmhttp.transport.HttpClientFactory;
import io.github.llmhttp.websocket.WebSockets;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.Exceptions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.netty.http.client.HttpClient;

import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.web.reactive.function.client.WebClient;

/**
 * Puts the parts of a client together.
 */
public final class DefaultClientFactory implements ClientFactory {

    private static final Log logger = LogFactory.getLog(DefaultClientFactory.class);

    private final ClientEnvironment environment;

    /**
     * Create the factory.
     * @param environment what all clients share
     */
    public DefaultClientFactory(ClientEnvironment environment) {
        this.environment = environment;
    }

    @Override
    public OpenClient open(ClientSettings settings, ClientLookup others) {
        CallTime time = this.environment.time();
        Duration acquire = settings.timeout().getAcquire();
        PoolLimits limits = PoolLimits.of(settings.pool(), settings.webSocket().getMaxSessions());
        ConnectionJanitor janitor = new ConnectionJanitor(settings.janitor(), limits.maxIdleConnections(), time.nanos(),
                (reason) -> logger.debug("[%s] evicted a connection: %s".formatted(settings.name(), reason.id())));
        Http2 http2 = new Http2(settings.http2(), settings.timeout().getConnect());
        ConnectionPools pools = new ConnectionPools(settings.name(), settings.pool(), acquire,
                settings.janitor().getSweepInterval(), janitor::evict, this.environment.customizers().pools(),
                http2.streamLimits(limits.maxConnectionsPerHost()));
        DnsResolution dns = new DnsResolution(settings.name(), settings.dns(), settings.timeout().getDns(),
                this.environment.customizers().dns().toArray(DnsCustomizer[]::new));
        AdmissionGate gate = new AdmissionGate(settings.name(), limits, acquire, time.scheduler(), pools::idle);
        Tls tls = tls(settings, http2.isNegotiated());
        Tls http11 = http2.isNegotiated() ? tls(settings, false) : tls;
        HttpClientFactory transport = transport(settings, pools, janitor, dns, tls, http2);
        HttpClient http = transport.create(settings.name(), settings.baseUrl().isSecure());
        Secrecy secrecy = new Secrecy(settings.secrets());
        ApiKeys keys = new ApiKeys(settings.name(), settings.apiKey(), this.environment.keys(), secrecy);
        FailureTranslation failures = new FailureTranslation(settings.timeout(), settings.limits(), secrecy);
        Sinks.Empty<Void> closing = Sinks.empty();
        Retries retries = new Retries(settings.name(), settings.retry(), this.environment.retries(), time,
                closing.asMono());
        CircuitBreakers breakers = new CircuitBreakers(settings.name(), settings.circuitBreaker(),
                this.environment.breakers(), settings.endpoints().size(), time.nanos());
        Endpoints endpoints = endpoints(settings, breakers, time);
        Attempts attempts = new Attempts(retries, endpoints, gate, time, failures);
        LastErrors errors = new LastErrors(Clock.systemUTC());
        CallJournal journal = new CallJournal(settings.name(), settings.provider(), time.nanos(), listeners(errors));
        FollowedCalls followed = new FollowedCalls(journal,
                (call) -> this.environment.watchers().observations().follow(call, settings.monitoring()));
        AtomicBoolean closed = new AtomicBoolean();
        ClientParts parts = parts(settings, http, new StaleRetry(janitor, closed::get), endpoints, attempts, keys,
                secrecy, journal);
        List<ProbeRequest> probes = new ArrayList<>();
        List<Prober> probers = new ArrayList<>();
        for (Endpoint endpoint : endpoints.all()) {
            ProbeRequest probe = new ProbeRequest(parts, endpoint, settings.health(), time);
            probes.add(probe);
            probers.add(new Prober(probe, endpoint, failures));
        }
        List<IdleReserve> reserves = new ArrayList<>();
        for (ProbeRequest probe : (settings.pool().getMinIdle() > 0) ? probes : List.<ProbeRequest>of()) {
            Endpoint endpoint = probe.endpoint();
            int wanted = http2.isUsed(settings.baseUrl().isSecure()) ? 1 : settings.pool().getMinIdle();
            reserves.add(new IdleReserve(wanted, endpoint, probe, gate, () -> janitor.idle(endpoint.name()), failures,
                    time));
        }
        WarmUp warmUp = warmUp(settings, http, dns, reserves, probers);
        Disposable.Composite background = Disposables.composite(probes(settings, probers, time));
        reserves.forEach((reserve) -> background.add(reserve.keep(settings.janitor().getSweepInterval())));
        WebSockets sockets = new WebSockets(settings.webSocket(), settings.timeout().getWrite());
        Handshakes handshakes = new Handshakes(
                transport.createWebSocket(settings.name(), settings.baseUrl().isSecure(), http11), sockets,
                settings.webSocket(), parts);
        LifeCycle life = new LifeCycle(settings.shutdown().getGracePeriod(), time, gate, attempts, pools, janitor,
                sockets, dns, reloads(settings, tls, http11), breakers, retries, background, closing, closed);
        CallPipeline calls = new CallPipeline(parts);
        StreamPipeline streams = new StreamPipeline(parts);
        ChatTarget target = new ChatTarget(settings, parts, calls, streams);
        Fallbacks chats = new Fallbacks(target, (name) -> ManagedClient.target(others.find(name)));
        DefaultLlmWebClient client = new DefaultLlmWebClient(settings.name(), followed, parts.bodies()::model, chats,
                calls, streams, new Probers(probers), () -> pools.stats(gate, janitor.evicted()),
                genericWebClient(settings, parts, followed), handshakes);
        ManagedClient managed = new ManagedClient(client, target,
                () -> new ClientHealth(endpoints.status(), retries.coolDownLeft(), warmUp.state()),
                new ClientTransport(journal, janitor, dns, breakers, errors, sockets), life,
                this.environment.watchers().clients());
        managed.opened();
        if (settings.warmUp().isFailFast()) {
            await(warmUp, managed);
        }
        else {
            background.add(warmUp.run().onErrorComplete().subscribe());
        }
        return managed;
    }

    /**
     * Our own line first, so that it is there whatever the application's listeners do.
     */
    private List<CallListener> listeners(LastErrors errors) {
        List<CallListener> listeners = new ArrayList<>(List.of(new CallLog(), errors));
        listeners.addAll(this.environment.watchers().calls());
        return listeners;
    }

    private static Endpoints endpoints(ClientSettings settings, CircuitBreakers breakers, CallTime time) {
        List<Endpoint> endpoints = new ArrayList<>();
        for (EndpointSettings each : settings.endpoints()) {
            String name = each.url().endpoint();
            int index = endpoints.size();
            endpoints.add(new Endpoint(index, name, each.weight(), each.priority(),
                    new EndpointFacts(settings.name(), name), breakers.endpoint(index), time.nanos()));
        }
        return new Endpoints(endpoints);
    }

    private HttpClientFactory transport(ClientSettings settings, ConnectionPools pools, ConnectionJanitor janitor,
            DnsResolution dns, Tls tls, Http2 http2) {
        return new HttpClientFactory(pools, janitor, new KeepAlive(settings.keepAlive()), dns, tls,
                new Proxy(settings.name(), settings.proxy(), settings.timeout().getConnect(),
                        this.environment.customizers().proxies().toArray(ProxyCustomizer[]::new)),
                http2, settings.timeout().getConnect(), this.environment.loops(),
                this.environment.customizers().http());
    }

    private Tls tls(ClientSettings settings, boolean http2) {
        String bundle = settings.tls().getBundle();
        return new Tls(settings.name(), () -> this.environment.tls().material(bundle), settings.timeout().getTls(),
                http2, this.environment.customizers().tls().toArray(TlsCustomizer[]::new));
    }

    private Disposable reloads(ClientSettings settings, Tls tls, Tls http11) {
        String bundle = settings.tls().getBundle();
        return (bundle != null) ? this.environment.tls().onChange(bundle, () -> {
            tls.reload();
            http11.reload();
        }) : Disposables.disposed();
    }

    private ClientParts parts(ClientSettings settings, HttpClient http, StaleRetry staleRetry, Endpoints endpoints,
            Attempts attempts, ApiKeys keys, Secrecy secrecy, CallJournal journal) {
        ProviderDialect dialect = this.environment.dialects().get(settings.provider());
        WebClient webClient = this.environment.webClient()
            .clone()
            .clientConnector(new ReactorClientHttpConnector(http))
            .filter(new AttemptHeaders())
            .filter(new BodyOnce())
            .filter(staleRetry)
            .build();
        Requests requests = new Requests(settings.name(), webClient, urls(settings), settings.headers(),
                settings.query(), dialect);
        Bodies bodies = new Bodies(settings.name(), dialect, settings.model(), this.environment.json());
        return new ClientParts(endpoints, settings.timeout(), settings.streaming(), settings.limits(), dialect,
                new Calls(settings.name(), this.environment.time()), attempts, keys, secrecy, requests, bodies,
                new Responses(dialect, settings.limits()), journal);
    }

    private static List<BaseUrl> urls(ClientSettings settings) {
        return settings.endpoints().stream().map(EndpointSettings::url).toList();
    }

    private WebClient genericWebClient(ClientSettings settings, ClientParts parts, FollowedCalls followed) {
        OwnAddresses addresses = new OwnAddresses(settings.name(), urls(settings), parts.endpoints());
        int maxAnswer = Math.toIntExact(settings.limits().getAnswer().toBytes());
        return parts.requests()
            .webClient()
            .mutate()
            .baseUrl(settings.baseUrl().toString())
            .codecs((codecs) -> codecs.defaultCodecs().maxInMemorySize(maxAnswer))
            .filters((filters) -> filters.add(0, new GenericCalls(settings.name(), parts, addresses, followed)))
            .build();
    }

    private static void await(WarmUp warmUp, ManagedClient managed) {
        try {
            warmUp.run().block();
        }
        catch (RuntimeException ex) {
            managed.close().block();
            throw new WarmUpFailedException(managed.settings().name(), Exceptions.unwrap(ex));
        }
    }

    private static WarmUp warmUp(ClientSettings settings, HttpClient http, DnsResolution dns,
            List<IdleReserve> reserves, List<Prober> probers) {
        List<Mono<Void>> steps = new ArrayList<>();
        boolean enabled = settings.warmUp().isEnabled();
        if (enabled) {
            // Loads native code, for which an event loop has no time
            steps.add(http.warmup().subscribeOn(Schedulers.boundedElastic()));
        }
        if (settings.dns().isPreResolve()) {
            steps.add(preResolve(settings, dns));
        }
        if (enabled) {
            Duration interval = settings.janitor().getSweepInterval();
            steps.add(Flux.fromIterable(reserves).flatMap((reserve) -> reserve.fill(interval)).then());
        }
        if (enabled && settings.warmUp().isHealthRequest()) {
            steps.add(Flux.fromIterable(probers).flatMap(Prober::require).then());
        }
        return new WarmUp(settings.name(), steps);
    }

    private static Mono<Void> preResolve(ClientSettings settings, DnsResolution dns) {
        return Flux.fromIterable(urls(settings))
            .map(BaseUrl::host)
            .distinct()
            .filter((host) -> settings.proxy().getHost() == null || Proxy.isDirect(settings.proxy(), host))
            .flatMap((host) -> dns.preResolve(host)
                .onErrorMap(
                        (error) -> new IllegalStateException("%s was not resolved: %s".formatted(host, error), error)))
            .then();
    }

    private static Disposable probes(ClientSettings settings, List<Prober> probers, CallTime time) {
        Disposable.Composite running = Disposables.composite();
        if (Boolean.TRUE.equals(settings.health().getActive())) {
            probers
                .forEach((prober) -> running.add(new BackgroundProbes(prober.probe(), settings.health().getInterval(),
                        time.scheduler(), () -> ThreadLocalRandom.current().nextDouble())
                    .start()));
        }
        return running;
    }

}
