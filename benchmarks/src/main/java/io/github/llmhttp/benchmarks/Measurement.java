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

package io.github.llmhttp.benchmarks;

/**
 * One number of one run.
 *
 * @param round which of the rounds
 * @param workload what was done
 * @param contestant by whom
 * @param metric what was measured
 * @param value how much it is
 */
record Measurement(int round, Workload workload, Contestant contestant, String metric, double value) {

    static final String HEAD = "round,workload,client,metric,value";

    static Measurement parse(String line) {
        String[] fields = line.split(",", -1);
        return new Measurement(Integer.parseInt(fields[0]), Workload.of(fields[1]), Contestant.valueOf(fields[2]),
                fields[3], Double.parseDouble(fields[4]));
    }

    @Override
    public String toString() {
        return "%d,%s,%s,%s,%s".formatted(this.round, this.workload, this.contestant, this.metric, this.value);
    }

}
