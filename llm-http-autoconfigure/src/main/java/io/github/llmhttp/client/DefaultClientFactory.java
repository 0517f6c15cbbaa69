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

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;

import io.github.llmhttp.call.CallTime;
import io.github.llmhttp.config.ClientSettings;
import io.github.llmhttp.circuitbreaker.CircuitBreakers;
import io.github.llmhttp.dns.DnsCustomizer;
import io.github.llmhttp.dns.DnsResolution;
import io.github.llmhttp.endpoint.EndpointFacts;
import io.github.llmhttp.health.ClientHealth;
import io.github.llmhttp.http2.Http2;
import io.github.llmhttp.janitor.ConnectionJanitor;
import io.github.llmhttp.keepalive.KeepAlive;
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
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Sinks;
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
        PoolLimits limits = PoolLimits.of(settings.pool());
        ConnectionJanitor janitor = new ConnectionJanitor(settings.janitor(), limits.maxIdleConnections(), time.nanos(),
                (reason) -> logger.debug("[%s] evicted a connection: %s".formatted(settings.name(), reason.id())));
        ConnectionPools pools = new ConnectionPools(settings.name(), settings.pool(), acquire,
                settings.janitor().getSweepInterval(), janitor::evict, this.environment.customizers().pools());
        DnsResolution dns = new DnsResolution(settings.name(), settings.dns(), settings.timeout().getDns(),
                this.environment.customizers().dns().toArray(DnsCustomizer[]::new));
        AdmissionGate gate = new AdmissionGate(settings.name(), limits, acquire, time.scheduler(), pools::idle);
        Http2 http2 = new Http2(settings.http2());
        Tls tls = tls(settings, http2);
        HttpClient http = http(settings, pools, janitor, dns, tls, http2);
        EndpointFacts facts = new EndpointFacts(settings.name(), settings.baseUrl().endpoint());
        Secrecy secrecy = new Secrecy(settings.secrets());
        ApiKeys keys = new ApiKeys(settings.name(), settings.apiKey(), this.environment.keys(), secrecy);
        FailureTranslation failures = new FailureTranslation(settings.timeout(), settings.limits(), secrecy, facts);
        Sinks.Empty<Void> closing = Sinks.empty();
        Retries retries = new Retries(settings.name(), settings.retry(), this.environment.retries(), time,
                closing.asMono());
        CircuitBreakers breakers = new CircuitBreakers(settings.name(), settings.circuitBreaker(),
                this.environment.breakers(), 1, time.nanos());
        Attempts attempts = new Attempts(retries, breakers, gate, time, failures);
        AtomicBoolean closed = new AtomicBoolean();
        ClientParts parts = parts(settings, http, new StaleRetry(janitor, closed::get), attempts, keys, secrecy);
        ProbeRequest probe = new ProbeRequest(parts, settings.health(), time);
        Prober prober = new Prober(probe, facts, failures);
        Disposable background = Disposables.composite(preResolve(settings, dns),
                warmUp(settings, gate, probe, failures), probes(settings, prober, time));
        LifeCycle life = new LifeCycle(settings.shutdown().getGracePeriod(), time, gate, attempts, pools, janitor, dns,
                reloads(settings, tls), breakers, retries, background, closing, closed);
        CallPipeline calls = new CallPipeline(parts);
        StreamPipeline streams = new StreamPipeline(parts);
        ChatTarget target = new ChatTarget(settings, parts, calls, streams);
        Fallbacks chats = new Fallbacks(target, (name) -> ManagedClient.target(others.find(name)));
        DefaultLlmWebClient client = new DefaultLlmWebClient(settings.name(), chats, calls, streams, prober,
                () -> pools.stats(gate, janitor.evicted()), genericWebClient(settings, parts));
        ManagedClient managed = new ManagedClient(client, target, () -> health(facts, breakers, retries), life,
                this.environment.listeners());
        managed.opened();
        return managed;
    }

    private static ClientHealth health(EndpointFacts facts, CircuitBreakers breakers, Retries retries) {
        return new ClientHealth(facts.health(), facts.lastFailure(), facts.lastProbe(), breakers.endpoint(0).state(),
                retries.coolDownLeft());
    }

    private HttpClient http(ClientSettings settings, ConnectionPools pools, ConnectionJanitor janitor,
            DnsResolution dns, Tls tls, Http2 http2) {
        HttpClientFactory factory = new HttpClientFactory(pools, janitor, new KeepAlive(settings.keepAlive()), dns, tls,
                new Proxy(settings.name(), settings.proxy(), settings.timeout().getConnect(),
                        this.environment.customizers().proxies().toArray(ProxyCustomizer[]::new)),
                http2, settings.timeout().getConnect(), this.environment.loops(),
                this.environment.customizers().http());
        return factory.create(settings.name(), settings.baseUrl().isSecure());
    }

    private Tls tls(ClientSettings settings, Http2 http2) {
        String bundle = settings.tls().getBundle();
        return new Tls(settings.name(), () -> this.environment.tls().material(bundle), settings.timeout().getTls(),
                http2.isNegotiated(), this.environment.customizers().tls().toArray(TlsCustomizer[]::new));
    }

    private Disposable reloads(ClientSettings settings, Tls tls) {
        String bundle = settings.tls().getBundle();
        return (bundle != null) ? this.environment.tls().onChange(bundle, tls::reload) : Disposables.disposed();
    }

    private ClientParts parts(ClientSettings settings, HttpClient http, StaleRetry staleRetry, Attempts attempts,
            ApiKeys keys, Secrecy secrecy) {
        ProviderDialect dialect = this.environment.dialects().get(settings.provider());
        WebClient webClient = this.environment.webClient()
            .clone()
            .clientConnector(new ReactorClientHttpConnector(http))
            .filter(new BodyOnce())
            .filter(staleRetry)
            .build();
        Requests requests = new Requests(settings.name(), webClient, settings.baseUrl().toString(), settings.headers(),
                settings.query(), dialect);
        Bodies bodies = new Bodies(settings.name(), dialect, settings.model(), this.environment.json());
        return new ClientParts(settings.timeout(), settings.streaming(), settings.limits(), dialect,
                new Calls(settings.name(), this.environment.time()), attempts, keys, secrecy, requests, bodies,
                new Responses(dialect, settings.limits()));
    }

    private WebClient genericWebClient(ClientSettings settings, ClientParts parts) {
        int maxAnswer = Math.toIntExact(settings.limits().getAnswer().toBytes());
        return parts.requests()
            .webClient()
            .mutate()
            .baseUrl(settings.baseUrl().toString())
            .codecs((codecs) -> codecs.defaultCodecs().maxInMemorySize(maxAnswer))
            .filters((filters) -> filters.add(0, new GenericCalls(settings.name(), parts)))
            .build();
    }

    /** Off the path of any request, so that it is nobody's subscription but ours. */
    private Disposable preResolve(ClientSettings settings, DnsResolution dns) {
        String host = settings.baseUrl().host();
        boolean direct = (settings.proxy().getHost() == null || Proxy.isDirect(settings.proxy(), host));
        if (!settings.dns().isPreResolve() || !direct) {
            return Disposables.disposed();
        }
        return dns.preResolve(host)
            .subscribe(null, (error) -> logger
                .warn("[%s] %s was not resolved ahead of the first call: %s".formatted(settings.name(), host, error)));
    }

    private Disposable warmUp(ClientSettings settings, AdmissionGate gate, ProbeRequest probe,
            FailureTranslation failures) {
        int connections = settings.warmUp().getConnections();
        return (connections > 0) ? new WarmUp(settings.name(), connections, gate, probe, failures).run().subscribe()
                : Disposables.disposed();
    }

    private static Disposable probes(ClientSettings settings, Prober prober, CallTime time) {
        return Boolean.TRUE.equals(settings.health().getActive())
                ? new BackgroundProbes(prober.probe(), settings.health().getInterval(), time.scheduler(),
                        () -> ThreadLocalRandom.current().nextDouble())
                    .start()
                : Disposables.disposed();
    }

}
