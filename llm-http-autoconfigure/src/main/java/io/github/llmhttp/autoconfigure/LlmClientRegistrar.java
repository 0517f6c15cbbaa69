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

import java.util.List;

import io.github.llmhttp.LlmWebClient;
import io.github.llmhttp.LlmWebClients;
import io.github.llmhttp.config.InvalidSettingsException;
import io.github.llmhttp.config.SettingProblem;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.RuntimeBeanReference;
import org.springframework.beans.factory.support.AutowireCandidateQualifier;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotationMetadata;

/**
 * Registers a bean for each configured client, with the name of the client as qualifier.
 */
final class LlmClientRegistrar implements ImportBeanDefinitionRegistrar {

    private final Environment environment;

    LlmClientRegistrar(Environment environment) {
        this.environment = environment;
    }

    @Override
    public void registerBeanDefinitions(AnnotationMetadata importing, BeanDefinitionRegistry registry) {
        ConfiguredClients clients = new ConfiguredClients(this.environment);
        for (String name : clients.names()) {
            String beanName = name + "LlmWebClient";
            if (registry.containsBeanDefinition(beanName)) {
                throw taken(name, beanName, registry.getBeanDefinition(beanName));
            }
            registry.registerBeanDefinition(beanName, definition(name, clients.isPrimary(name)));
        }
    }

    private static BeanDefinition definition(String name, boolean primary) {
        RootBeanDefinition definition = new RootBeanDefinition(LlmClientBeans.class);
        definition.setTargetType(LlmWebClient.class);
        definition.setFactoryMethodName("client");
        definition.getConstructorArgumentValues()
            .addIndexedArgumentValue(0, new RuntimeBeanReference(LlmWebClients.class));
        definition.getConstructorArgumentValues().addIndexedArgumentValue(1, name);
        definition.addQualifier(new AutowireCandidateQualifier(Qualifier.class, name));
        definition.setPrimary(primary);
        return definition;
    }

    private static InvalidSettingsException taken(String name, String beanName, BeanDefinition other) {
        String property = LlmWebClients.DEFAULT.equals(name) ? "llm.http.base-url"
                : "llm.http.clients." + name + ".base-url";
        return new InvalidSettingsException(List.of(new SettingProblem(property, null,
                "makes a bean '%s', but there is one of that name already: %s".formatted(beanName,
                        (other.getResourceDescription() != null) ? other.getResourceDescription()
                                : other.getBeanClassName()),
                "a client or a bean of that name, not both", "llm.http.clients.other.base-url: http://localhost:8000",
                SettingProblem.Severity.ERROR)));
    }

}
