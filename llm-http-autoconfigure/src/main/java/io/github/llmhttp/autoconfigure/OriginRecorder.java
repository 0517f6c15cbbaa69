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

package io.github.llmhttp.autoconfigure;

import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.github.llmhttp.config.Layer;
import io.github.llmhttp.config.Origins;

import org.springframework.boot.context.properties.bind.AbstractBindHandler;
import org.springframework.boot.context.properties.bind.BindContext;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;

/**
 * Notes which keys a layer sets.
 */
final class OriginRecorder extends AbstractBindHandler {

    private final ConfigurationPropertyName prefix;

    private final Layer layer;

    private final Origins origins;

    OriginRecorder(ConfigurationPropertyName prefix, Layer layer, Origins origins) {
        this.prefix = prefix;
        this.layer = layer;
        this.origins = origins;
    }

    @Override
    public Object onSuccess(ConfigurationPropertyName name, Bindable<?> target, BindContext context, Object result) {
        if (this.prefix.isAncestorOf(name)) {
            this.origins.set(IntStream.range(this.prefix.getNumberOfElements(), name.getNumberOfElements())
                .mapToObj((index) -> name.getElement(index, Form.ORIGINAL))
                .collect(Collectors.joining(".")), this.layer);
        }
        return result;
    }

}
