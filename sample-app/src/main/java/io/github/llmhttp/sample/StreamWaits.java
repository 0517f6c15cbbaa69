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

package io.github.llmhttp.sample;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

import io.github.llmhttp.AttemptReport;
import io.github.llmhttp.CallListener;
import io.github.llmhttp.sample.TransportSnapshot.StreamWait;
import org.jspecify.annotations.Nullable;

import org.springframework.stereotype.Component;

/**
 * Keeps the waits of the latest streams one by one, which meters do not. Nobody has to
 * take them: there are never more than {@value #MAX}.
 */
@Component
class StreamWaits implements CallListener {

    static final int MAX = 500;

    private final Clock clock = Clock.systemUTC();

    private final Deque<StreamWait> latest = new ArrayDeque<>();

    @Override
    public void attemptEnded(AttemptReport attempt) {
        if (attempt.firstToken() != null) {
            add(new StreamWait(this.clock.millis(), attempt.firstToken().toMillis(), millis(attempt.tokenGap())));
        }
    }

    private synchronized void add(StreamWait wait) {
        if (this.latest.size() == MAX) {
            this.latest.removeFirst();
        }
        this.latest.addLast(wait);
    }

    synchronized List<StreamWait> take() {
        List<StreamWait> taken = new ArrayList<>(this.latest);
        this.latest.clear();
        return taken;
    }

    private static @Nullable Long millis(@Nullable Duration duration) {
        return (duration != null) ? duration.toMillis() : null;
    }

}
