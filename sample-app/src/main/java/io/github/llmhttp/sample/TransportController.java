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

import java.util.List;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/**
 * What the live page shows, and what its buttons do. Whatever changes something takes
 * JSON only, which a form of another site cannot send.
 */
@RestController
@RequestMapping("/api/transport")
class TransportController {

    private static final String KILL = "kill";

    private final TransportFeed feed;

    private final @Nullable Playground playground;

    TransportController(TransportFeed feed, ObjectProvider<Playground> playground) {
        this.feed = feed;
        this.playground = playground.getIfAvailable();
    }

    @GetMapping(path = "/live", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    Flux<TransportSnapshot> live(ServerHttpResponse response) {
        response.getHeaders().setCacheControl("no-store");
        response.getHeaders().set("X-Accel-Buffering", "no");
        return this.feed.watch();
    }

    @PostMapping(path = "/mischief", consumes = MediaType.APPLICATION_JSON_VALUE)
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void play(@RequestBody Play play) {
        Playground demo = playground();
        if (KILL.equals(play.mischief())) {
            demo.killConnections();
        }
        else {
            demo.play(mischief(play.mischief()));
        }
    }

    @PostMapping(path = "/load", consumes = MediaType.APPLICATION_JSON_VALUE)
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void load(@RequestBody Calls calls) {
        Playground demo = playground();
        Integer number = calls.calls();
        if (number == null || number < 0 || number > Load.MAX) {
            throw badRequest("'calls' must be a number from 0 to %d but is %s".formatted(Load.MAX, number));
        }
        if (!demo.setLoad(number)) {
            throw new ResponseStatusException(HttpStatus.CONFLICT,
                    "Nobody watches, and the load would end at once. Open /transport.html, or read /api/transport/live");
        }
    }

    private Playground playground() {
        Playground demo = this.playground;
        if (demo == null) {
            throw new ResponseStatusException(HttpStatus.CONFLICT,
                    "A real endpoint answers: it is not made to misbehave, and a load on it would cost money. "
                            + "Start without LLM_PROVIDER and LLM_BASE_URL to play with the embedded mock");
        }
        return demo;
    }

    private static Mischief mischief(@Nullable String id) {
        return Stream.of(Mischief.values())
            .filter((mischief) -> mischief.id().equals(id))
            .findFirst()
            .orElseThrow(() -> badRequest("'mischief' must be one of %s but is %s".formatted(known(), id)));
    }

    private static List<String> known() {
        return Stream.concat(Mischief.ids().stream(), Stream.of(KILL)).toList();
    }

    private static ResponseStatusException badRequest(String detail) {
        return new ResponseStatusException(HttpStatus.BAD_REQUEST, detail);
    }

    record Play(@Nullable String mischief) {
    }

    record Calls(@Nullable Integer calls) {
    }

}
