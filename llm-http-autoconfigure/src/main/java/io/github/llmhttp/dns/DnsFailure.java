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

package io.github.llmhttp.dns;

import io.netty.handler.codec.dns.DnsResponseCode;

/**
 * Kinds of failed name resolution. All of them are worth a retry, as the request has not
 * left.
 */
public enum DnsFailure {

    /**
     * The name does not exist, or has no address of the wanted kind.
     */
    UNKNOWN_HOST("the host name is unknown"),

    /**
     * No answer within {@code timeout.dns}.
     */
    TIMEOUT("no answer to the name query"),

    /**
     * Every name server failed or refused to answer.
     */
    SERVER("the name servers failed");

    private final String detail;

    DnsFailure(String detail) {
        this.detail = detail;
    }

    /**
     * What happened, as part of a sentence.
     * @return the text
     */
    public String detail() {
        return this.detail;
    }

    static DnsFailure of(DnsResponseCode code) {
        return DnsResponseCode.NXDOMAIN.equals(code) ? UNKNOWN_HOST : SERVER;
    }

}
