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

package io.github.llmhttp.provider;

import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What the providers' types and codes of errors mean. They are compared without case and
 * punctuation.
 */
final class ErrorWords {

    private static final Set<String> QUOTA = Set.of("insufficientquota", "enforcedspendlimitreached",
            "insufficientcredits", "insufficientbalance", "exceededcurrentquotaerror");

    private static final Map<String, Integer> STATUS = Map.ofEntries(Map.entry("overloadederror", 529),
            Map.entry("overloaded", 529), Map.entry("engineoverloadederror", 529), Map.entry("serverisoverloaded", 503),
            Map.entry("serviceunavailable", 503), Map.entry("serviceunavailableerror", 503),
            Map.entry("unavailable", 503), Map.entry("slowdown", 503), Map.entry("ratelimiterror", 429),
            Map.entry("ratelimitexceeded", 429), Map.entry("toomanyrequests", 429), Map.entry("resourceexhausted", 429),
            Map.entry("apierror", 500), Map.entry("servererror", 500), Map.entry("internalerror", 500),
            Map.entry("internalservererror", 500), Map.entry("badgateway", 502), Map.entry("timeouterror", 504),
            Map.entry("gatewaytimeout", 504), Map.entry("authenticationerror", 401), Map.entry("unauthorized", 401),
            Map.entry("invalidapikey", 401), Map.entry("permissionerror", 403), Map.entry("permissiondenied", 403),
            Map.entry("notfounderror", 404), Map.entry("modelnotfound", 404), Map.entry("requesttoolarge", 413),
            Map.entry("invalidrequesterror", 400), Map.entry("badrequesterror", 400), Map.entry("badrequest", 400),
            Map.entry("contentfilter", 400), Map.entry("contentpolicyviolation", 400));

    private ErrorWords() {
    }

    /**
     * Whether the account has nothing left, so that waiting does not help.
     */
    static boolean isQuota(String word) {
        String plain = plain(word);
        return QUOTA.contains(plain) || plain.startsWith("billing");
    }

    /**
     * The HTTP status that a word means.
     * @return the status, 0 if unknown
     */
    static int status(String word) {
        String plain = plain(word);
        Integer status = STATUS.get(plain);
        if (status != null) {
            return status;
        }
        if (isQuota(word)) {
            return 429;
        }
        return (plain.startsWith("invalid") || plain.startsWith("context") || plain.startsWith("unsupported")
                || plain.startsWith("image") || plain.startsWith("emptyimage") || plain.startsWith("failedtodownload"))
                        ? 400 : 0;
    }

    private static String plain(String word) {
        return word.toLowerCase(Locale.ROOT).replaceAll("[^a-z]", "");
    }

}
