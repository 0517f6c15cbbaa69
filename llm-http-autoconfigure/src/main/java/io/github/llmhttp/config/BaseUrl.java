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

import java.net.URI;
import java.util.Locale;
import java.util.regex.Pattern;

import io.netty.util.NetUtil;

import org.springframework.util.StringUtils;

/**
 * Where a client's requests go: what stands before the path that the provider's dialect
 * adds.
 *
 * @param scheme {@code http} or {@code https}
 * @param host name or address in lower case; an IPv6 address without brackets
 * @param port the port, also if it is the scheme's own
 * @param prefix path before the dialect's path, empty or beginning with {@code /},
 * without a {@code /} or {@code /v1} at its end
 */
public record BaseUrl(String scheme, String host, int port, String prefix) {

    private static final Pattern NAME = Pattern
        .compile("(?=.{1,254}$)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*\\.?");

    private static final Pattern NUMERIC_END = Pattern.compile("(.*\\.)?[0-9]+\\.?");

    private static final Pattern PATH = Pattern.compile("(/([A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})+)*/?");

    private static final Pattern API_PATH = Pattern
        .compile(".*/(chat/completions|completions|responses|messages|embeddings|api/chat|api/generate)/?");

    /**
     * Read a base URL.
     * @param text what is configured
     * @return the base URL
     * @throws IllegalArgumentException says what is wrong with it, without repeating it
     */
    public static BaseUrl parse(String text) {
        BaseUrl url = read(text);
        check(url.host().indexOf('_') < 0,
                "has an underscore in its host, which no host name may have (RFC 1123); use another alias of the host");
        check(url.host().indexOf(':') < 0 || url.host().indexOf('.') < 0,
                "has an IPv6 address that ends in an IPv4 address; write the IPv4 address alone, or only hexadecimal groups");
        check(URI.create(url.toString()).getHost() != null,
                "has a host whose last label begins with a digit, which is no host of a URI; use another alias of the host");
        return url;
    }

    /**
     * Read a URL whose host need not be fit for a URI, as that of a name server.
     * @param text what is configured
     * @return the parts of the URL
     * @throws IllegalArgumentException says what is wrong with it, without repeating it
     */
    static BaseUrl read(String text) {
        check(!text.contains("${"), "holds a placeholder that is not resolved");
        check(text.chars().noneMatch((c) -> c <= ' ' || c == 0x7f), "holds a blank or a control character");
        check(text.chars().allMatch((c) -> c < 0x80),
                "holds a character that is not ASCII; write the host in Punycode (xn--...)");
        check(text.indexOf('\\') < 0, "holds a backslash");
        int colon = text.indexOf("://");
        check(colon > 0, "has no scheme");
        String scheme = text.substring(0, colon).toLowerCase(Locale.ROOT);
        check(scheme.equals("http") || scheme.equals("https"), "has a scheme other than http and https");
        String rest = text.substring(colon + 3);
        check(rest.indexOf('#') < 0, "has a fragment");
        check(rest.indexOf('?') < 0, "has a query; set query parameters as query.<name>");
        int slash = rest.indexOf('/');
        String authority = (slash < 0) ? rest : rest.substring(0, slash);
        String path = (slash < 0) ? "" : rest.substring(slash);
        check(authority.indexOf('@') < 0, "has user info; set api-key or a header");
        String host = host(authority);
        int port = port(authority, scheme);
        return new BaseUrl(scheme, host, port, prefix(path));
    }

    private static String host(String authority) {
        if (authority.startsWith("[")) {
            int end = authority.indexOf(']');
            check(end > 0, "has an IPv6 address without closing bracket");
            String address = authority.substring(1, end);
            check(NetUtil.isValidIpV6Address(address) && address.indexOf('%') < 0,
                    "has an IPv6 address that is not valid");
            return address.toLowerCase(Locale.ROOT);
        }
        int colon = authority.indexOf(':');
        check(colon == authority.lastIndexOf(':'), "has an IPv6 address without brackets");
        String host = ((colon < 0) ? authority : authority.substring(0, colon)).toLowerCase(Locale.ROOT);
        check(!host.isEmpty(), "has no host");
        check(isHost(host), "has a host that is not valid");
        return host;
    }

    /**
     * Whether a text is a host name or an IPv4 address.
     * @param host the text, in lower case
     * @return whether it is one
     */
    static boolean isHost(String host) {
        return NAME.matcher(host).matches()
                && (!NUMERIC_END.matcher(host).matches() || NetUtil.isValidIpV4Address(host));
    }

    private static int port(String authority, String scheme) {
        String after = authority.substring(authority.startsWith("[") ? authority.indexOf(']') + 1
                : Math.max(authority.indexOf(':'), (authority.indexOf(':') < 0) ? authority.length() : 0));
        if (after.isEmpty()) {
            return scheme.equals("https") ? 443 : 80;
        }
        check(after.matches(":[0-9]{1,5}"), "has a port that is not a number");
        int port = Integer.parseInt(after.substring(1));
        check(port >= 1 && port <= 65535, "has a port outside 1 to 65535");
        return port;
    }

    private static String prefix(String path) {
        check(!path.contains("//"), "has an empty path segment (//)");
        check(PATH.matcher(path).matches(), "has a path with a character that is not allowed there");
        check(!(path + "/").contains("/./") && !(path + "/").contains("/../"), "has a . or .. segment");
        check(!API_PATH.matcher(path).matches(), "ends in the path of an API, which the client adds itself");
        String prefix = StringUtils.trimTrailingCharacter(path, '/');
        return prefix.endsWith("/v1") ? prefix.substring(0, prefix.length() - 3) : prefix;
    }

    private static void check(boolean condition, String complaint) {
        if (!condition) {
            throw new IllegalArgumentException(complaint);
        }
    }

    /**
     * A text that was meant as a base URL, fit to be shown: user info, query and fragment
     * are masked.
     * @param text what is configured
     * @return the text without secrets
     */
    static String mask(String text) {
        String masked = text.replaceAll("[\\p{Cntrl}]", "?")
            .replaceFirst("[?#].*$", "?" + Secrets.MASK)
            .replaceFirst("^([^/]*//)?.*@", "$1" + Secrets.MASK + "@");
        return (masked.length() <= 200) ? masked : masked.substring(0, 200) + "...";
    }

    /**
     * Whether connections are encrypted.
     * @return whether the scheme is {@code https}
     */
    public boolean isSecure() {
        return this.scheme.equals("https");
    }

    /**
     * Host and port, an IPv6 address in brackets.
     * @return what names the endpoint in messages and meters
     */
    public String endpoint() {
        return bracketed() + ":" + this.port;
    }

    /**
     * The URL of a path.
     * @param path path after the prefix, beginning with {@code /}
     * @return the whole URL
     */
    public String resolve(String path) {
        return this + path;
    }

    private String bracketed() {
        return (this.host.indexOf(':') < 0) ? this.host : "[" + this.host + "]";
    }

    /**
     * Scheme, host, port unless it is the scheme's own, and prefix.
     */
    @Override
    public String toString() {
        boolean own = this.port == (isSecure() ? 443 : 80);
        return this.scheme + "://" + (own ? bracketed() : endpoint()) + this.prefix;
    }

}
