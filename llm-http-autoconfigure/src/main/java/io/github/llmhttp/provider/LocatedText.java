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

/**
 * A decoder that can tell where in a payload its text lies.
 */
interface LocatedText extends StreamDecoder {

    /** The payload had no text, or several. */
    int NOWHERE = -1;

    /**
     * Where the only text of the payload read last begins.
     * @return index of the byte behind its opening quote, or {@link #NOWHERE}
     */
    int textFrom();

    /**
     * Where that text ends.
     * @return index of its closing quote
     */
    int textTo();

}
