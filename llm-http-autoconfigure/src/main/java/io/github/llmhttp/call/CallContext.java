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

package io.github.llmhttp.call;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

import io.github.llmhttp.AttemptReport;
import io.github.llmhttp.CallOutcome;
import io.github.llmhttp.CallStage;
import io.github.llmhttp.Failure;
import io.github.llmhttp.FailureKind;
import io.github.llmhttp.LlmHttpException;
import io.github.llmhttp.RetryDecision;
import io.github.llmhttp.Usage;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * One attempt of one call: who calls whom, how far it is, and what its failures have in
 * common. Travels in the Reactor Context, where connection observers find it. Written by
 * one thread at a time; read by any.
 */
public final class CallContext {

    private static final Runnable ABANDONED = CallContext::closed;

    private final AtomicReference<@Nullable Runnable> closer = new AtomicReference<>();

    private final String client;

    private volatile String endpoint;

    private volatile String target;

    private final Lane lane;

    private final LongSupplier nanoClock;

    private volatile long startNanos;

    private final int attempt;

    private int maxAttempts = 1;

    private Deadline deadline;

    private String rateLimit = "";

    private Predicate<LlmHttpException> elsewhere = (failure) -> false;

    private final StageTimes stages;

    private volatile boolean connectionReused;

    private volatile long connectionIdleNanos;

    private volatile boolean responseBegun;

    private volatile boolean sentBefore;

    private volatile boolean connectionShared;

    private volatile @Nullable ConnectionFault fault;

    private volatile @Nullable Executor eventLoop;

    private volatile @Nullable String requestId;

    private volatile int status;

    private volatile @Nullable Boolean retryAdvice;

    private volatile boolean content;

    private volatile @Nullable Runnable onContent;

    private volatile boolean left;

    private volatile @Nullable Consumer<Failure.Builder> failing;

    private final AtomicBoolean reported = new AtomicBoolean();

    private @Nullable WholeCall whole;

    private @Nullable CallJournal journal;

    private String model = "";

    private Map<String, String> headers = Map.of();

    private volatile boolean connected;

    private volatile long admittedNanos;

    private volatile long contentNanos;

    private volatile long tokenGapNanos;

    private volatile @Nullable Usage usage;

    private long events;

    private long delivered;

    private long bytesSent;

    private long bytesReceived;

    /**
     * Create a context without a limit of the whole call.
     * @param client name of the client
     * @param endpoint host and port
     * @param target method and URL without query
     * @param lane share of the connections that the call uses
     * @param nanoClock monotonic nanoseconds
     */
    public CallContext(String client, String endpoint, String target, Lane lane, LongSupplier nanoClock) {
        this(client, endpoint, target, lane, nanoClock, Long.MAX_VALUE, null);
    }

    /**
     * Create a context.
     * @param client name of the client
     * @param endpoint host and port
     * @param target method and URL without query
     * @param lane share of the connections that the call uses
     * @param nanoClock monotonic nanoseconds
     * @param totalNanos longest whole call, {@code Long.MAX_VALUE} for no limit
     * @param totalKey the property that sets it, {@code null} if the request does
     */
    public CallContext(String client, String endpoint, String target, Lane lane, LongSupplier nanoClock,
            long totalNanos, @Nullable String totalKey) {
        this.client = client;
        this.endpoint = endpoint;
        this.target = target;
        this.lane = lane;
        this.nanoClock = nanoClock;
        this.startNanos = nanoClock.getAsLong();
        this.deadline = new Deadline(client, this.startNanos, totalNanos, totalKey);
        this.attempt = 1;
        this.stages = new StageTimes(nanoClock, this.startNanos);
    }

    private CallContext(CallContext before) {
        this.client = before.client;
        this.endpoint = before.endpoint;
        this.target = before.target;
        this.lane = before.lane;
        this.nanoClock = before.nanoClock;
        this.deadline = before.deadline;
        this.rateLimit = before.rateLimit;
        this.elsewhere = before.elsewhere;
        this.startNanos = this.nanoClock.getAsLong();
        this.attempt = before.attempt + 1;
        this.maxAttempts = before.maxAttempts;
        this.stages = new StageTimes(this.nanoClock, this.startNanos);
        this.journal = before.journal;
        this.whole = before.whole;
        this.model = before.model;
    }

    /**
     * The next attempt of the same call.
     * @return its context
     */
    public CallContext next() {
        return new CallContext(this);
    }

    /**
     * The attempt begins now. What its call waited for before is none of its time.
     */
    public void begin() {
        enter(CallStage.START);
        this.startNanos = enteredAt(CallStage.START);
    }

    /**
     * The attempt is one of a call that is followed. Set before the first attempt.
     * @param whole the call
     * @param journal the journal of the client that is asked
     * @param model the model that is asked for; empty if the call names none
     */
    public void partOf(WholeCall whole, CallJournal journal, String model) {
        this.whole = whole;
        this.journal = journal;
        this.model = model;
    }

    /**
     * Time since a stage was entered.
     * @param stage the stage, which was entered
     * @return the time
     */
    public Duration timeIn(CallStage stage) {
        return Duration.ofNanos(this.nanoClock.getAsLong() - enteredAt(stage));
    }

    /**
     * How many attempts the call may have. Set before the first one.
     * @param maxAttempts the number, from 1
     */
    public void limitAttempts(int maxAttempts) {
        this.maxAttempts = maxAttempts;
    }

    /**
     * The call is part of a longer one, whose limit holds too. Set before the first
     * attempt.
     * @param outer the limit of the longer call
     */
    public void limitBy(Deadline outer) {
        this.deadline = outer.earlier(this.deadline);
    }

    /**
     * The call counts against a rate limit that is not that of all calls. Set before the
     * first attempt.
     * @param rateLimit which calls it is of, such as those of a model; empty for that of
     * all calls
     */
    public void rateLimit(String rateLimit) {
        this.rateLimit = rateLimit;
    }

    /**
     * What the call's rate limit is of.
     * @return such as the calls of a model; empty for the limit of all calls
     */
    public String rateLimit() {
        return this.rateLimit;
    }

    /**
     * Somebody else may answer the call if it fails. Set before the first attempt.
     * @param elsewhere whether somebody else would answer at once after a failure
     */
    public void elsewhere(Predicate<LlmHttpException> elsewhere) {
        this.elsewhere = elsewhere;
    }

    /**
     * Whether somebody else would answer at once, so that no wait is worth it.
     * @param failure how the attempt failed
     * @return whether to fail instead of waiting
     */
    public boolean isAnsweredElsewhere(LlmHttpException failure) {
        return this.elsewhere.test(failure);
    }

    /**
     * The number of this attempt.
     * @return the number, from 1
     */
    public int attempt() {
        return this.attempt;
    }

    /**
     * How many attempts the call may have.
     * @return the number, from 1
     */
    public int maxAttempts() {
        return this.maxAttempts;
    }

    /**
     * The context of the call that a subscriber belongs to.
     * @param context a Reactor Context
     * @return the call's context, or {@code null} outside a call
     */
    public static @Nullable CallContext from(ContextView context) {
        return context.getOrDefault(CallContext.class, null);
    }

    /**
     * The attempt begins: put it into a Reactor Context.
     * @param context the context
     * @return the new context
     */
    public Context putInto(Context context) {
        WholeCall whole = this.whole;
        Context own = (whole != null) ? whole.begins(this, context) : context;
        return own.put(CallContext.class, this);
    }

    /**
     * Send headers that belong to nobody but this attempt, such as those of a trace.
     * @param headers by name
     */
    public void sendHeaders(Map<String, String> headers) {
        this.headers = Map.copyOf(headers);
    }

    /**
     * Headers of this attempt.
     * @return by name
     */
    public Map<String, String> headers() {
        return this.headers;
    }

    public String client() {
        return this.client;
    }

    /**
     * The attempt goes to another endpoint than was thought.
     * @param endpoint host and port
     * @param target method and URL without query
     */
    public void to(String endpoint, String target) {
        this.endpoint = endpoint;
        this.target = target;
    }

    public String endpoint() {
        return this.endpoint;
    }

    public String target() {
        return this.target;
    }

    public Lane lane() {
        return this.lane;
    }

    /**
     * The attempt enters a stage.
     * @param stage the stage
     */
    public void enter(CallStage stage) {
        this.stages.enter(stage);
    }

    /**
     * The request is sent once more, on another connection.
     */
    public void again() {
        this.sentBefore = this.sentBefore || (stage().compareTo(CallStage.WRITE) >= 0 && !isRefused());
        this.fault = null;
        enter(CallStage.ACQUIRE);
    }

    /**
     * Whether no byte of the request was written, neither now nor on a connection before.
     * @return whether the server cannot have seen it
     */
    public boolean isUnsent() {
        return !this.sentBefore && stage().compareTo(CallStage.WRITE) < 0;
    }

    /**
     * The connection, or the attempt's share of it, ends. The first reason counts.
     * @param fault why
     */
    public void fault(ConnectionFault fault) {
        if (this.fault == null) {
            this.fault = fault;
        }
    }

    /**
     * Why the connection ended.
     * @return the reason, or {@code null} if none is known
     */
    public @Nullable ConnectionFault fault() {
        return this.fault;
    }

    /**
     * Whether the server has said that it did nothing with the request, and saw none
     * before.
     * @return whether the request may be sent again for free
     */
    public boolean isRefused() {
        ConnectionFault known = this.fault;
        return known != null && known.unprocessed() && !this.sentBefore;
    }

    /**
     * The stage in which the attempt is.
     * @return the stage
     */
    public CallStage stage() {
        return this.stages.stage();
    }

    /**
     * When a stage was entered.
     * @param stage the stage
     * @return nanoseconds of the call's clock, 0 if it was not entered
     */
    public long enteredAt(CallStage stage) {
        return this.stages.enteredAt(stage);
    }

    /**
     * Now, on the clock that tells when stages were entered.
     * @return monotonic nanoseconds
     */
    public long nanos() {
        return this.nanoClock.getAsLong();
    }

    /**
     * The call got a connection from the pool.
     * @param reused whether it carried a request before
     * @param idleNanos how long it had been unused
     */
    public void connection(boolean reused, long idleNanos) {
        this.connected = true;
        this.connectionReused = reused;
        this.connectionIdleNanos = idleNanos;
        this.connectionShared = false;
        this.responseBegun = false;
    }

    /**
     * Other calls use the attempt's connection at the same time.
     */
    public void sharesConnection() {
        this.connectionShared = true;
    }

    /**
     * Whether other calls used the attempt's connection when its request was sent.
     * @return whether the connection certainly lived then
     */
    public boolean isConnectionShared() {
        return this.connectionShared;
    }

    /**
     * The call's request is written by this event loop.
     * @param eventLoop runs everything that happens on the connection
     */
    public void eventLoop(Executor eventLoop) {
        this.eventLoop = eventLoop;
    }

    /**
     * The event loop of the call's connection.
     * @return the event loop, or {@code null} before there is a connection
     */
    public @Nullable Executor eventLoop() {
        return this.eventLoop;
    }

    /**
     * The attempt opens a connection or uses one that nobody else uses.
     * @param close closes it, if it is still the attempt's; may be called by any thread,
     * at once if the attempt was abandoned meanwhile
     */
    public void closer(Runnable close) {
        if (this.closer.getAndUpdate((now) -> (now != ABANDONED) ? close : now) == ABANDONED) {
            close.run();
        }
    }

    /**
     * The attempt can be failed from outside now.
     * @param failing hears of it, once at most
     */
    public void failing(Consumer<Failure.Builder> failing) {
        this.failing = failing;
    }

    /**
     * Fail the attempt if it runs, because its call is cancelled.
     */
    void abort() {
        Consumer<Failure.Builder> running = this.failing;
        if (running != null) {
            running.accept(cancelled());
        }
    }

    /**
     * Whether somebody who watches over the application has cancelled the call.
     * @return whether it must not go on
     */
    public boolean isCancelled() {
        return this.whole != null && this.whole.isCancelled();
    }

    /**
     * Fails when somebody who watches over the application cancels the call.
     * @param <T> any type
     * @return never completes otherwise
     */
    public <T> Mono<T> untilCancelled() {
        WholeCall whole = this.whole;
        return (whole != null) ? whole.cancelled().then(Mono.error(() -> cancelled().toException())) : Mono.never();
    }

    /**
     * The failure of a call that is cancelled.
     * @return a builder
     */
    public Failure.Builder cancelled() {
        return failure(FailureKind.CANCELLED).detail("the call was cancelled through the endpoint llmhttp");
    }

    /**
     * Whether the attempt is over.
     * @return whether it has been told of
     */
    public boolean isEnded() {
        return this.reported.get();
    }

    /**
     * Nobody listens to the attempt any more. Said before its connection is closed, so
     * that whoever meets a closed connection knows why.
     */
    public void leave() {
        this.left = true;
    }

    /**
     * Whether nobody listens any more.
     * @return whether what goes wrong now is no failure
     */
    public boolean isLeft() {
        return this.left;
    }

    /**
     * Nobody waits for the attempt any more. Whatever it opens or uses is closed, because
     * the HTTP client sees to that only while a connection is opened for somebody who
     * still listens, or its body is read.
     */
    public void abandon() {
        Runnable close = this.closer.getAndSet(ABANDONED);
        if (close != null) {
            close.run();
        }
    }

    public boolean isConnectionReused() {
        return this.connectionReused;
    }

    public Duration connectionIdle() {
        return Duration.ofNanos(this.connectionIdleNanos);
    }

    /**
     * The first byte of the response arrived.
     */
    public void responseBegun() {
        this.responseBegun = true;
    }

    public boolean isResponseBegun() {
        return this.responseBegun;
    }

    /**
     * The response's status and the provider's id of the request.
     * @param status HTTP status
     * @param requestId the id, if the provider gave one
     */
    public void response(int status, @Nullable String requestId) {
        this.responseBegun = true;
        this.status = status;
        this.requestId = requestId;
    }

    /**
     * The status of the response.
     * @return HTTP status, 0 before the response
     */
    public int status() {
        return this.status;
    }

    /**
     * What the response says about another attempt, whatever its status is.
     * @param advice whether one is worth it, {@code null} if it says nothing
     */
    public void retryAdvice(@Nullable Boolean advice) {
        this.retryAdvice = advice;
    }

    /**
     * What the response said about another attempt.
     * @return whether one is worth it, {@code null} if it said nothing
     */
    public @Nullable Boolean retryAdvice() {
        return this.retryAdvice;
    }

    /**
     * Be told of the first content.
     * @param onContent runs once at most, on the thread that reads
     */
    public void onContent(Runnable onContent) {
        this.onContent = onContent;
    }

    /**
     * The gate let the attempt through.
     */
    public void admitted() {
        this.admittedNanos = this.nanoClock.getAsLong();
    }

    /**
     * Content came, delivered or not. Called by the thread that reads.
     * @param nanos when it came, on the call's clock
     */
    public void contentArrived(long nanos) {
        if (this.content) {
            return;
        }
        this.content = true;
        this.contentNanos = nanos;
        WholeCall whole = this.whole;
        if (whole != null) {
            whole.contentArrived(nanos);
        }
        Runnable told = this.onContent;
        if (told != null) {
            told.run();
        }
    }

    /**
     * Whether content came.
     * @return whether the call cannot be repeated without saying something twice
     */
    public boolean hasContent() {
        return this.content;
    }

    /**
     * Further content came after a silence.
     * @param nanos how long it was
     */
    public void tokenGap(long nanos) {
        if (nanos > this.tokenGapNanos) {
            this.tokenGapNanos = nanos;
        }
    }

    /**
     * What the call is billed for, as far as the provider has told.
     * @param usage the tokens
     */
    public void usage(Usage usage) {
        this.usage = usage;
    }

    /**
     * Count an event of a stream.
     */
    public void eventArrived() {
        this.events++;
    }

    /**
     * Count bytes of HTTP that were written.
     * @param bytes their number
     */
    public void sent(long bytes) {
        this.bytesSent += bytes;
    }

    /**
     * Count bytes of HTTP that were read.
     * @param bytes their number
     */
    public void received(long bytes) {
        this.bytesReceived += bytes;
    }

    /**
     * Count an item that the subscriber received.
     */
    public void delivered() {
        this.delivered++;
    }

    /**
     * How many items the subscriber received.
     * @return the number
     */
    public long deliveredCount() {
        return this.delivered;
    }

    /**
     * The limit of the whole call, {@code timeout.total}.
     * @return nanoseconds, {@code Long.MAX_VALUE} for no limit
     */
    public long totalNanos() {
        return this.deadline.nanos();
    }

    /**
     * What is left of the whole call.
     * @return nanoseconds, not above zero if the limit is reached
     */
    public long leftNanos() {
        return this.deadline.leftNanos(this.nanoClock.getAsLong());
    }

    /**
     * The failure of a call whose limit is reached.
     * @return a builder that names {@code timeout.total} of the client whose limit it is
     */
    public Failure.Builder deadline() {
        Deadline reached = this.deadline;
        Duration limit = Duration.ofNanos(reached.nanos());
        return failure(FailureKind.DEADLINE, reached.client())
            .elapsed(Duration.ofNanos(this.nanoClock.getAsLong() - reached.startNanos()))
            .detail("the whole call did not end within %s%s (stage %s%s)".formatted(Failure.seconds(limit),
                    (reached.key() != null) ? "" : ", the request's own limit", stage().id(),
                    reached.client().equals(this.client) ? "" : " of client '" + this.client + "'"))
            .limit(limit, reached.key());
    }

    /**
     * Time since the attempt began.
     * @return the time
     */
    public Duration elapsed() {
        return Duration.ofNanos(this.nanoClock.getAsLong() - this.startNanos);
    }

    /**
     * Start a failure of this call, with all that is known of it so far.
     * @param kind what went wrong
     * @return a builder
     */
    public Failure.Builder failure(FailureKind kind) {
        return failure(kind, this.client);
    }

    private Failure.Builder failure(FailureKind kind, String client) {
        return Failure.of(kind, client)
            .endpoint(this.endpoint, this.target)
            .attempt(this.attempt, this.maxAttempts)
            .stage(stage())
            .elapsed(elapsed())
            .status(this.status)
            .requestId(this.requestId)
            .delivered(this.delivered);
    }

    /**
     * The attempt is over. Whoever follows it is told, once.
     * @param outcome how it ended
     * @param failure why it failed, {@code null} if it did not
     * @param decision what follows a failure, {@code null} if there is none
     */
    public void ended(CallOutcome outcome, @Nullable LlmHttpException failure, @Nullable RetryDecision decision) {
        WholeCall whole = this.whole;
        CallJournal journal = this.journal;
        if (whole != null && journal != null && this.reported.compareAndSet(false, true)) {
            whole.attemptEnded(report(whole, journal, outcome, failure, decision), failure, journal);
        }
    }

    private AttemptReport report(WholeCall whole, CallJournal journal, CallOutcome outcome,
            @Nullable LlmHttpException failure, @Nullable RetryDecision decision) {
        long now = this.nanoClock.getAsLong();
        return new AttemptReport(this.client, journal.provider(), this.endpoint, whole.operation(), this.model,
                this.attempt, this.maxAttempts, outcome, (failure != null) ? failure.failure() : null, decision,
                this.status, this.requestId, this.connected ? this.connectionReused : null, this.stages.spent(now),
                this.content ? Duration.ofNanos(this.contentNanos - this.admittedNanos) : null,
                (this.tokenGapNanos > 0) ? Duration.ofNanos(this.tokenGapNanos) : null,
                Duration.ofNanos(now - this.startNanos), this.events, this.delivered, this.bytesSent,
                this.bytesReceived, this.usage);
    }

    private static void closed() {
    }

    @Override
    public String toString() {
        return "CallContext[" + this.client + ", " + this.target + ", " + stage().id() + "]";
    }

}
