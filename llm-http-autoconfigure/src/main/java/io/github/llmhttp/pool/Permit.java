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

package io.github.llmhttp.pool;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.llmhttp.call.CallContext;
import reactor.core.Disposable;
import reactor.core.Disposables;

/**
 * The right of one call to use a connection. It goes back to the gate when the exchange
 * has ended and everything that was {@link #keep() kept} is disposed.
 */
public final class Permit {

    private final AdmissionGate gate;

    private final CallContext call;

    private final AtomicInteger handles = new AtomicInteger(1);

    private final Handle exchange = new Handle();

    Permit(AdmissionGate gate, CallContext call) {
        this.gate = gate;
        this.call = call;
    }

    /**
     * Hold the permit a little longer than the exchange, for example while the rest of a
     * response is read after its subscriber has completed.
     * @return what gives this hold back; it may be disposed more than once. Without
     * effect when the permit went back already
     */
    public Disposable keep() {
        int held = this.handles.getAndUpdate((handles) -> (handles > 0) ? handles + 1 : 0);
        return (held > 0) ? new Handle() : Disposables.disposed();
    }

    /**
     * The exchange has ended.
     * @return the calls that are let through now; the caller has to start them
     */
    List<Admission<?>> exchangeEnded() {
        return this.exchange.giveBack();
    }

    private final class Handle implements Disposable {

        private final AtomicBoolean back = new AtomicBoolean();

        @Override
        public void dispose() {
            Permit.this.gate.start(giveBack());
        }

        @Override
        public boolean isDisposed() {
            return this.back.get();
        }

        private List<Admission<?>> giveBack() {
            if (this.back.compareAndSet(false, true) && Permit.this.handles.decrementAndGet() == 0) {
                return Permit.this.gate.giveBack(Permit.this.call);
            }
            return List.of();
        }

    }

}
