package dev.slipway.build.bake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;

/// Variables: defaults, types, what overrides them.
class BakeVariableTest {
    private static Map<String, String> environment(String text) {
        if (text == null) {
            return Map.of();
        }
        var variables = new java.util.HashMap<String, String>();
        for (var each : text.split(" ", -1)) {
            int equals = each.indexOf('=');
            variables.put(each.substring(0, equals), each.substring(equals + 1));
        }
        return variables;
    }

    /// The variable's block, the environment, its value as JSON, its type.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    `` | | "" | string
                    `` | V=x | "x" | string
                    default = "a" | | "a" | string
                    default = "a" | V=x | "x" | string
                    default = "a" | V= | "" | string
                    default = null | | null | any
                    default = null | V=x | "x" | string
                    default = true | V=0 | false | bool
                    default = 1 | V=2.50 | 2.5 | number
                    default = [1, 2] | V=3,4 | [3,4] | list(number)
                    default = ["a"] | V=x,"y,z" | ["x","y,z"] | list(string)
                    default = ["a"] | V_JSON=["x"] | ["x"] | list(string)
                    default = {} | V_JSON={"a":1} | {"a":1} | map(number)
                    default = "a" | V=x V_JSON="y" | "x" | string
                    type = string | V=x V_JSON="y" | "y" | string
                    type = string | | null | string
                    type = number | V=7 | 7 | number
                    type = list(number) | V=1,2 | [1,2] | list(number)
                    type = set(string) | V=a,b,a | ["a","b"] | set(string)
                    type = map(string) | V_JSON={"a":1} | {"a":"1"} | map(string)
                    type = tuple([string, number]) | V=a,2 | ["a",2] | tuple([string, number])
                    type = object({a=string}) | V_JSON={"a":"b","c":1} | {"a":"b"} | object({a=string})
                    """)
    void variable_ofEnvironment(String body, String environment, String value, String type)
            throws Exception {
        var file =
                "variable \"V\" {\n"
                        + (body == null ? "" : body)
                        + "\n}\ntarget \"t\" { args = { V = jsonencode(V) } }";
        var definition = Bakes.hcl(file, environment(environment));
        var target = Bakes.of(definition.plan(List.of("t"), List.of()).targets(), "t");
        assertThat(target.pairs(TargetAttribute.ARGS).get("V")).isEqualTo(value);
        assertThat(definition.variables().getFirst().type()).isEqualTo(type);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    default = true | V=maybe | V was set to 'maybe', which is not of type bool
                    default = 1 | V=one | V was set to 'one', which is not of type number
                    type = list(number) | V=1,b | V was set to '1,b', which is not of type list(number)
                    default = {} | V=a | V was set to 'a', which is not of type map(any)
                    type = list(number) | V_JSON=[ | V_JSON in the environment is not JSON: expected a value, found the end
                    type = list(number) | V_JSON={} | V_JSON in the environment: this must be of type list(number), and is an object
                    """)
    void variable_ofWrongEnvironment(String body, String environment, String message) {
        assertThatThrownBy(() ->
                        Bakes.hcl("variable \"V\" { " + body + " }", environment(environment)))
                .isInstanceOf(BakeException.class)
                .hasMessage(message);
    }

    @Test
    void commandLine_goesBeforeTheEnvironment_andAttributesAreNotOverridden() throws Exception {
        var environment =
                new BakeEnvironment(
                        Map.of("A", "env", "B", "env", "C", "env"),
                        Map.of("A", "given"),
                        Path.of("/nowhere"),
                        Clock.systemUTC(),
                        "linux/arm64");
        var source =
                new BakeSource(
                        "x.hcl",
                        """
                        variable "A" { default = "a" }
                        variable "B" { default = "b" }
                        C = "c"
                        target "t" {
                          args = { A = A, B = B, C = C, P = BAKE_LOCAL_PLATFORM, D = BAKE_CMD_CONTEXT }
                        }
                        """);
        var definition = BakeDefinition.parse(List.of(source), environment);
        assertThat(Bakes.own(definition, "t"))
                .isEqualTo(
                        "{\"args\":{\"A\":\"given\",\"B\":\"env\",\"C\":\"c\",\"D\":\"cwd://\","
                                + "\"P\":\"linux/arm64\"}}");
    }

    @Test
    void validation_looksAtWhatOverrides_andAtOtherVariables() throws Exception {
        var file =
                """
                variable "MIN" { default = 2 }
                variable "N" {
                  default = 3
                  description = "how many"
                  validation {
                    condition = N >= MIN
                    error_message = "N must be at least ${MIN}"
                  }
                  validation {
                    condition = N < 10
                  }
                }
                """;
        assertThat(Bakes.hcl(file, Map.of("N", "5")).variables())
                .containsExactly(
                        new BakeVariable("MIN", "number", "2", ""),
                        new BakeVariable("N", "number", "5", "how many"));
        assertThatThrownBy(() -> Bakes.hcl(file, Map.of("N", "1")))
                .hasMessage("N must be at least 2");
        assertThatThrownBy(() -> Bakes.hcl(file, Map.of("N", "10")))
                .hasMessage("the variable N does not fulfil this");
    }
}
