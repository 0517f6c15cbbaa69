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

package io.github.llmhttp.janitor;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * What a response header such as {@code Keep-Alive: timeout=5, max=100} says.
 *
 * @param timeout seconds after which the server closes an unused connection, -1 if it
 * does not say
 * @param max number of further requests that the server takes, -1 if it does not say
 */
record KeepAliveHeader(int timeout, int max) {

    private static final KeepAliveHeader NONE = new KeepAliveHeader(-1, -1);

    private static final Pattern TIMEOUT = Pattern.compile("\\btimeout\\s*=\\s*\"?(\\d{1,9})",
            Pattern.CASE_INSENSITIVE);

    private static final Pattern MAX = Pattern.compile("\\bmax\\s*=\\s*\"?(\\d{1,9})", Pattern.CASE_INSENSITIVE);

    static KeepAliveHeader parse(@Nullable String value) {
        return (value != null) ? new KeepAliveHeader(number(TIMEOUT, value), number(MAX, value)) : NONE;
    }

    private static int number(Pattern pattern, String value) {
        Matcher matcher = pattern.matcher(value);
        return matcher.find() ? Integer.parseInt(matcher.group(1)) : -1;
    }

}
