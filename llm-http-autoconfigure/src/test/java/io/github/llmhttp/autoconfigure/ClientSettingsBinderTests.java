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

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import io.github.llmhttp.config.ClientPreset;
import io.github.llmhttp.config.ClientSettings;
import io.github.llmhttp.config.EndpointSettings;
import io.github.llmhttp.config.InvalidSettingsException;
import io.github.llmhttp.config.SettingProblem;
import io.github.llmhttp.config.TestProviders;
import io.github.llmhttp.reliability.Covers;
import io.github.llmhttp.reliability.FaultRow;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.core.env.StandardEnvironment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class ClientSettingsBinderTests {

    private static final String CANARY = "sk-canary-4711";

    private boolean keyProvider;

    @Test
    void eachKeyTellsItsOrigin() {
        ClientSettings settings = client("a", "llm.http.preset=low", "llm.http.timeout.call=30s",
                "llm.http.headers.X-Team=search", "llm.http.clients.a.base-url=http://localhost:8000",
                "llm.http.clients.a.timeout.connect=1s", "llm.http.clients.a.headers.X-App=chat");
        assertThat(settings.settings())
            .containsEntry("pool.max-connections", new ClientSettings.Setting("20", "preset low"))
            .containsEntry("timeout.call", new ClientSettings.Setting("30s", "llm.http"))
            .containsEntry("timeout.connect", new ClientSettings.Setting("1s", "llm.http.clients.a"))
            .containsEntry("timeout.tls", new ClientSettings.Setting("5s", "default"))
            .containsEntry("preset", new ClientSettings.Setting("low", "llm.http"))
            .containsEntry("headers.X-Team", new ClientSettings.Setting("******", "llm.http"))
            .containsEntry("headers.X-App", new ClientSettings.Setting("******", "llm.http.clients.a"))
            .containsEntry("base-url", new ClientSettings.Setting("http://localhost:8000", "llm.http.clients.a"))
            .containsEntry("provider", new ClientSettings.Setting("generic", "provider"));
    }

    @Test
    void clientInheritsFieldByField() {
        ClientSettings settings = client("a", "llm.http.base-url=http://localhost:8000", "llm.http.timeout.call=30s",
                "llm.http.timeout.stream=5m", "llm.http.clients.a.timeout.call=31s");
        assertThat(settings.timeout().getCall()).isEqualTo(Duration.ofSeconds(31));
        assertThat(settings.timeout().getStream()).isEqualTo(Duration.ofMinutes(5));
        assertThat(settings.baseUrl()).hasToString("http://localhost:8000");
    }

    @Test
    void siblingsAndDefaultStayApart() {
        List<ClientSettings> all = binder("llm.http.base-url=http://localhost:8000", "llm.http.dns.servers=10.0.0.1",
                "llm.http.clients.a.headers.X-A=1", "llm.http.clients.a.dns.servers=10.0.0.2",
                "llm.http.clients.b.headers.X-B=1")
            .configured();
        assertThat(all).extracting(ClientSettings::name).containsExactly("default", "a", "b");
        assertThat(all.get(0).headers()).isEmpty();
        assertThat(all.get(1).headers()).containsOnlyKeys("X-A");
        assertThat(all.get(2).headers()).containsOnlyKeys("X-B");
        assertThat(all.get(2).dns().getServers()).containsExactly("10.0.0.1");
    }

    @Test
    void mapsMergeAndHeadersDoSoWithoutRegardToCase() {
        ClientSettings settings = client("a", "llm.http.base-url=http://localhost:8000", "llm.http.headers.X-Team=one",
                "llm.http.headers.X-Other=kept", "llm.http.clients.a.headers.x-team=two",
                "llm.http.dns.hosts.llm.internal=10.0.0.1", "llm.http.clients.a.dns.hosts.gpu.internal=10.0.0.2");
        assertThat(settings.headers()).containsOnly(Map.entry("x-team", "two"), Map.entry("X-Other", "kept"));
        assertThat(settings.dns().getHosts()).containsOnly(Map.entry("llm.internal", "10.0.0.1"),
                Map.entry("gpu.internal", "10.0.0.2"));
    }

    @Test
    void listsAreReplacedWhole() {
        ClientSettings settings = client("a", "llm.http.base-url=http://localhost:8000",
                "llm.http.dns.servers=10.0.0.1,10.0.0.2", "llm.http.clients.a.dns.servers=10.0.0.3");
        assertThat(settings.dns().getServers()).containsExactly("10.0.0.3");
    }

    @Test
    void endpointsTakeThePlaceOfTheBaseUrl() {
        ClientSettings settings = client("a", "llm.http.clients.a.endpoints[0].url=http://GPU-1:8000/v1",
                "llm.http.clients.a.endpoints[0].weight=3", "llm.http.clients.a.endpoints[1].url=http://gpu-2:8000/x",
                "llm.http.clients.a.endpoints[1].priority=1");
        assertThat(settings.endpoints()).extracting((endpoint) -> endpoint.url().toString())
            .containsExactly("http://gpu-1:8000", "http://gpu-2:8000/x");
        assertThat(settings.endpoints()).extracting(EndpointSettings::weight).containsExactly(3, 1);
        assertThat(settings.endpoints()).extracting(EndpointSettings::priority).containsExactly(0, 1);
        assertThat(settings.settings()).doesNotContainKey("base-url")
            .containsEntry("endpoints[0].url", new ClientSettings.Setting("http://GPU-1:8000/v1", "llm.http.clients.a"))
            .containsEntry("endpoints[1].weight", new ClientSettings.Setting("1", "default"));
    }

    @Test
    void ownAddressesReplaceThoseThatAreInherited() {
        List<ClientSettings> all = binder("llm.http.base-url=https://api.openai.com", "llm.http.api-key=sk-shared",
                "llm.http.clients.a.endpoints[0].url=http://gpu-1:8000",
                "llm.http.clients.a.endpoints[1].url=http://gpu-2:8000", "llm.http.clients.b.model=m")
            .configured();
        assertThat(all.get(1).endpoints()).hasSize(2);
        assertThat(all.get(1).apiKey()).isNull();
        assertThat(all.get(2).baseUrl()).hasToString("https://api.openai.com");
        assertThat(all.get(2).apiKey()).isEqualTo("sk-shared");
        List<ClientSettings> shared = binder("llm.http.endpoints[0].url=http://gpu-1:8000",
                "llm.http.endpoints[1].url=http://gpu-2:8000", "llm.http.clients.a.base-url=http://gpu-3:8000",
                "llm.http.clients.b.endpoints[0].url=http://gpu-4:8000", "llm.http.clients.c.model=m")
            .configured();
        assertThat(shared).extracting((settings) -> settings.endpoints().size()).containsExactly(2, 1, 1, 2);
        assertThat(shared.get(1).settings()).doesNotContainKey("endpoints[1].url");
    }

    @Test
    void fallbackIsInheritedButByTheClientOfItsName() {
        List<ClientSettings> all = binder("llm.http.base-url=http://localhost:8000", "llm.http.fallback=backup",
                "llm.http.clients.a.model=m", "llm.http.clients.b.fallback=", "llm.http.clients.backup.model=m")
            .configured();
        assertThat(all).extracting(ClientSettings::name).containsExactly("default", "a", "b", "backup");
        assertThat(all).extracting(ClientSettings::fallback).containsExactly("backup", "backup", null, null);
    }

    @Test
    void fallbackModelsAreReplacedWholeAndAskedOnce() {
        List<ClientSettings> all = binder("llm.http.base-url=http://localhost:8000",
                "llm.http.fallback-models=m-1,m-2,m-1", "llm.http.clients.a.fallback-models=m-3",
                "llm.http.clients.b.timeout.call=10s", "llm.http.clients.c.base-url=http://localhost:9000")
            .configured();
        assertThat(all).extracting(ClientSettings::fallbackModels)
            .containsExactly(List.of("m-1", "m-2"), List.of("m-3"), List.of("m-1", "m-2"), List.of());
        assertThat(all.get(0).warnings()).singleElement()
            .satisfies((warning) -> assertThat(warning.toString()).contains("llm.http.fallback-models")
                .contains("holds 'm-1' twice"));
    }

    @Test
    void presetOfTheClientReplacesTheSharedOneBelowSharedKeys() {
        ClientSettings settings = client("a", "llm.http.base-url=http://localhost:8000", "llm.http.preset=low",
                "llm.http.janitor.max-idle-time=45s", "llm.http.clients.a.preset=high");
        assertThat(settings.preset()).isEqualTo(ClientPreset.HIGH);
        assertThat(settings.pool().getMaxConnections()).isEqualTo(200);
        assertThat(settings.timeout().getCall()).isEqualTo(Duration.ofMinutes(3));
        assertThat(settings.janitor().getMaxIdleTime()).isEqualTo(Duration.ofSeconds(45));
    }

    @ParameterizedTest
    @CsvSource({ "low, 20, 10, 18, 60, 120, 180, 900, 15, 30, 3", "medium, 100, 30, 90, 90, 180, 180, 900, 15, 30, 4",
            "high, 200, 50, 180, 90, 180, 180, 900, 15, 30, 4",
            "streaming, 150, 40, 135, 120, 180, 180, 900, 15, 10, 3",
            "local, 50, 50, 45, 300, 300, 180, 900, 300, 30, 2",
            "reasoning, 100, 100, 90, 60, 600, 600, 1800, 300, 180, 3" })
    void presetHasTheNumbersOfItsTable(String preset, int total, int perHost, int streams, int idle, int call,
            int byteIdle, int stream, int firstToken, int tokenGap, int attempts) {
        ClientSettings settings = client("default", "llm.http.base-url=http://localhost", "llm.http.preset=" + preset);
        assertThat(settings.pool().getMaxConnections()).isEqualTo(total);
        assertThat(settings.maxConnectionsPerHost()).isEqualTo(perHost);
        assertThat(settings.maxStreams()).isEqualTo(streams);
        assertThat(settings.janitor().getMaxIdleTime()).hasSeconds(idle);
        assertThat(settings.timeout().getCall()).hasSeconds(call);
        assertThat(settings.timeout().getByteIdle()).hasSeconds(byteIdle);
        assertThat(settings.timeout().getStream()).hasSeconds(stream);
        assertThat(settings.timeout().getFirstToken()).hasSeconds(firstToken);
        assertThat(settings.timeout().getTokenGap()).hasSeconds(tokenGap);
        assertThat(settings.retry().getMaxAttempts()).isEqualTo(attempts);
    }

    // A new key of a preset needs a column above
    @ParameterizedTest
    @EnumSource
    void presetSetsNoOtherNumbers(ClientPreset preset) {
        assertThat(Set.of("pool.max-connections", "pool.max-connections-per-host", "janitor.max-idle-time",
                "timeout.call", "timeout.byte-idle", "timeout.stream", "timeout.first-token", "timeout.token-gap",
                "retry.max-attempts"))
            .containsAll(preset.settings().keySet());
    }

    @ParameterizedTest
    @EnumSource
    void presetContradictsNothing(ClientPreset preset) {
        assertThat(client("default", "llm.http.base-url=http://localhost", "llm.http.preset=" + preset.id()).warnings())
            .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = { "base-url=http://second.example", "base-url=http://second.example provider=ollama",
            "base-url=http://first.example", "base-url= provider=ollama", "provider=ollama", "provider=vllm" })
    void keyDoesNotTravelToAnotherEndpoint(String own) {
        ClientSettings settings = second(own.split(" "));
        assertThat(settings.apiKey()).isNull();
        assertThat(settings.model()).isNull();
        assertThat(settings.headers()).containsOnlyKeys("X-Team");
        assertThat(settings.query()).containsOnlyKeys("api-version");
        assertThat(settings.settings()).doesNotContainKeys("api-key", "model", "headers.Authorization");
        assertThat(settings.settings().values()).extracting(ClientSettings.Setting::value)
            .doesNotContain("first-model");
    }

    @Test
    void providerDoesNotTravelToAnotherEndpoint() {
        ClientSettings settings = second("base-url=http://second.example");
        assertThat(settings.provider()).isEqualTo("generic");
        assertThat(settings.settings().get("provider").origin()).isEqualTo("provider");
        assertThat(second("base-url=https://api.anthropic.com").provider()).isEqualTo("anthropic");
    }

    @Test
    void emptyBaseUrlLeavesNeitherAddressNorProvider() {
        assertThatExceptionOfType(InvalidSettingsException.class).isThrownBy(() -> second("base-url="))
            .withMessageContaining("llm.http.clients.second.base-url is not set");
    }

    @Test
    void everythingIsInheritedByAClientOfTheSameEndpoint() {
        ClientSettings settings = second("timeout.call=5s");
        assertThat(settings.baseUrl()).hasToString("http://first.example");
        assertThat(settings.apiKey()).isEqualTo(CANARY);
        assertThat(settings.provider()).isEqualTo("vllm");
        assertThat(settings.model()).isEqualTo("first-model");
        assertThat(settings.headers()).containsOnlyKeys("Authorization", "x-api-key", "Api-Key", "Cookie",
                "Ocp-Apim-Subscription-Key", "X-Custom", "X-Team");
        assertThat(settings.query()).containsOnlyKeys("api_key", "sig", "api-version");
    }

    private ClientSettings second(String... own) {
        Stream<String> shared = Stream.of("llm.http.base-url=http://first.example", "llm.http.api-key=" + CANARY,
                "llm.http.provider=vllm", "llm.http.model=first-model", "llm.http.headers.Authorization=" + CANARY,
                "llm.http.headers.x-api-key=" + CANARY, "llm.http.headers.Api-Key=" + CANARY,
                "llm.http.headers.Cookie=" + CANARY, "llm.http.headers.Ocp-Apim-Subscription-Key=" + CANARY,
                "llm.http.headers.X-Custom=Bearer " + CANARY, "llm.http.headers.X-Team=search",
                "llm.http.query.api_key=" + CANARY, "llm.http.query.sig=" + CANARY,
                "llm.http.query.api-version=2024-10-21");
        return client("second",
                Stream.concat(shared, Stream.of(own).map((setting) -> "llm.http.clients.second." + setting))
                    .toArray(String[]::new));
    }

    @Test
    void ownKeyDoesNotTravelToAnInheritedEndpointOfAnotherCompany() {
        assertThatExceptionOfType(InvalidSettingsException.class)
            .isThrownBy(() -> client("claude", "llm.http.base-url=https://api.openai.com", "llm.http.api-key=k",
                    "llm.http.clients.claude.provider=anthropic", "llm.http.clients.claude.api-key=" + CANARY))
            .withMessageContaining("llm.http.clients.claude.provider = anthropic")
            .withMessageContaining("llm.http.base-url = https://api.openai.com")
            .withMessageNotContaining(CANARY);
    }

    @Test
    void runTimeClientOfAnotherEndpointInheritsNoKey() {
        ClientSettings settings = binder("llm.http.base-url=http://first.example", "llm.http.api-key=" + CANARY)
            .settings("tenant", Map.of("base-url", "http://second.example"));
        assertThat(settings.apiKey()).isNull();
    }

    @Test
    void secretsAreNeverShown() {
        ClientSettings settings = client("default", "llm.http.base-url=http://localhost", "llm.http.api-key=" + CANARY,
                "llm.http.headers.X-Anything=" + CANARY, "llm.http.query.anything=" + CANARY,
                "llm.http.proxy.host=proxy", "llm.http.proxy.port=3128", "llm.http.proxy.username=u",
                "llm.http.proxy.password=" + CANARY);
        assertThat(settings.apiKey()).isEqualTo(CANARY);
        assertThat(settings.settings().toString()).doesNotContain(CANARY)
            .contains("proxy.password=Setting[value=******");
        assertThat(settings).asString().doesNotContain(CANARY);
    }

    @ParameterizedTest
    @CsvSource({ "1, 1", "2, 1", "3, 2", "5, 4", "10, 9", "15, 13", "50, 45", "100, 90" })
    void streamsLeaveATenthOfTheConnectionsToCalls(int total, int streams) {
        assertThat(client("default", "llm.http.base-url=http://localhost", "llm.http.pool.max-connections=" + total)
            .maxStreams()).isEqualTo(streams);
    }

    @ParameterizedTest
    @CsvSource({ "1, 100", "25, 100", "26, 104", "100, 400" })
    void waitingLineIsFourTimesThePool(int total, int pending) {
        ClientSettings settings = client("default", "llm.http.base-url=http://localhost",
                "llm.http.pool.max-connections=" + total);
        assertThat(settings.maxPendingAcquires()).isEqualTo(pending);
        assertThat(settings.maxIdleConnections()).isEqualTo(total);
        assertThat(settings.maxConnectionsPerHost()).isEqualTo(total);
    }

    @Test
    void smallerTotalBelowAPresetLowersWhatFollowsFromIt() {
        ClientSettings settings = client("default", "llm.http.base-url=http://localhost", "llm.http.preset=low",
                "llm.http.pool.max-connections=5");
        assertThat(settings.maxConnectionsPerHost()).isEqualTo(5);
        assertThat(settings.warnings()).singleElement()
            .asString()
            .contains("llm.http.pool.max-connections-per-host = 10")
            .contains("llm.http.pool.max-connections = 5");
    }

    @ParameterizedTest
    @CsvSource({ "vllm, true", "ollama, true", "openai, false", "anthropic, false", "generic, false" })
    void serversOfOnesOwnAreCheckedInTheBackground(String provider, boolean active) {
        ClientSettings settings = client("default", "llm.http.base-url=http://localhost",
                "llm.http.provider=" + provider);
        assertThat(settings.health().getActive()).isEqualTo(active);
        assertThat(settings.settings().get("health.active").origin()).isEqualTo("provider");
        ClientSettings own = client("default", "llm.http.base-url=http://localhost", "llm.http.provider=" + provider,
                "llm.http.health.active=" + !active);
        assertThat(own.health().getActive()).isEqualTo(!active);
        assertThat(own.settings().get("health.active").origin()).isEqualTo("llm.http");
    }

    @Test
    void vllmKeepsUnusedConnectionsForThreeSecondsWhateverThePresetSays() {
        ClientSettings settings = client("default", "llm.http.base-url=http://localhost", "llm.http.provider=vllm",
                "llm.http.preset=local");
        assertThat(settings.janitor().getMaxIdleTime()).hasSeconds(3);
        assertThat(settings.janitor().getSweepInterval()).hasSeconds(3);
        assertThat(settings.settings().get("janitor.max-idle-time").origin()).isEqualTo("provider");
        assertThat(settings.warnings()).isEmpty();
    }

    @Test
    void vllmKeepsUnusedConnectionsAsLongAsTheUserSays() {
        assertThat(client("default", "llm.http.base-url=http://localhost", "llm.http.provider=vllm",
                "llm.http.janitor.max-idle-time=20s")
            .janitor()
            .getMaxIdleTime()).hasSeconds(20);
    }

    @Test
    @Covers(FaultRow.BAD_KEY)
    void cloudWithoutKeyWarns() {
        assertThat(warnings("llm.http.base-url=https://api.openai.com")).singleElement()
            .asString()
            .contains("llm.http.api-key")
            .contains("api.openai.com:443");
        assertThat(warnings("llm.http.base-url=https://api.openai.com", "llm.http.headers.authorization=Bearer k"))
            .isEmpty();
        this.keyProvider = true;
        assertThat(warnings("llm.http.base-url=https://api.openai.com")).isEmpty();
    }

    @Test
    void blankKeyWarnsAndIsNotSent() {
        ClientSettings settings = binder().settings("a", Map.of("base-url", "http://localhost", "api-key", " \t"));
        assertThat(settings.warnings()).singleElement()
            .asString()
            .contains("llm.http.clients.a.api-key")
            .contains("is blank");
        assertThat(settings.apiKey()).isNull();
    }

    @Test
    void keyThatTravelsUnencryptedToACloudWarns() {
        assertThat(warnings("llm.http.base-url=http://api.openai.com", "llm.http.api-key=k")).singleElement()
            .asString()
            .contains("llm.http.base-url")
            .contains("not encrypted");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = { "llm.http.http2.mode=negotiate | llm.http.http2.mode | llm.http.base-url",
            "llm.http.tls.bundle=llm | llm.http.tls.bundle | llm.http.base-url",
            "llm.http.janitor.sweep-interval=2m | llm.http.janitor.sweep-interval | llm.http.janitor.max-idle-time",
            "llm.http.janitor.max-life-time=30s | llm.http.janitor.max-idle-time | llm.http.janitor.max-life-time",
            "llm.http.timeout.stream=60s | llm.http.timeout.call | llm.http.timeout.stream",
            "llm.http.timeout.write=16m | llm.http.timeout.write | llm.http.timeout.stream",
            "llm.http.timeout.headers=16m | llm.http.timeout.headers | llm.http.timeout.stream",
            "llm.http.circuit-breaker.window=9 | llm.http.circuit-breaker.min-calls | llm.http.circuit-breaker.window",
            "llm.http.circuit-breaker.slow-first-token=61s | llm.http.circuit-breaker.slow-first-token "
                    + "| llm.http.timeout.first-token",
            "llm.http.keep-alive.user-timeout=59s | llm.http.keep-alive.user-timeout | llm.http.keep-alive.idle",
            "llm.http.pool.max-streams=100 | llm.http.pool.max-streams | llm.http.pool.max-connections",
            "llm.http.pool.max-streams=101 | llm.http.pool.max-streams | llm.http.pool.max-connections" })
    @Covers(FaultRow.CONTRADICTION)
    void contradictionWithADefaultWarnsAndNamesBothKeys(String setting, String property, String other) {
        List<SettingProblem> warnings = warnings("llm.http.base-url=http://localhost", setting);
        assertThat(warnings).singleElement().satisfies((warning) -> {
            assertThat(warning.property()).isEqualTo(property);
            assertThat(warning.reason()).contains(other + " = ");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = { "dns", "connect", "tls", "write", "headers" })
    void stageThatOnlyStreamsCanSpendWarnsAndNamesBothKeys(String stage) {
        assertThat(warnings(shared("base-url=http://localhost timeout.call=10s timeout." + stage + "=11s")))
            .singleElement()
            .satisfies((warning) -> {
                assertThat(warning.property()).isEqualTo("llm.http.timeout." + stage);
                assertThat(warning.reason())
                    .isEqualTo("is over llm.http.timeout.call = 10s: only streams can reach it");
            });
    }

    @Test
    void stageOverAnInheritedLimitWarns() {
        assertThat(client("a", "llm.http.base-url=http://localhost", "llm.http.timeout.call=10s",
                "llm.http.timeout.stream=10s", "llm.http.clients.a.timeout.connect=11s")
            .warnings()).singleElement()
            .asString()
            .contains("llm.http.clients.a.timeout.connect = 11s is over llm.http.timeout.stream = 10s");
    }

    @ParameterizedTest
    @ValueSource(strings = { "pool.max-connections=7 pool.max-streams=7", "preset=low pool.max-streams=20" })
    void streamsThatMayTakeAllConnectionsWarn(String settings) {
        assertThat(warnings(shared("base-url=http://localhost " + settings))).singleElement().satisfies((warning) -> {
            assertThat(warning.property()).isEqualTo("llm.http.pool.max-streams");
            assertThat(warning.reason()).startsWith("equals llm.http.pool.max-connections = ")
                .endsWith("streams can starve calls");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = { "timeout.call=1s", "timeout.call=1s timeout.stream=1s", "preset=low timeout.write=150s",
            "timeout.call=10s timeout.write=10s timeout.headers=10s", "timeout.headers=10m", "timeout.byte-idle=10m",
            "timeout.acquire=60s timeout.call=10s timeout.stream=20s", "pool.max-connections=1 pool.max-streams=1",
            "pool.max-streams=99", "keep-alive.user-timeout=60s",
            "keep-alive.enabled=false keep-alive.user-timeout=59s" })
    void limitsThatGoTogetherDoNotWarn(String settings) {
        assertThat(warnings(shared("base-url=http://localhost " + settings))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = { "key", "api_key", "access-token", "sig", "client_secret", "Password", "code" })
    void credentialInTheQueryWarnsUnseen(String parameter) {
        assertThat(warnings("llm.http.base-url=http://localhost", "llm.http.query." + parameter + "=" + CANARY))
            .singleElement()
            .asString()
            .startsWith("llm.http.query." + parameter + " looks like a credential")
            .contains("URLs are logged by servers and proxies; use a header")
            .contains("llm.http.headers.authorization")
            .doesNotContain(CANARY);
    }

    @Test
    void otherParameterInTheQueryIsFine() {
        assertThat(warnings("llm.http.base-url=http://localhost", "llm.http.query.api-version=2024-10-21")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = { "proxy.type=socks5 | proxy.type | without llm.http.proxy.host:",
            "proxy.non-proxy-hosts=*.internal | proxy.non-proxy-hosts | without llm.http.proxy.host:",
            "keep-alive.enabled=false keep-alive.idle=30s | keep-alive.idle | with llm.http.keep-alive.enabled = false",
            "keep-alive.enabled=false keep-alive.interval=5s | keep-alive.interval | with llm.http.keep-alive.enabled",
            "keep-alive.enabled=false keep-alive.count=2 | keep-alive.count | with llm.http.keep-alive.enabled = false",
            "dns.resolver=jvm dns.refresh-ahead=true | dns.refresh-ahead | with llm.http.dns.resolver = jvm",
            "dns.cache-max-ttl=0s dns.refresh-ahead=true | dns.refresh-ahead | with llm.http.dns.cache-max-ttl = 0",
            "proxy.host=10.0.0.9 proxy.port=1 dns.servers=10.0.0.2 | dns.servers | with llm.http.proxy.host = 10.0.0.9",
            "proxy.host=proxy proxy.port=1 dns.hosts.llm.test=10.0.0.7 | dns.hosts | with llm.http.proxy.host = proxy",
            "proxy.host=proxy proxy.port=1 dns.pre-resolve=true | dns.pre-resolve | with llm.http.proxy.host = proxy",
            "http2.max-connections=2 | http2.max-connections | with llm.http.http2.mode = off",
            "http2.ping-interval=2s | http2.ping-interval | with llm.http.http2.mode = off",
            "health.interval=9s | health.interval | with llm.http.health.active = false (provider)",
            "provider=vllm health.active=false health.interval=9s | health.interval | with llm.http.health.active = false" })
    void settingThatAnotherSwitchesOffWarnsAndNamesBothKeys(String settings, String key, String relation) {
        List<SettingProblem> warnings = warnings(shared("base-url=http://llm.test " + settings));
        assertThat(warnings).singleElement().satisfies((warning) -> {
            assertThat(warning.property()).isEqualTo("llm.http." + key);
            assertThat(warning.reason()).startsWith("has no effect " + relation);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = { "failure-rate=30", "window=9", "min-calls=99", "open-time=1s", "half-open-calls=1",
            "consecutive-failures=5", "slow-first-token=99s" })
    void settingOfACircuitBreakerThatIsSwitchedOffWarns(String setting) {
        assertHasNoEffect(setting, "enabled = false", "circuit-breaker.enabled=false");
    }

    @ParameterizedTest
    @ValueSource(strings = { "failure-rate=30", "window=9", "min-calls=99" })
    void percentageBesidesFailuresInARowWarns(String setting) {
        assertHasNoEffect(setting, "consecutive-failures = 5", "circuit-breaker.consecutive-failures=5");
    }

    private void assertHasNoEffect(String setting, String relation, String other) {
        assertThat(warnings(shared("base-url=http://llm.test circuit-breaker." + setting + " " + other)))
            .singleElement()
            .satisfies((warning) -> {
                assertThat(warning.property()).isEqualTo("llm.http.circuit-breaker." + setting.split("=")[0]);
                assertThat(warning.reason()).startsWith("has no effect with llm.http.circuit-breaker." + relation);
            });
    }

    @ParameterizedTest
    @ValueSource(strings = { "circuit-breaker.enabled=false", "circuit-breaker.consecutive-failures=5",
            "circuit-breaker.consecutive-failures=5 circuit-breaker.open-time=1s circuit-breaker.half-open-calls=1",
            "circuit-breaker.window=10 circuit-breaker.min-calls=10 circuit-breaker.slow-first-token=60s",
            "keep-alive.enabled=false", "keep-alive.enabled=false keep-alive.user-timeout=90s",
            "keep-alive.idle=30s keep-alive.interval=5s keep-alive.count=2", "proxy.host=proxy proxy.port=3128",
            "proxy.host=proxy proxy.port=3128 dns.servers=10.0.0.2 dns.hosts.PROXY=10.0.0.9 dns.pre-resolve=false",
            "proxy.host=10.0.0.9 proxy.port=1 proxy.non-proxy-hosts=*.test dns.servers=10.0.0.2 dns.pre-resolve=true",
            "dns.resolver=jvm dns.negative-ttl=5s dns.stale-max=1m dns.round-robin=true", "dns.cache-max-ttl=0s",
            "dns.address-types=ipv4-only dns.hosts.llm.test=fd00::7,10.0.0.7",
            "dns.servers=10.0.0.2 dns.hosts.llm.test=10.0.0.7 dns.pre-resolve=true",
            "proxy.host= proxy.port=3128 proxy.username=u proxy.type=socks5" })
    void settingThatActsDoesNotWarn(String settings) {
        assertThat(warnings(shared("base-url=http://llm.test " + settings))).isEmpty();
    }

    @Test
    void clientMaySwitchOffWhatItInherits() {
        ClientSettings settings = client("a", "llm.http.base-url=http://llm.test", "llm.http.keep-alive.idle=30s",
                "llm.http.proxy.host=proxy", "llm.http.proxy.port=3128", "llm.http.proxy.username=u",
                "llm.http.proxy.non-proxy-hosts=*.internal", "llm.http.clients.a.keep-alive.enabled=false",
                "llm.http.clients.a.proxy.host=");
        assertThat(settings.warnings()).isEmpty();
        assertThat(settings.proxy().getHost()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = { "Authorization", "x-api-key", "Api-Key" })
    void credentialInAHeaderBesidesAKeyWarnsUnseen(String header) {
        assertThat(warnings("llm.http.base-url=http://localhost", "llm.http.api-key=" + CANARY,
                "llm.http.headers." + header + "=" + CANARY))
            .singleElement()
            .asString()
            .startsWith("llm.http.headers." + header + " is a credential besides llm.http.api-key")
            .contains("the header wins")
            .doesNotContain(CANARY);
    }

    @Test
    void otherHeaderBesidesAKeyIsFine() {
        assertThat(warnings("llm.http.base-url=http://localhost", "llm.http.api-key=k", "llm.http.headers.X-Team=a"))
            .isEmpty();
    }

    @Test
    void outerLimitAloneContradictsNothing() {
        assertThat(warnings("llm.http.base-url=http://localhost", "llm.http.timeout.total=2s")).isEmpty();
    }

    @Test
    void offInYamlIsNoBoolean() {
        assertThat(client("default", "llm.http.base-url=http://localhost", "llm.http.http2.mode=off").http2().getMode())
            .hasToString("OFF");
    }

    private static String[] shared(String settings) {
        return Stream.of(settings.split(" ")).map((setting) -> "llm.http." + setting).toArray(String[]::new);
    }

    private List<SettingProblem> warnings(String... settings) {
        return client("default", settings).warnings();
    }

    private ClientSettings client(String name, String... settings) {
        return binder(settings).configured()
            .stream()
            .filter((client) -> client.name().equals(name))
            .findFirst()
            .orElseThrow();
    }

    private ClientSettingsBinder binder(String... settings) {
        StandardEnvironment environment = new StandardEnvironment();
        TestPropertyValues.of(settings).applyTo(environment);
        return new ClientSettingsBinder(environment, new TestProviders(), this.keyProvider, () -> List.of("llm"));
    }

}
