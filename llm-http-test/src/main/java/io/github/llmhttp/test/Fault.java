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

package io.github.llmhttp.test;

/**
 * Something that goes wrong on the socket at a given {@link Moment} of a {@link Reply}.
 * That connections are refused is no matter of one reply: see
 * {@link MockLlmServer#refuse()}.
 *
 * @param kind what goes wrong
 * @param moment when it goes wrong
 */
public record Fault(Kind kind, Moment moment) {

    public Fault {
        if (kind == Kind.END_EARLY && (moment == Moment.ACCEPT || moment == Moment.REQUEST)) {
            throw new IllegalArgumentException("There is no response yet that could end early at " + moment);
        }
    }

    /**
     * The connection is reset: the client sees an RST ("connection reset by peer").
     * @param moment when it happens
     * @return the fault
     */
    public static Fault reset(Moment moment) {
        return new Fault(Kind.RESET, moment);
    }

    /**
     * The connection is closed in the middle: the client sees a FIN although the HTTP
     * message is not complete.
     * @param moment when it happens
     * @return the fault
     */
    public static Fault truncate(Moment moment) {
        return new Fault(Kind.TRUNCATE, moment);
    }

    /**
     * The response ends as HTTP wants it, but its content is cut: everything after the
     * moment is missing, so usually there is no end marker. The connection stays open.
     * @param moment when it happens; not before the response headers
     * @return the fault
     */
    public static Fault endEarly(Moment moment) {
        return new Fault(Kind.END_EARLY, moment);
    }

    /**
     * The server goes silent and keeps the connection open. After a stall at
     * {@link Moment#ACCEPT} it does not even read, so that it does not notice when the
     * client leaves.
     * @param moment when it happens
     * @return the fault
     */
    public static Fault stall(Moment moment) {
        return new Fault(Kind.STALL, moment);
    }

    /**
     * What can go wrong.
     */
    public enum Kind {

        /**
         * RST.
         */
        RESET,

        /**
         * FIN in the middle of the HTTP message.
         */
        TRUNCATE,

        /**
         * Complete HTTP message with incomplete content.
         */
        END_EARLY,

        /**
         * Silence on an open connection.
         */
        STALL

    }

}
