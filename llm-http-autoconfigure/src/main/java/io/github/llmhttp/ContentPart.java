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

package io.github.llmhttp;

import java.util.Base64;

import org.jspecify.annotations.Nullable;

/**
 * A part of a message.
 */
public sealed interface ContentPart {

    /**
     * A text.
     *
     * @param text the text
     */
    record Text(String text) implements ContentPart {

        @Override
        public String toString() {
            return "Text[<" + this.text.length() + " chars>]";
        }

    }

    /**
     * An image, by address or by content.
     *
     * @param url address of the image, or {@code null} if its content is given
     * @param mediaType media type of the content, such as {@code image/png}
     * @param base64 content in Base64, or {@code null} if the address is given
     */
    record Image(@Nullable String url, @Nullable String mediaType, @Nullable String base64) implements ContentPart {

        public Image {
            if ((url == null) == (base64 == null)) {
                throw new IllegalArgumentException("An image has either an address or content");
            }
            if (base64 != null && mediaType == null) {
                throw new IllegalArgumentException("The content of an image needs a media type such as image/png");
            }
        }

        /**
         * An image by address.
         * @param url address that the provider can read
         * @return the image
         */
        public static Image of(String url) {
            return new Image(url, null, null);
        }

        /**
         * An image by content.
         * @param mediaType media type, such as {@code image/png}
         * @param content the bytes of the image
         * @return the image
         */
        public static Image of(String mediaType, byte[] content) {
            return new Image(null, mediaType, Base64.getEncoder().encodeToString(content));
        }

        @Override
        public String toString() {
            return "Image[" + ((this.url != null) ? "by address" : this.mediaType) + "]";
        }

    }

}
