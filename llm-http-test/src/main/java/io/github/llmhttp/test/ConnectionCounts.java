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
 * Numbers of connections since the server started or was reset.
 *
 * @param accepted connections that were accepted
 * @param open connections that are open now, those from before a reset included
 * @param reused calls that came on a connection which had carried a call before
 * @param closedByClient connections that the client closed, at whatever moment
 */
public record ConnectionCounts(int accepted, int open, int reused, int closedByClient) {
}
