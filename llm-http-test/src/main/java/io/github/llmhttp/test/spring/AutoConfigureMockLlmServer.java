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

package io.github.llmhttp.test.spring;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Gives a Spring test a {@link io.github.llmhttp.test.MockLlmServer}: a bean to be
 * injected, to which properties of the application point.
 *
 * <pre class="code">
 * &#064;SpringBootTest
 * &#064;AutoConfigureMockLlmServer
 * class AssistantTests {
 *
 *     &#064;Autowired
 *     private MockLlmServer llm;
 *
 * }
 * </pre>
 *
 * There is one server for each application context, which lives as long as its context;
 * tests with the same attributes share it with the context. Before each test method its
 * script and records are empty. Its address is also known as {@code mock-llm-server.url},
 * for properties with more than the address: {@code @SpringBootTest(properties =
 * "my.url=${mock-llm-server.url}/v1")}.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
public @interface AutoConfigureMockLlmServer {

    /**
     * Names of the properties that become the address of the server, for example
     * {@code llm.http.clients.fast.base-url} for a client with a name. They win over what
     * the application says.
     * @return the names
     */
    String[] value() default "llm.http.base-url";

    /**
     * The provider that the server is to the application, for applications that leave it
     * to the host. It is set next to each property that ends with {@code .base-url}.
     * @return the value of {@code provider}, empty to set none
     */
    String provider() default "";

    /**
     * The API key of the tests, for applications whose own one is not there in a test. It
     * is set next to each property that ends with {@code .base-url}.
     * @return the value of {@code api-key}, empty to set none
     */
    String apiKey() default "";

}
