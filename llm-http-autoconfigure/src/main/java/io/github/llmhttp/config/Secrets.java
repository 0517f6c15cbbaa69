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

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Which settings must not be shown, nor travel to another company.
 */
public final class Secrets {

    /** What is shown in place of a secret. */
    public static final String MASK = "******";

    private static final Pattern NAME = Pattern
        .compile(".*(key|token|secret|auth|passw|credential|cookie|session|signature|subscription).*|sig|code");

    private static final Pattern VALUE = Pattern.compile("(?i)\\s*(bearer|basic|digest|apikey)\\s.*", Pattern.DOTALL);

    private static final Pattern ENDPOINT_URL = Pattern.compile("endpoints\\[[0-9]+]\\.url");

    private Secrets() {
    }

    /**
     * Whether the value of a key must not be shown. Headers and query parameters never
     * are: nobody knows which of them is a key.
     * @param key the key, relative to the client
     * @return whether it is secret
     */
    public static boolean isSecret(String key) {
        return key.equals("api-key") || key.equals("proxy.password") || key.equals("headers")
                || key.startsWith("headers.") || key.equals("query") || key.startsWith("query.");
    }

    /**
     * Whether a header or query parameter looks like a credential, by its name or value.
     * @param name name of the header or parameter
     * @param value its value
     * @param known names of headers known to carry a key, in lower case
     * @return whether it stays with the company that it was written for
     */
    public static boolean isCredential(String name, String value, Set<String> known) {
        String lower = name.toLowerCase(Locale.ROOT);
        return known.contains(lower) || NAME.matcher(lower).matches() || VALUE.matcher(value).matches();
    }

    /**
     * A value as it may be shown.
     * @param key the key, relative to the client
     * @param value its value
     * @return the value, or a mask
     */
    public static String show(String key, Object value) {
        if (isSecret(key)) {
            return MASK;
        }
        return key.equals("base-url") || ENDPOINT_URL.matcher(key).matches() ? BaseUrl.mask(value.toString())
                : SettingFormat.of(value);
    }

}
