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

package io.github.llmhttp.client;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;

import io.github.llmhttp.CallStage;
import io.github.llmhttp.Failure;
import io.github.llmhttp.FailureKind;
import io.github.llmhttp.LlmHttpException;
import io.github.llmhttp.call.CallContext;
import io.github.llmhttp.call.ConnectionFault;
import io.github.llmhttp.dns.DnsFailure;
import io.github.llmhttp.dns.DnsFailures;
import io.github.llmhttp.provider.MalformedPayloadException;
import io.github.llmhttp.provider.ProviderError;
import io.github.llmhttp.proxy.ProxyFailure;
import io.github.llmhttp.proxy.ProxyFailures;
import io.github.llmhttp.streaming.FrameTooLargeException;
import io.github.llmhttp.streaming.LimitsProperties;
import io.github.llmhttp.timeout.TimeoutProperties;
import io.github.llmhttp.tls.TlsFailure;
import io.github.llmhttp.tls.TlsFailures;
import io.netty.channel.ChannelException;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.TooLongFrameException;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;
import reactor.core.Exceptions;
import reactor.netty.channel.AbortedException;
import tools.jackson.core.JacksonException;

import org.springframework.core.codec.CodecException;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.web.reactive.function.client.WebClientRequestException;

/**
 * Turns what the stack throws into the family of {@link LlmHttpException}, once, where it
 * enters. Looks at classes, never at messages.
 */
final class FailureTranslation {

    private final TimeoutProperties timeouts;

    private final LimitsProperties limits;

    private final Secrecy secrecy;

    private final List<String> sent;

    FailureTranslation(TimeoutProperties timeouts, LimitsProperties limits, Secrecy secrecy) {
        this(timeouts, limits, secrecy, List.of());
    }

    private FailureTranslation(TimeoutProperties timeouts, LimitsProperties limits, Secrecy secrecy,
            List<String> sent) {
        this.timeouts = timeouts;
        this.limits = limits;
        this.secrecy = secrecy;
        this.sent = sent;
    }

    /**
     * The same for one attempt.
     * @param secrets what the attempt sends and no text may show
     * @return knows the secrets as long as the attempt runs
     */
    FailureTranslation sending(List<String> secrets) {
        return new FailureTranslation(this.timeouts, this.limits, this.secrecy, secrets);
    }

    /**
     * The failure of a call.
     * @param error what was thrown
     * @param call the call
     * @return the same if it is of the family already
     */
    LlmHttpException translate(Throwable error, CallContext call) {
        Throwable root = Exceptions.unwrap(error);
        for (Throwable cause = root; cause != null; cause = cause.getCause()) {
            if (cause instanceof LlmHttpException failure) {
                return failure;
            }
        }
        return foreign(root, call);
    }

    private LlmHttpException foreign(Throwable error, CallContext call) {
        // It holds all headers of the request, the key among them
        Throwable root = (error instanceof WebClientRequestException wrapped && wrapped.getCause() != null)
                ? wrapped.getCause() : error;
        LlmHttpException failure = isSent(call) ? null : unreachable(root, call);
        if (failure == null) {
            failure = faulty(root, call);
        }
        for (Throwable cause = root; cause != null && failure == null; cause = cause.getCause()) {
            failure = known(cause, root, call);
        }
        return (failure != null) ? failure
                : call.failure(FailureKind.PROTOCOL)
                    .detail("unexpected " + root.getClass().getName() + " in stage " + call.stage().id())
                    .toException(root);
    }

    /** What the frames of its connection have told says more than that it closed. */
    private static @Nullable LlmHttpException faulty(Throwable error, CallContext call) {
        ConnectionFault fault = call.fault();
        if (fault == null) {
            return null;
        }
        Failure.Builder failure = call.failure(fault.kind())
            .detail(fault.detail())
            .effectiveStatus(fault.effectiveStatus())
            .notProcessed(call.isRefused());
        if (fault.limit() != null) {
            failure.limit(fault.limit(), fault.key());
        }
        else if (fault.key() != null) {
            failure.key(fault.key());
        }
        return failure.toException(error);
    }

    private @Nullable LlmHttpException unreachable(Throwable error, CallContext call) {
        ProxyFailure proxy = ProxyFailures.of(error);
        if (proxy != null) {
            return connect(call).detail(proxy.detail()).permanent(proxy.isPermanent()).toException(error);
        }
        DnsFailure dns = DnsFailures.of(error);
        if (dns != null) {
            Failure.Builder failure = call.failure(FailureKind.DNS).stage(CallStage.DNS).notProcessed(call.isUnsent());
            return (dns == DnsFailure.TIMEOUT)
                    ? limited(failure, dns.detail(), this.timeouts.getDns(), "timeout.dns", error)
                    : failure.detail(dns.detail() + " (" + call.endpoint() + ")").toException(error);
        }
        TlsFailure tls = TlsFailures.of(error);
        if (tls != null) {
            Failure.Builder failure = call.failure(FailureKind.TLS)
                .stage(CallStage.TLS)
                .notProcessed(call.isUnsent())
                .permanent(tls.isPermanent());
            return (tls.kind() == TlsFailure.Kind.TIMEOUT)
                    ? limited(failure, "no TLS session", this.timeouts.getTls(), "timeout.tls", error)
                    : failure.detail(tls.detail()).toException(error);
        }
        return null;
    }

    private @Nullable LlmHttpException known(Throwable cause, Throwable error, CallContext call) {
        LlmHttpException failure = isSent(call) ? refusedLate(cause, error, call) : notConnected(cause, error, call);
        if (failure == null) {
            failure = tooLarge(cause, error, call);
        }
        if (failure == null) {
            failure = malformed(cause, error, call);
        }
        return (failure != null) ? failure : broken(cause, error, call);
    }

    /**
     * Whether the request left, at least in part: nothing that fails now is a matter of
     * connecting.
     */
    private static boolean isSent(CallContext call) {
        return call.stage().compareTo(CallStage.WRITE) >= 0;
    }

    /** With TLS 1.3 a server refuses the client's certificate after the handshake. */
    private static @Nullable LlmHttpException refusedLate(Throwable cause, Throwable error, CallContext call) {
        // On a reused connection an alert is no matter of the certificate any more
        boolean fresh = !call.isConnectionReused() && call.stage().compareTo(CallStage.BODY) < 0;
        TlsFailure tls = (fresh && cause instanceof SSLHandshakeException) ? TlsFailures.of(cause) : null;
        if (tls != null && tls.kind() == TlsFailure.Kind.REFUSED) {
            return call.failure(FailureKind.TLS)
                .detail(tls.detail())
                .notProcessed(true)
                .permanent(true)
                .toException(error);
        }
        if (cause instanceof io.netty.handler.timeout.TimeoutException) {
            boolean writing = (call.stage() == CallStage.WRITE);
            return call.failure(writing ? FailureKind.WRITE : FailureKind.RESPONSE_TIMEOUT)
                .detail("a limit of Reactor Netty was reached that a customizer has set")
                .toException(error);
        }
        return null;
    }

    private @Nullable LlmHttpException notConnected(Throwable cause, Throwable error, CallContext call) {
        if (cause instanceof ConnectTimeoutException) {
            return limited(connect(call), "no TCP connection to " + call.endpoint(), this.timeouts.getConnect(),
                    "timeout.connect", error);
        }
        // Netty wraps what connect() throws into a plain SocketException
        if (cause instanceof BindException || cause.getCause() instanceof BindException) {
            return connect(call).detail("no local port or address is free for a connection to " + call.endpoint())
                .toException(error);
        }
        if (cause instanceof ConnectException || cause instanceof NoRouteToHostException) {
            return connect(call).detail(call.endpoint() + " refused the connection or cannot be reached")
                .toException(error);
        }
        if (cause instanceof ChannelException) {
            return connect(call)
                .detail("no socket could be opened to %s; the process may have too many open files"
                    .formatted(call.endpoint()))
                .toException(error);
        }
        return null;
    }

    private static Failure.Builder connect(CallContext call) {
        return call.failure(FailureKind.CONNECT).stage(CallStage.CONNECT).notProcessed(call.isUnsent());
    }

    private static LlmHttpException limited(Failure.Builder failure, String what, Duration limit, String key,
            Throwable error) {
        return failure.detail("%s within %s".formatted(what, Failure.seconds(limit)))
            .limit(limit, key)
            .toException(error);
    }

    private @Nullable LlmHttpException tooLarge(Throwable cause, Throwable error, CallContext call) {
        Failure.Builder failure = call.failure(FailureKind.TOO_LARGE);
        if (cause instanceof FrameTooLargeException) {
            return failure.detail("an event of the stream is larger than " + this.limits.getEvent())
                .key("limits.event")
                .toException(error);
        }
        if (cause instanceof DataBufferLimitException) {
            return failure.detail("the answer is larger than " + this.limits.getAnswer())
                .key("limits.answer")
                .toException(error);
        }
        if (cause instanceof TooLongFrameException) {
            return failure.detail("the status line or the headers of the response are too long").toException(error);
        }
        return null;
    }

    private static @Nullable LlmHttpException malformed(Throwable cause, Throwable error, CallContext call) {
        if (cause instanceof MalformedPayloadException malformed) {
            return call.failure(FailureKind.PROTOCOL)
                .detail("the response is not what the provider's protocol allows: " + malformed.getMessage())
                .toException(error);
        }
        if (cause instanceof JacksonException || cause instanceof CodecException) {
            // Without the cause, whose message holds a part of the answer
            return call.failure(FailureKind.PROTOCOL)
                .detail("the response is not the JSON that was expected (%s)"
                    .formatted(cause.getClass().getSimpleName()))
                .toException();
        }
        if (cause instanceof DecoderException) {
            return call.failure(FailureKind.PROTOCOL)
                .detail("the response is not valid HTTP" + tlsHint(call))
                .toException(error);
        }
        return null;
    }

    /** The connection broke; what that means depends on the stage. */
    private static @Nullable LlmHttpException broken(Throwable cause, Throwable error, CallContext call) {
        if (cause instanceof TimeoutException && call.stage().compareTo(CallStage.WRITE) < 0) {
            return call.failure(FailureKind.POOL_TIMEOUT)
                .detail("the pool gave no connection in time")
                .notProcessed(call.isUnsent())
                .key("timeout.acquire")
                .toException(error);
        }
        if (!(cause instanceof IOException) && !(cause instanceof AbortedException)) {
            return null;
        }
        String reused = call.isConnectionReused()
                ? " (a reused connection, unused for " + Failure.seconds(call.connectionIdle()) + " before)" : "";
        return switch (call.stage()) {
            case START, ACQUIRE, DNS, CONNECT ->
                connect(call).detail("the connection broke while it was opened").toException(error);
            case TLS -> call.failure(FailureKind.TLS)
                .detail("the connection broke in the TLS handshake")
                .notProcessed(call.isUnsent())
                .toException(error);
            case UPGRADE -> call.failure(FailureKind.TRUNCATED)
                .detail("the connection closed before the WebSocket handshake was answered" + tlsHint(call))
                .notProcessed(true)
                .toException(error);
            case WRITE -> call.failure(FailureKind.WRITE)
                .detail("the connection broke while the request was written" + reused)
                .toException(error);
            case HEADERS -> call.failure(FailureKind.TRUNCATED)
                .detail("the connection closed before the response began"
                        + (call.isConnectionReused() ? reused : tlsHint(call)))
                .toException(error);
            case BODY, DONE ->
                call.failure(FailureKind.TRUNCATED).detail("the connection closed within the body").toException(error);
        };
    }

    /**
     * A TLS server hangs up on plain HTTP, or answers with an alert, and says no more.
     */
    private static String tlsHint(CallContext call) {
        return call.target().contains(" http://") ? " (if this port speaks TLS, use https://)" : "";
    }

    /**
     * The failure that a provider reported inside a response of status 200.
     * @param call the call
     * @param error what it says
     * @return the failure
     */
    LlmHttpException reported(CallContext call, ProviderError error) {
        return call.failure(FailureKind.UPSTREAM_ERROR)
            .detail("the provider reported an error inside a response of status 200 (it means status %d)"
                .formatted(error.effectiveStatus()))
            .effectiveStatus(error.effectiveStatus())
            .permanent(error.isPermanent())
            .provider(scrub(error.type()), scrub(error.message()))
            .toException();
    }

    /**
     * Take the keys out of a text from outside.
     * @param text the text
     * @return the text without keys
     */
    @Nullable String scrub(@Nullable String text) {
        return (text != null) ? this.secrecy.scrub(text, this.sent) : null;
    }

}
