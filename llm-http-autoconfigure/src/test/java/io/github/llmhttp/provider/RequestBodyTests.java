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

package io.github.llmhttp.provider;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.github.llmhttp.ChatMessage;
import io.github.llmhttp.ChatRequest;
import io.github.llmhttp.ChatTool;
import io.github.llmhttp.ContentPart;
import io.github.llmhttp.ResponseFormat;
import io.github.llmhttp.ToolCall;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class RequestBodyTests {

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private static final ContentPart PICTURE = ContentPart.Image.of("image/png", new byte[] { 1, 2, 3 });

    private static final ChatTool TOOL = new ChatTool("weather", "Tells the weather",
            Map.of("type", "object", "properties", Map.of("city", Map.of("type", "string"))));

    private static final String TOOL_SCHEMA = "{'type':'object','properties':{'city':{'type':'string'}}}";

    private final ProviderDialects dialects = new ProviderDialects();

    @ParameterizedTest
    @ValueSource(strings = { "openai", "vllm", "generic", "ollama" })
    void shortRequestIsShort(String provider) {
        ChatRequest request = ChatRequest.of("Hi é😀");
        assertBody(provider, request, false,
                "{'model':'m1','messages':[{'role':'user','content':'Hi é😀'}],'stream':false}");
    }

    @Test
    void shortRequestIsShortForTheOthers() {
        ChatRequest request = ChatRequest.of("Hi");
        assertBody("openai-responses", request, false,
                "{'model':'m1','input':[{'role':'user','content':'Hi'}],'stream':false}");
        assertBody("anthropic", request, false,
                "{'model':'m1','max_tokens':4096,'messages':[{'role':'user','content':'Hi'}],'stream':false}");
    }

    @ParameterizedTest
    @ValueSource(strings = { "openai", "vllm", "generic" })
    void streamOfChatCompletionsAsksForUsage(String provider) {
        assertBody(provider, ChatRequest.of("Hi"), true, "{'model':'m1','messages':[{'role':'user','content':'Hi'}],"
                + "'stream_options':{'include_usage':true},'stream':true}");
    }

    @ParameterizedTest
    @ValueSource(strings = { "openai-responses", "anthropic", "ollama" })
    void streamIsAskedForByOneField(String provider) {
        JsonNode body = body(provider, ChatRequest.of("Hi"), true);
        assertThat(body.path("stream").booleanValue()).isTrue();
        assertThat(body.has("stream_options")).isFalse();
    }

    @Test
    void settingsHaveTheNamesOfTheProvider() {
        ChatRequest request = ChatRequest.builder()
            .user("Hi")
            .model("m2")
            .temperature(0.5)
            .topP(0.9)
            .maxTokens(7)
            .build();
        String messages = "'messages':[{'role':'user','content':'Hi'}],'stream':false";
        assertBody("openai", request, false,
                "{'model':'m2','temperature':0.5,'top_p':0.9,'max_completion_tokens':7," + messages + "}");
        assertBody("generic", request, false,
                "{'model':'m2','temperature':0.5,'top_p':0.9,'max_tokens':7," + messages + "}");
        assertBody("vllm", request, false,
                "{'model':'m2','temperature':0.5,'top_p':0.9,'max_tokens':7," + messages + "}");
        assertBody("anthropic", request, false,
                "{'model':'m2','temperature':0.5,'top_p':0.9,'max_tokens':7," + messages + "}");
        assertBody("ollama", request, false,
                "{'model':'m2','options':{'temperature':0.5,'top_p':0.9,'num_predict':7}," + messages + "}");
        assertBody("openai-responses", request, false, "{'model':'m2','temperature':0.5,'top_p':0.9,"
                + "'max_output_tokens':7,'input':[{'role':'user','content':'Hi'}],'stream':false}");
    }

    @Test
    void stopTextsHaveTheNamesOfTheProvider() {
        ChatRequest request = ChatRequest.builder().user("Hi").stop("a", "b").build();
        JsonNode stop = json("['a','b']");
        assertThat(body("openai", request, false).path("stop")).isEqualTo(stop);
        assertThat(body("anthropic", request, false).path("stop_sequences")).isEqualTo(stop);
        assertThat(body("ollama", request, false).path("options").path("stop")).isEqualTo(stop);
        assertThatIllegalArgumentException().isThrownBy(() -> body("openai-responses", request, false))
            .withMessageContaining("no stop texts");
    }

    @Test
    void picturesAreSentAsTheProviderWantsThem() {
        ChatRequest request = ChatRequest.builder()
            .message(ChatMessage.user(new ContentPart.Text("What?"), PICTURE))
            .build();
        assertThat(body("openai", request, false).path("messages"))
            .isEqualTo(json("[{'role':'user','content':[{'type':'text','text':'What?'},"
                    + "{'type':'image_url','image_url':{'url':'data:image/png;base64,AQID'}}]}]"));
        assertThat(body("openai-responses", request, false).path("input"))
            .isEqualTo(json("[{'role':'user','content':[{'type':'input_text','text':'What?'},"
                    + "{'type':'input_image','image_url':'data:image/png;base64,AQID'}]}]"));
        assertThat(body("anthropic", request, false).path("messages"))
            .isEqualTo(json("[{'role':'user','content':[{'type':'text','text':'What?'},{'type':'image',"
                    + "'source':{'type':'base64','media_type':'image/png','data':'AQID'}}]}]"));
        assertThat(body("ollama", request, false).path("messages"))
            .isEqualTo(json("[{'role':'user','content':'What?','images':['AQID']}]"));
    }

    @Test
    void pictureByAddressIsSentWhereTheProviderFetchesIt() {
        ChatRequest request = ChatRequest.builder()
            .message(ChatMessage.user(ContentPart.Image.of("https://host/a.png")))
            .build();
        assertThat(body("openai", request, false).at("/messages/0/content/0/image_url/url").stringValue())
            .isEqualTo("https://host/a.png");
        assertThat(body("anthropic", request, false).at("/messages/0/content/0/source"))
            .isEqualTo(json("{'type':'url','url':'https://host/a.png'}"));
        assertThatIllegalArgumentException().isThrownBy(() -> body("ollama", request, false))
            .withMessageContaining("fetches no images");
    }

    @Test
    void conversationWithToolsIsWrittenForChatCompletions() {
        assertBody("openai", conversation(), false, "{'model':'m1','messages':[{'role':'system','content':'Be brief'},"
                + "{'role':'user','content':'Weather?'}," + "{'role':'assistant','content':null,'tool_calls':["
                + "{'id':'t1','type':'function','function':{'name':'weather','arguments':'{\\\"city\\\":\\\"Köln\\\"}'}},"
                + "{'id':'t2','type':'function','function':{'name':'weather','arguments':'{}'}}]},"
                + "{'role':'tool','tool_call_id':'t1','content':'rain'},"
                + "{'role':'tool','tool_call_id':'t2','content':'sun'},{'role':'user','content':'Thanks'}],"
                + "'tools':[{'type':'function','function':{'name':'weather','description':'Tells the weather',"
                + "'parameters':" + TOOL_SCHEMA + "}}],'stream':false}");
    }

    @Test
    void conversationWithToolsIsWrittenForResponses() {
        assertBody("openai-responses", conversation(), false,
                "{'model':'m1','input':[{'role':'system','content':'Be brief'},{'role':'user','content':'Weather?'},"
                        + "{'type':'function_call','call_id':'t1','name':'weather',"
                        + "'arguments':'{\\\"city\\\":\\\"Köln\\\"}'},"
                        + "{'type':'function_call','call_id':'t2','name':'weather','arguments':'{}'},"
                        + "{'type':'function_call_output','call_id':'t1','output':'rain'},"
                        + "{'type':'function_call_output','call_id':'t2','output':'sun'},"
                        + "{'role':'user','content':'Thanks'}],"
                        + "'tools':[{'type':'function','name':'weather','description':'Tells the weather',"
                        + "'strict':false,'parameters':" + TOOL_SCHEMA + "}],'stream':false}");
    }

    @Test
    void conversationWithToolsIsWrittenForAnthropic() {
        assertBody("anthropic", conversation(), false,
                "{'model':'m1','max_tokens':4096,'system':'Be brief',"
                        + "'messages':[{'role':'user','content':'Weather?'},{'role':'assistant','content':["
                        + "{'type':'tool_use','id':'t1','name':'weather','input':{'city':'Köln'}},"
                        + "{'type':'tool_use','id':'t2','name':'weather','input':{}}]},{'role':'user','content':["
                        + "{'type':'tool_result','tool_use_id':'t1','content':[{'type':'text','text':'rain'}]},"
                        + "{'type':'tool_result','tool_use_id':'t2','content':[{'type':'text','text':'sun'}]}]},"
                        + "{'role':'user','content':'Thanks'}],'tools':[{'name':'weather',"
                        + "'description':'Tells the weather','input_schema':" + TOOL_SCHEMA + "}],'stream':false}");
    }

    @Test
    void conversationWithToolsIsWrittenForOllama() {
        assertBody("ollama", conversation(), false, "{'model':'m1','messages':[{'role':'system','content':'Be brief'},"
                + "{'role':'user','content':'Weather?'},{'role':'assistant','content':'','tool_calls':["
                + "{'id':'t1','function':{'name':'weather','arguments':{'city':'Köln'}}},"
                + "{'id':'t2','function':{'name':'weather','arguments':{}}}]},"
                + "{'role':'tool','content':'rain','tool_name':'weather','tool_call_id':'t1'},"
                + "{'role':'tool','content':'sun','tool_name':'weather','tool_call_id':'t2'},"
                + "{'role':'user','content':'Thanks'}],'tools':[{'type':'function','function':{'name':'weather',"
                + "'description':'Tells the weather','parameters':" + TOOL_SCHEMA + "}}],'stream':false}");
    }

    private static ChatRequest conversation() {
        return ChatRequest.builder()
            .system("Be brief")
            .user("Weather?")
            .message(ChatMessage.assistant("", new ToolCall("t1", "weather", "{\"city\":\"Köln\"}"),
                    new ToolCall("t2", "weather", "{}")))
            .message(ChatMessage.tool("t1", "rain"))
            .message(ChatMessage.tool("t2", "sun"))
            .user("Thanks")
            .tool(TOOL)
            .build();
    }

    @Test
    void toolWithoutParametersHasASchemaWhereOneIsDemanded() {
        ChatRequest request = ChatRequest.builder().user("Hi").tool(new ChatTool("now", "Time", Map.of())).build();
        JsonNode empty = json("{'type':'object','properties':{}}");
        assertThat(body("anthropic", request, false).at("/tools/0/input_schema")).isEqualTo(empty);
        assertThat(body("openai-responses", request, false).at("/tools/0/parameters")).isEqualTo(empty);
        assertThat(body("openai", request, false).at("/tools/0/function").has("parameters")).isFalse();
    }

    @Test
    void schemaOfTheAnswerIsSentAsTheProviderWantsIt() {
        Map<String, Object> schema = new LinkedHashMap<>(Map.of("type", "object"));
        ChatRequest request = ChatRequest.builder()
            .user("Hi")
            .responseFormat(ResponseFormat.jsonSchema("answer", schema))
            .build();
        assertThat(body("openai", request, false).path("response_format")).isEqualTo(json("{'type':'json_schema',"
                + "'json_schema':{'name':'answer','strict':true,'schema':{'type':'object'}}}"));
        assertThat(body("openai-responses", request, false).path("text")).isEqualTo(json(
                "{'format':" + "{'type':'json_schema','name':'answer','strict':true,'schema':{'type':'object'}}}"));
        assertThat(body("anthropic", request, false).path("output_config"))
            .isEqualTo(json("{'format':{'type':'json_schema','schema':{'type':'object'}}}"));
        assertThat(body("ollama", request, false).path("format")).isEqualTo(json("{'type':'object'}"));
    }

    @Test
    void anyJsonIsAskedForWhereTheProviderHasIt() {
        ChatRequest request = ChatRequest.builder().user("Hi").responseFormat(ResponseFormat.jsonObject()).build();
        assertThat(body("openai", request, false).path("response_format")).isEqualTo(json("{'type':'json_object'}"));
        assertThat(body("openai-responses", request, false).path("text"))
            .isEqualTo(json("{'format':{'type':'json_object'}}"));
        assertThat(body("ollama", request, false).path("format").stringValue()).isEqualTo("json");
        assertThatIllegalArgumentException().isThrownBy(() -> body("anthropic", request, false))
            .withMessageContaining("give a schema");
    }

    @ParameterizedTest
    @ValueSource(strings = { "openai", "openai-responses", "anthropic", "ollama", "vllm", "generic" })
    void fieldsOfTheRequestWin(String provider) {
        ChatRequest request = ChatRequest.builder()
            .user("Hi")
            .temperature(0.5)
            .field("model", "m3")
            .field("metadata", Map.of("user", List.of(1, "a")))
            .field("stream", false)
            .build();
        JsonNode body = body(provider, request, true);
        assertThat(body.path("model").stringValue()).isEqualTo("m3");
        assertThat(body.path("metadata")).isEqualTo(json("{'user':[1,'a']}"));
        assertThat(body.path("stream").booleanValue()).as("what the client waits for").isTrue();
    }

    @Test
    void fieldMayReplaceTheAskingForUsage() {
        ChatRequest request = ChatRequest.builder().user("Hi").field("stream_options", Map.of()).build();
        assertThat(body("generic", request, true).path("stream_options")).isEqualTo(json("{}"));
    }

    @Test
    void optionsOfOllamaJoinThoseOfTheRequest() {
        ChatRequest request = ChatRequest.builder()
            .user("Hi")
            .temperature(0.5)
            .maxTokens(7)
            .field("options", Map.of("num_ctx", 8192, "temperature", 0.1))
            .build();
        assertThat(body("ollama", request, false).path("options"))
            .isEqualTo(json("{'temperature':0.1,'num_predict':7,'num_ctx':8192}"));
    }

    @Test
    void messagesMayComeAsAField() {
        ChatRequest request = ChatRequest.builder().field("messages", List.of(Map.of("role", "user"))).build();
        assertThat(body("openai", request, false).path("messages")).isEqualTo(json("[{'role':'user'}]"));
        assertThat(body("anthropic", request, false).path("messages")).isEqualTo(json("[{'role':'user'}]"));
    }

    @ParameterizedTest
    @ValueSource(strings = { "openai", "openai-responses", "anthropic", "ollama" })
    void requestWithoutModelIsRefusedWhereTheProviderWould(String provider) {
        assertThatIllegalArgumentException()
            .isThrownBy(() -> this.dialects.get(provider).body(ChatRequest.of("Hi"), null, false))
            .withMessageContaining("'model'");
    }

    @ParameterizedTest
    @ValueSource(strings = { "vllm", "generic" })
    void serverWithOneModelNeedsNone(String provider) {
        byte[] body = this.dialects.get(provider).body(ChatRequest.of("Hi"), null, false);
        assertThat(MAPPER.readTree(body).has("model")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = { "openai", "openai-responses", "anthropic", "ollama" })
    void resultOfNoCallIsRefused(String provider) {
        ChatMessage result = new ChatMessage(ChatMessage.Role.TOOL, List.of(), List.of(), null);
        ChatRequest request = ChatRequest.builder().message(result).build();
        assertThatIllegalArgumentException().isThrownBy(() -> body(provider, request, false))
            .withMessageContaining("id of the call");
    }

    @ParameterizedTest
    @ValueSource(strings = { "anthropic", "ollama" })
    void argumentsThatAreNoObjectAreRefusedWithoutShowingThem(String provider) {
        for (String arguments : List.of("secret", "\"secret\"", "{\"secret\"")) {
            ChatRequest request = ChatRequest.builder()
                .message(ChatMessage.assistant("", new ToolCall("t1", "a", arguments)))
                .build();
            assertThatIllegalArgumentException().isThrownBy(() -> body(provider, request, false))
                .withMessageContaining("'t1'")
                .withMessageNotContaining("secret")
                .withNoCause();
        }
    }

    @Test
    void fieldThatIsNoJsonIsRefused() {
        ChatRequest loop = ChatRequest.builder().user("Hi").field("loop", new SelfReference()).build();
        assertThatIllegalArgumentException().isThrownBy(() -> body("openai", loop, false))
            .withMessageContaining("field 'loop'")
            .withNoCause();
    }

    @Test
    void halfOfASurrogatePairIsReplaced() {
        assertThat(new String(this.dialects.get("openai").body(ChatRequest.of("\ud83d"), "m1", false),
                StandardCharsets.UTF_8))
            .contains("\"\\uFFFD\"");
    }

    private void assertBody(String provider, ChatRequest request, boolean stream, String expected) {
        assertThat(body(provider, request, stream)).isEqualTo(json(expected));
    }

    private JsonNode body(String provider, ChatRequest request, boolean stream) {
        return body(provider, request, "m1", stream);
    }

    private JsonNode body(String provider, ChatRequest request, @Nullable String model, boolean stream) {
        return MAPPER.readTree(this.dialects.get(provider).body(request, model, stream));
    }

    private static JsonNode json(String text) {
        return MAPPER.readTree(text.replace('\'', '"'));
    }

    private static final class SelfReference {

        public SelfReference getSelf() {
            return this;
        }

    }

}
