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

import java.time.Duration;

import io.github.llmhttp.Failure;
import io.github.llmhttp.FailureKind;
import io.github.llmhttp.LlmHttpException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.ErrorResponse;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/**
 * Tells the browser about a failed call, by RFC 9457. The status says who can do
 * something about it: 429 the browser, later; 502 and 504 the provider; 503 the browser,
 * soon; 500 whoever runs this application. A request that the provider refuses is a 502,
 * not a 400: the browser did not write it.
 */
@RestControllerAdvice
class Problems {

    private static final Log logger = LogFactory.getLog(Problems.class);

    @ExceptionHandler
    ResponseEntity<ProblemDetail> answer(LlmHttpException ex) {
        ProblemDetail problem = of(ex);
        ResponseEntity.BodyBuilder response = ResponseEntity.status(problem.getStatus());
        Duration retryAfter = ex.failure().retryAfter();
        if (retryAfter != null) {
            response.header(HttpHeaders.RETRY_AFTER, Long.toString(wholeSeconds(retryAfter)));
        }
        return response.body(problem);
    }

    static ProblemDetail of(Throwable error) {
        if (error instanceof LlmHttpException ex) {
            return of(ex);
        }
        if (error instanceof ErrorResponse response) {
            return response.getBody();
        }
        logger.error("Unexpected failure of a chat", error);
        return ProblemDetail.forStatus(HttpStatus.INTERNAL_SERVER_ERROR);
    }

    private static ProblemDetail of(LlmHttpException ex) {
        Failure failure = ex.failure();
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(status(ex.kind()), ex.getMessage());
        problem.setTitle(title(ex.kind()));
        problem.setProperty("kind", ex.kind());
        problem.setProperty("stage", failure.stage().id());
        problem.setProperty("retryable", ex.isRetryable());
        if (failure.retryAfter() != null) {
            problem.setProperty("retryAfter", wholeSeconds(failure.retryAfter()));
        }
        if (failure.requestId() != null) {
            problem.setProperty("requestId", failure.requestId());
        }
        return problem;
    }

    private static HttpStatus status(FailureKind kind) {
        return switch (kind) {
            case RATE_LIMITED, QUOTA -> HttpStatus.TOO_MANY_REQUESTS;
            case POOL_TIMEOUT, POOL_FULL, OVERLOADED, CIRCUIT_OPEN, CANCELLED, SHUTDOWN ->
                HttpStatus.SERVICE_UNAVAILABLE;
            case RESPONSE_TIMEOUT, FIRST_TOKEN_TIMEOUT, TOKEN_GAP_TIMEOUT, CALL_TIMEOUT, DEADLINE ->
                HttpStatus.GATEWAY_TIMEOUT;
            case DNS, CONNECT, TLS, WRITE, AUTH, BAD_REQUEST, SERVER, UPSTREAM_ERROR, TRUNCATED, PROTOCOL, TOO_LARGE ->
                HttpStatus.BAD_GATEWAY;
            case CONFIG -> HttpStatus.INTERNAL_SERVER_ERROR;
        };
    }

    private static String title(FailureKind kind) {
        return switch (kind) {
            case CONFIG -> "The settings or the request cannot work";
            case DNS, CONNECT, TLS -> "The provider was not reached";
            case POOL_TIMEOUT, POOL_FULL -> "Too many calls at once";
            case WRITE -> "The request was not sent";
            case RESPONSE_TIMEOUT, FIRST_TOKEN_TIMEOUT, TOKEN_GAP_TIMEOUT, CALL_TIMEOUT, DEADLINE ->
                "The provider took too long";
            case AUTH -> "The provider refused the credentials";
            case BAD_REQUEST -> "The provider refused the request";
            case RATE_LIMITED -> "The provider limits the rate of requests";
            case QUOTA -> "The account has no quota left";
            case OVERLOADED -> "The provider is overloaded";
            case SERVER, UPSTREAM_ERROR -> "The provider failed";
            case TRUNCATED -> "The answer broke off";
            case PROTOCOL -> "The provider's answer was not understood";
            case TOO_LARGE -> "The provider's answer is too large";
            case CIRCUIT_OPEN -> "The provider failed too often of late";
            case CANCELLED -> "The call was cancelled by whoever watches over the application";
            case SHUTDOWN -> "The application is shutting down";
        };
    }

    private static long wholeSeconds(Duration duration) {
        return duration.plusMillis(999).toSeconds();
    }

}
