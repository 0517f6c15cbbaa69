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

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

import io.github.llmhttp.config.SettingProblem.Severity;
import io.netty.util.NetUtil;
import org.jspecify.annotations.Nullable;

/**
 * Checks texts: keys and headers that could break a request apart, placeholders that were
 * not resolved, names and addresses that are none.
 */
final class TextLint {

    // RFC 9110, 5.6.2
    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

    private static final Pattern PATH = Pattern.compile("/[\\x21-\\x7e&&[^#]]*");

    private static final Pattern NO_PROXY = Pattern.compile("\\*?[A-Za-z0-9._:\\[\\]-]*\\*?");

    // Those frame the message or the connection, which is the client's task
    private static final Set<String> FRAMING = Set.of("content-length", "transfer-encoding", "connection", "keep-alive",
            "upgrade", "te", "trailer", "proxy-connection");

    private final EffectiveSettings settings;

    private final List<SettingProblem> problems = new ArrayList<>();

    private TextLint(EffectiveSettings settings) {
        this.settings = settings;
    }

    static List<SettingProblem> check(EffectiveSettings settings, Collection<String> tlsBundles) {
        TextLint lint = new TextLint(settings);
        LlmClientProperties properties = settings.properties();
        lint.checkSecret("api-key", properties.getApiKey());
        lint.checkSecret("proxy.password", properties.getProxy().getPassword());
        properties.getHeaders().forEach(lint::checkHeader);
        properties.getQuery().forEach(lint::checkQuery);
        lint.checkText("model", properties.getModel());
        lint.checkText("fallback", properties.getFallback());
        lint.checkFallbackModels(properties.getFallbackModels());
        lint.checkText("tls.bundle", properties.getTls().getBundle());
        lint.checkBundle(properties.getTls().getBundle(), tlsBundles);
        lint.checkText("proxy.username", properties.getProxy().getUsername());
        lint.checkHost("proxy.host", properties.getProxy().getHost());
        lint.checkPath(properties.getHealth().getPath());
        properties.getProxy().getNonProxyHosts().forEach(lint::checkNonProxyHost);
        properties.getDns().getServers().forEach(lint::checkNameServer);
        properties.getDns().getHosts().forEach(lint::checkStaticHost);
        return lint.problems;
    }

    private void checkSecret(String key, @Nullable String value) {
        if (value == null) {
            return;
        }
        String complaint = headerComplaint(value);
        if (complaint == null && value.isBlank()) {
            this.problems.add(this.settings.warning(key, "is blank: requests go without it"));
        }
        else if (complaint == null && !value.equals(value.strip())) {
            complaint = "begins or ends with a blank";
        }
        if (complaint != null) {
            refuseUnseen(key, value, complaint, "visible ASCII characters");
        }
    }

    private void checkHeader(String name, String value) {
        String key = "headers." + name;
        if (!TOKEN.matcher(name).matches()) {
            refuseUnseen("headers", name, "holds a header name that is not an RFC 9110 token",
                    "letters, digits and !#$%&'*+-.^_`|~ (in YAML, write other names than a-z, 0-9 and - in brackets)");
        }
        else if (FRAMING.contains(name.toLowerCase(Locale.ROOT))) {
            this.problems.add(new SettingProblem(this.settings.origins().property(key), null,
                    "is a header that only the client itself can set", "any other header",
                    this.settings.origins().property("headers") + ".x-team: search", Severity.ERROR));
        }
        else {
            String complaint = headerComplaint(value);
            if (complaint != null) {
                refuseUnseen(key, value, complaint, "visible ASCII characters and blanks");
            }
        }
    }

    private void checkQuery(String name, String value) {
        String complaint = name.isBlank() ? "holds a parameter without a name" : complaint(name);
        if (complaint == null) {
            complaint = complaint(value);
        }
        if (complaint != null) {
            refuseUnseen("query", value, complaint, "names and values without control characters");
        }
        else if (Secrets.isCredential(name, value, Set.of())) {
            this.problems.add(new SettingProblem(this.settings.origins().property("query." + name), null,
                    "looks like a credential, and URLs are logged by servers and proxies; use a header",
                    "parameters that anyone may read",
                    this.settings.origins().property("headers") + ".authorization: Bearer ${TOKEN}", Severity.WARN));
        }
    }

    private void checkText(String key, @Nullable String value) {
        String complaint = (value != null) ? textComplaint(value) : null;
        if (complaint != null) {
            this.problems.add(this.settings.error(key, complaint));
        }
    }

    private void checkFallbackModels(List<String> models) {
        Set<String> known = new HashSet<>();
        for (String model : models) {
            String complaint = textComplaint(model);
            if (complaint != null) {
                this.problems.add(this.settings.problem("fallback-models", SettingFormat.of(model),
                        "holds a model that " + complaint, "names of models", SettingRanges.example("fallback-models"),
                        Severity.ERROR));
            }
            else if (!known.add(model)) {
                this.problems.add(this.settings.warning("fallback-models",
                        "holds '%s' twice; it is asked once".formatted(SettingFormat.of(model))));
            }
        }
    }

    private void checkBundle(@Nullable String bundle, Collection<String> known) {
        if (bundle == null || textComplaint(bundle) != null || known.contains(bundle)) {
            return;
        }
        String nearest = NearestName.of(bundle, known);
        this.problems
            .add(this.settings.problem("tls.bundle", SettingFormat.of(bundle), "is no SSL bundle that is known",
                    (nearest != null) ? String.join(", ", new TreeSet<>(known))
                            : "a bundle of spring.ssl.bundle.pem or spring.ssl.bundle.jks, and there are none",
                    (nearest != null) ? nearest : SettingRanges.example("tls.bundle"), Severity.ERROR));
    }

    private void checkHost(String key, @Nullable String value) {
        if (value != null && !isHost(value)) {
            this.problems.add(this.settings.error(key, "is neither a host name nor an IP address"));
        }
    }

    private void checkPath(@Nullable String path) {
        if (path != null && (!PATH.matcher(path).matches() || path.contains("${"))) {
            this.problems.add(this.settings.problem("health.path", SettingFormat.of(path), "is not a path",
                    "a path that begins with /", "/health", Severity.ERROR));
        }
    }

    private void checkNonProxyHost(String pattern) {
        if (pattern.isBlank() || !NO_PROXY.matcher(pattern).matches()) {
            this.problems.add(this.settings.problem("proxy.non-proxy-hosts", SettingFormat.of(pattern),
                    "is not a host pattern", "hosts, with * at the beginning or end", "*.internal", Severity.ERROR));
        }
    }

    private void checkNameServer(String server) {
        if (!isServer(server)) {
            this.problems.add(this.settings.problem("dns.servers", SettingFormat.of(server), "is not a name server",
                    "host or host:port with a port of 1 to 65535, an IPv6 address in brackets", "10.0.0.2:53",
                    Severity.ERROR));
        }
    }

    private static boolean isServer(String server) {
        if (NetUtil.isValidIpV6Address(server)) {
            return true;
        }
        try {
            return !server.contains("/") && BaseUrl.read("http://" + server).prefix().isEmpty();
        }
        catch (IllegalArgumentException ex) {
            return false;
        }
    }

    private void checkStaticHost(String host, String addresses) {
        String key = "dns.hosts." + host;
        if (!BaseUrl.isHost(host.toLowerCase(Locale.ROOT))) {
            this.problems.add(this.settings.problem("dns.hosts", SettingFormat.of(host), "holds a name that is no host",
                    "host names and their IP addresses", "{llm.internal: 10.0.0.7}", Severity.ERROR));
        }
        for (String address : addresses.split(",", -1)) {
            if (!isAddress(address.strip())) {
                this.problems.add(this.settings.problem(key, SettingFormat.of(addresses), "is no IP address",
                        "IPv4 or IPv6 addresses, separated by commas", "10.0.0.7,10.0.0.8", Severity.ERROR));
                return;
            }
        }
    }

    private static boolean isHost(String text) {
        return NetUtil.isValidIpV6Address(text) || BaseUrl.isHost(text.toLowerCase(Locale.ROOT));
    }

    private static boolean isAddress(String text) {
        return NetUtil.isValidIpV4Address(text) || NetUtil.isValidIpV6Address(text);
    }

    // What goes into a header
    private static @Nullable String headerComplaint(String value) {
        String complaint = complaint(value);
        return (complaint == null && value.chars().anyMatch((c) -> c > 0x7f)) ? "holds a character that is not ASCII"
                : complaint;
    }

    private static @Nullable String textComplaint(String value) {
        String complaint = complaint(value);
        return (complaint == null && value.isBlank()) ? "is blank" : complaint;
    }

    private static @Nullable String complaint(String value) {
        if (value.contains("${")) {
            return "holds a placeholder ${...} that is not resolved";
        }
        if (value.chars().anyMatch((c) -> c == '\r' || c == '\n')) {
            return "holds a line break";
        }
        if (value.chars().anyMatch((c) -> (c < ' ' && c != '\t') || c == 0x7f)) {
            return "holds a control character";
        }
        return null;
    }

    private void refuseUnseen(String key, String value, String complaint, String allowed) {
        this.problems
            .add(this.settings.problem(key, null, "%s (not shown, %d characters)".formatted(complaint, value.length()),
                    allowed, key.startsWith("headers.") ? "search" : SettingRanges.example(key), Severity.ERROR));
    }

}
