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

import java.net.URI;
import java.util.Locale;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class BaseUrlTests {

    @ParameterizedTest
    @CsvSource({ "https://api.openai.com, https, api.openai.com, 443, ''",
            "https://api.openai.com/, https, api.openai.com, 443, ''",
            "https://api.openai.com/v1, https, api.openai.com, 443, ''",
            "https://api.openai.com/v1/, https, api.openai.com, 443, ''",
            "HTTPS://API.OpenAI.com:8443/v1, https, api.openai.com, 8443, ''",
            "http://localhost:11434, http, localhost, 11434, ''", "http://vllm, http, vllm, 80, ''",
            "http://my-service:8000, http, my-service, 8000, ''", "http://1a:8000, http, 1a, 8000, ''",
            "http://1a.gpu, http, 1a.gpu, 80, ''", "http://[::FFFF:7F00:1], http, ::ffff:7f00:1, 80, ''",
            "http://llm.prod.svc.cluster.local.:8000, http, llm.prod.svc.cluster.local., 8000, ''",
            "http://10.0.0.1:65535, http, 10.0.0.1, 65535, ''", "http://[::1], http, ::1, 80, ''",
            "http://[2001:DB8::7]:8000/v1, http, 2001:db8::7, 8000, ''",
            "https://gateway/openai/v1, https, gateway, 443, /openai",
            "https://gateway/openai/v1beta/openai/, https, gateway, 443, /openai/v1beta/openai",
            "https://gateway/v10, https, gateway, 443, /v10",
            "https://gateway/a%20b/~c, https, gateway, 443, /a%20b/~c" })
    void readsSchemeHostPortAndPrefix(String text, String scheme, String host, int port, String prefix) {
        assertThat(BaseUrl.parse(text)).isEqualTo(new BaseUrl(scheme, host, port, prefix));
    }

    @ParameterizedTest
    @CsvSource({ "https://host:443/v1, https://host, host:443", "http://host:8000/a/, http://host:8000/a, host:8000",
            "http://[::1]:8000, http://[::1]:8000, [::1]:8000", "http://[::1], http://[::1], [::1]:80" })
    void writesItselfWithoutTheSchemesOwnPort(String text, String written, String endpoint) {
        BaseUrl url = BaseUrl.parse(text);
        assertThat(url).hasToString(written);
        assertThat(url.endpoint()).isEqualTo(endpoint);
        assertThat(BaseUrl.parse(url.toString())).isEqualTo(url);
    }

    @Test
    void pathOfADialectIsNeverDoubled() {
        assertThat(BaseUrl.parse("https://gateway/openai/v1/").resolve("/v1/chat/completions"))
            .isEqualTo("https://gateway/openai/v1/chat/completions");
    }

    @ParameterizedTest
    @ValueSource(strings = { "", " ", "host", "//host", "https:/host", "://host", "file:///etc/passwd", "https://",
            "https://host:", "https://host:+1", "https://host:65536", "https://host:999999", "https://a..b",
            "https://host-", "https://host/a b", "https://host/%zz", "https://host/../admin", "https://host/.",
            "https://host/a//b", "https://ho\nst", "https://h\u00f6st", "https://host\\path", "https://[::1",
            "https://[::1]x", "https://[fe80::1%25eth0]", "https://[10.0.0.1]", "https://1.2.3", "https://host/<x>",
            "http://host/v1/messages", "http://host/api/chat", "https://u@host", "https://host/?", "https://host#" })
    void refusesWhatIsNoBaseUrl(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> BaseUrl.parse(text));
    }

    @ParameterizedTest
    @CsvSource({ "http://my_service:8000, underscore", "http://gpu_1, underscore", "http://a.my_zone.test, underscore",
            "http://gpu.1a, last label", "http://com.3com:8000/v1, last label",
            "http://[::ffff:127.0.0.1], IPv6 address that ends in an IPv4 address",
            "http://[::10.0.0.1]:80, IPv6 address that ends in an IPv4 address" })
    void refusesHostsThatNoUriCanHold(String text, String reason) {
        assertThatIllegalArgumentException().isThrownBy(() -> BaseUrl.parse(text)).withMessageContaining(reason);
    }

    @ParameterizedTest
    @ValueSource(strings = { "https://api.openai.com", "http://1a:8000", "http://1a.gpu",
            "http://[::FFFF:7F00:1]:80/v1", "http://llm.svc.:8000", "http://10.0.0.1", "http://[::1]" })
    void hostIsTheOneOfItsUri(String text) {
        BaseUrl url = BaseUrl.parse(text);
        assertThat(URI.create(url.resolve("/v1/models")).getHost()).isNotNull()
            .isEqualTo(URI.create(text.toLowerCase(Locale.ROOT)).getHost());
    }

    @Test
    void hostThatIsInNoUriMayBeAnyThatResolves() {
        assertThat(BaseUrl.read("http://name_server:53")).isEqualTo(new BaseUrl("http", "name_server", 53, ""));
    }

    @ParameterizedTest
    @CsvSource({ "https://u:secret@host/p, https://******@host/p", "https://u:secret@pw@host, https://******@host",
            "u:secret@host, ******@host", "https://host?k=secret, https://host?******",
            "https://host/a#secret, https://host/a?******", "https://u:sec/ret@host, https://******@host" })
    void masksWhatMayBeSecret(String text, String shown) {
        assertThat(BaseUrl.mask(text)).isEqualTo(shown);
    }

}
