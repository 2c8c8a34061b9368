package dev.slipway.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Random;

class JsonTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "[1,-0,0.5,1e3,1E-2,123456789012345678901234567890]",
                "{\"a\":{\"b\":[null,true,false,\"x\"]}}",
                "\"\"",
                "\"\\\"\\\\\\b\\f\\n\\r\\t\"",
                "\"é😀\"",
            })
    void parse_writesTheSameAgain(String text) throws Exception {
        Json json = Json.parse(text.getBytes(UTF_8));
        assertThat(JsonWriter.plain().value(json)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", " ", "{} x", "{}{}", "nul", "tru", "True", "[1,]", "{\"a\":1,}", "{a:1}",
                "{\"a\" 1}", "{\"a\":1 \"b\":2}", "[1 2]", "01", "-", "1.", ".5", "1e", "+1", "NaN",
                "\"", "\"\n\"", "\"\\x\"", "\"\\u12g4\"", "\"\\u12\"", "[", "{", "{\"a\"",
                        "{\"a\":", "[1",
                "'a'", "/**/1",
            })
    void parse_refusesWhatIsNoJson(String text) {
        assertThatThrownBy(() -> Json.parse(text.getBytes(UTF_8)))
                .isInstanceOf(InvalidJsonException.class);
    }

    @Test
    void parse_refusesMalformedUtf8() {
        assertThatThrownBy(() -> Json.parse(new byte[] {'"', (byte) 0xc3, '"'}))
                .isInstanceOf(InvalidJsonException.class)
                .hasMessageContaining("UTF-8");
    }

    @Test
    void parse_boundsDepth() {
        String deep = "[".repeat(100_000);
        assertThatThrownBy(() -> Json.parse(deep.getBytes(UTF_8)))
                .isInstanceOf(InvalidJsonException.class)
                .hasMessageContaining("deeper");
    }

    @Test
    void parse_afterAFailureStillWorks() throws Exception {
        assertThatThrownBy(() -> Json.parse("[1,".getBytes(UTF_8)))
                .isInstanceOf(InvalidJsonException.class);
        assertThat(Json.parseObject("{\"a\":5}".getBytes(UTF_8)).number("a", 0)).isEqualTo(5);
    }

    @Test
    void members_ofTheWrongKindAreNamed() throws Exception {
        Json.Obj json = Json.parseObject("{\"a\":5,\"b\":null,\"c\":[1]}".getBytes(UTF_8));
        assertThat(json.text("b")).isNull();
        assertThat(json.text("none", "x")).isEqualTo("x");
        assertThatThrownBy(() -> json.text("a"))
                .hasMessage("the member \"a\" must be a string, found the number 5");
        assertThatThrownBy(() -> json.texts("c")).hasMessageContaining("array of strings");
        assertThatThrownBy(() -> json.object("c")).hasMessageContaining("an object");
    }

    @Test
    void parse_randomBytesThrowNothingElse() {
        var random = new Random(7);
        String alphabet = "{}[]\",:0123456789.eE+-truefalsn\\u \n\u00e9";
        for (int i = 0; i < 20_000; i++) {
            var text = new StringBuilder();
            for (int n = random.nextInt(12); n >= 0; n--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            try {
                Json.parse(text.toString().getBytes(UTF_8));
            } catch (InvalidJsonException expected) {
                assertThat(expected.getMessage()).startsWith("invalid JSON");
            }
        }
    }

    @Test
    void writer_escapesAsGo() {
        String text = "a<b>&\u2028\u0001\"\\\ud800";
        assertThat(JsonWriter.compact().value(text))
                .hasToString("\"a\\u003cb\\u003e\\u0026\\u2028\\u0001\\\"\\\\\ufffd\"");
        assertThat(JsonWriter.plain().value("<")).hasToString("\"<\"");
    }

    @Test
    void writer_indents() throws Exception {
        Json json = Json.parse("{\"a\":[1,{\"b\":[]}],\"c\":{}}".getBytes(UTF_8));
        assertThat(JsonWriter.indented(2).value(json))
                .hasToString(
                        """
                        {
                          "a": [
                            1,
                            {
                              "b": []
                            }
                          ],
                          "c": {}
                        }\
                        """);
    }
}
