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

package io.github.llmhttp.test.assertj;

import io.github.llmhttp.test.MockLlmServer;
import io.github.llmhttp.test.RecordedCall;

/**
 * Entry point of the assertions, to be imported statically next to the one of AssertJ.
 */
public final class MockLlmAssertions {

    private MockLlmAssertions() {
    }

    /**
     * Assert what reached a server.
     * @param server the server
     * @return its assertions
     */
    public static MockLlmServerAssert assertThat(MockLlmServer server) {
        return new MockLlmServerAssert(server);
    }

    /**
     * Assert what a call was like.
     * @param call the call
     * @return its assertions
     */
    public static RecordedCallAssert assertThat(RecordedCall call) {
        return new RecordedCallAssert(call);
    }

}
