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

package io.github.llmhttp.config;

import java.beans.PropertyDescriptor;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.BeanUtils;
import org.springframework.util.ReflectionUtils;

/**
 * The keys of a client, read from the properties classes so that no list can miss one.
 */
public final class SettingKeys {

    private static final String OWN_PACKAGE = "io.github.llmhttp.";

    private static final Set<String> ALL = Set.copyOf(types(LlmClientProperties.class).keySet());

    private SettingKeys() {
    }

    /**
     * All keys of a client; a map is one key.
     * @return the keys, relative to the client
     */
    public static Set<String> all() {
        return ALL;
    }

    static Map<String, Class<?>> types(Class<?> type) {
        Map<String, Class<?>> types = new TreeMap<>();
        visit(type, "", null, (key, property, value) -> types.put(key, property.getPropertyType()));
        return types;
    }

    /**
     * The values of all keys that have one; the entries of a map and the elements of a
     * list of groups one by one.
     * @param properties the settings of a client
     * @return values by key, sorted
     */
    static Map<String, Object> values(LlmClientProperties properties) {
        Map<String, Object> values = new TreeMap<>();
        put("", properties, values);
        return values;
    }

    private static void put(String prefix, Object bean, Map<String, Object> values) {
        visit(bean.getClass(), prefix, bean, (key, property, value) -> {
            if (value instanceof Map<?, ?> map) {
                map.forEach((name, entry) -> values.put(key + "." + name, entry));
            }
            else if (value instanceof List<?> list && list.stream().anyMatch(SettingKeys::isGroup)) {
                for (int index = 0; index < list.size(); index++) {
                    put(key + "[" + index + "].", list.get(index), values);
                }
            }
            else if (value != null) {
                values.put(key, value);
            }
        });
    }

    private static void visit(Class<?> type, String prefix, @Nullable Object bean, Visitor visitor) {
        for (PropertyDescriptor property : BeanUtils.getPropertyDescriptors(type)) {
            Method getter = property.getReadMethod();
            if (getter == null || getter.getDeclaringClass() == Object.class) {
                continue;
            }
            Object value = (bean != null) ? ReflectionUtils.invokeMethod(getter, bean) : null;
            String key = prefix + dashed(property.getName());
            if (isGroup(property.getPropertyType())) {
                visit(property.getPropertyType(), key + ".", value, visitor);
            }
            else {
                visitor.visit(key, property, value);
            }
        }
    }

    private static boolean isGroup(Object bean) {
        return isGroup(bean.getClass());
    }

    private static boolean isGroup(Class<?> type) {
        return type.getName().startsWith(OWN_PACKAGE) && !type.isEnum();
    }

    private static String dashed(String name) {
        return name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }

    private interface Visitor {

        void visit(String key, PropertyDescriptor property, @Nullable Object value);

    }

}
