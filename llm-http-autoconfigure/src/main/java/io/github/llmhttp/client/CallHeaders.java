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

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

import io.github.llmhttp.Failure;
import io.github.llmhttp.FailureKind;

/**
 * Checks the headers of single calls, which may hold what users typed: nothing that ends
 * a header line (CWE-93) and nothing that frames the message reaches the wire.
 */
final class CallHeaders {

    /** A token of RFC 9110, section 5.6.2. */
    private static final Pattern NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

    private static final Pattern VALUE = Pattern.compile("[\\t\\x20-\\x7e]*");

    private static final Set<String> FRAMING = Set.of("content-length", "transfer-encoding", "connection", "upgrade",
            "host", "te", "trailer");

    private CallHeaders() {
    }

    /**
     * Check headers before anything is sent.
     * @param client name of the client
     * @param headers headers of a call
     * @return the same headers
     */
    static Map<String, String> check(String client, Map<String, String> headers) {
        headers.forEach((name, value) -> check(client, name, value));
        return headers;
    }

    static void check(String client, String name, String value) {
        if (!NAME.matcher(name).matches()) {
            throw refused(client, "a header of the request has a name that is no token (RFC 9110)");
        }
        if (FRAMING.contains(name.toLowerCase(Locale.ROOT))) {
            throw refused(client, "the header %s is set by the client itself".formatted(name));
        }
        if (!VALUE.matcher(value).matches()) {
            throw refused(client,
                    "the header %s has a value of %d characters with line breaks, control or non-ASCII ones"
                        .formatted(name, value.length()));
        }
    }

    private static RuntimeException refused(String client, String detail) {
        return Failure.of(FailureKind.CONFIG, client).detail(detail).toException();
    }

}
