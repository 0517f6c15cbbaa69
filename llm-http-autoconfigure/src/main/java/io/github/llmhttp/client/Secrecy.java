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

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Knows the secrets that a client sends, and takes them out of texts from outside: some
 * providers repeat a refused key in their message.
 */
final class Secrecy {

    /** Shorter texts are no keys, and would be found in any message. */
    private static final int SHORTEST = 6;

    /**
     * How many keys are remembered besides the configured ones, as keys rotate. A call
     * knows its own, however many others are used meanwhile.
     */
    private static final int REMEMBERED = 32;

    private final Set<String> configured = new LinkedHashSet<>();

    private final Set<String> recent = new LinkedHashSet<>();

    Secrecy(Collection<String> configured) {
        configured.forEach((secret) -> addTo(this.configured, secret));
    }

    private static void addTo(Set<String> secrets, String secret) {
        String key = withoutScheme(secret);
        // What is in use is the last to be forgotten
        secrets.remove(key);
        if (key.length() >= SHORTEST) {
            secrets.add(key);
        }
    }

    /** A header may say "Bearer" before the key. */
    private static String withoutScheme(String secret) {
        String stripped = secret.strip();
        return stripped.substring(stripped.lastIndexOf(' ') + 1);
    }

    /**
     * Remember a secret that is about to be sent.
     * @param secret the secret
     */
    void remember(String secret) {
        synchronized (this.recent) {
            addTo(this.recent, secret);
            while (this.recent.size() > REMEMBERED) {
                this.recent.remove(this.recent.iterator().next());
            }
        }
    }

    /**
     * Take the secrets out of a text, also one that the text was cut within.
     * @param text a text from outside
     * @param own what the call sent that the text answers
     * @return the text with {@code ***} in their places
     */
    String scrub(String text, Collection<String> own) {
        Set<String> sent = new LinkedHashSet<>();
        own.forEach((secret) -> addTo(sent, secret));
        String clean = text;
        for (String secret : sent) {
            clean = without(clean, secret);
        }
        for (String secret : this.configured) {
            clean = without(clean, secret);
        }
        synchronized (this.recent) {
            for (String secret : this.recent) {
                clean = without(clean, secret);
            }
        }
        return clean;
    }

    private static String without(String text, String secret) {
        String clean = text.replace(secret, "***");
        String body = clean.endsWith("...") ? clean.substring(0, clean.length() - 3) : clean;
        for (int length = Math.min(secret.length() - 1, body.length()); length >= SHORTEST; length--) {
            if (body.endsWith(secret.substring(0, length))) {
                return body.substring(0, body.length() - length) + "***";
            }
        }
        return clean;
    }

}
