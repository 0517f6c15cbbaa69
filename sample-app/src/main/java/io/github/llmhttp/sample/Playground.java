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

import io.github.llmhttp.LlmWebClient;
import io.github.llmhttp.sample.TransportSnapshot.Demo;
import io.github.llmhttp.test.MockLlmServer;
import io.github.llmhttp.test.RecordedCall;
import io.github.llmhttp.test.Reply;

import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.stereotype.Component;

/**
 * Lets visitors make the embedded mock misbehave under a load. There is none where a real
 * endpoint answers.
 */
@Component
@ConditionalOnBean(MockLlmServer.class)
class Playground {

    /** The mock remembers each call, and is made to forget after so many. */
    private static final int MAX_REMEMBERED = 2_000;

    private final MockLlmServer mock;

    private final Load load;

    private volatile Mischief mischief = Mischief.BEHAVE;

    Playground(MockLlmServer mock, LlmWebClient llm) {
        this.mock = mock;
        this.load = new Load(llm);
        mock.otherwise(this::reply);
    }

    private Reply reply(RecordedCall call) {
        if (call.number() > MAX_REMEMBERED) {
            this.mock.reset();
            this.mock.otherwise(this::reply);
        }
        return this.mischief.reply(call);
    }

    void play(Mischief mischief) {
        this.mischief = mischief;
    }

    void killConnections() {
        this.mock.closeConnections();
    }

    /** Whether somebody sees what happens, without whom there is no load. */
    void watched(boolean watched) {
        if (watched) {
            this.load.open();
        }
        else {
            this.load.close();
        }
    }

    boolean setLoad(int calls) {
        return this.load.set(calls);
    }

    Demo state() {
        return new Demo(this.mischief.id(), this.load.size(), this.load.inFlight());
    }

}
