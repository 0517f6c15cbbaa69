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

import java.nio.charset.StandardCharsets;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/**
 * Makes texts from outside fit for a message or a log line.
 */
final class Texts {

    private Texts() {
    }

    /**
     * One line without control characters, of limited length.
     * @param text the text
     * @param max most characters
     * @return the line, or {@code null} if there is nothing
     */
    static @Nullable String oneLine(@Nullable String text, int max) {
        if (text == null || text.isBlank()) {
            return null;
        }
        String line = text.strip().replaceAll("\\p{Cntrl}+", " ");
        return (line.length() <= max) ? line : line.substring(0, max) + "...";
    }

    /**
     * Whether bytes are well-formed UTF-8, as those of all JSON are (RFC 8259, 8.1).
     * Others were damaged on their way.
     */
    static boolean isUtf8(byte[] bytes) {
        return ByteBufUtil.isText(Unpooled.wrappedBuffer(bytes), StandardCharsets.UTF_8);
    }

}
