package dev.slipway.cli.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.cli.options.UsageException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

class TemplateTest {
    private static Map<String, Object> image() {
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("Env", List.of("PATH=/bin", "A=b c"));
        config.put("Labels", new TreeMap<>(Map.of("org.x", "one", "b", "two")));
        config.put("Cmd", List.of());
        Map<String, Object> image = new LinkedHashMap<>();
        image.put("Id", "sha256:12");
        image.put("Size", 1234L);
        image.put("Dangling", false);
        image.put("Config", config);
        return image;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "{{.Id}} ~ sha256:12",
                "a {{ .Id }}:{{.Size}} b ~ a sha256:12:1234 b",
                "{{.Config.Env}} ~ [PATH=/bin A=b c]",
                "{{.Config.Labels}} ~ map[b:two org.x:one]",
                "{{json .Config.Env}} ~ [\"PATH=/bin\",\"A=b c\"]",
                "{{index .Config.Labels \"org.x\"}} ~ one",
                "{{index .Config.Env 1}} ~ A=b c",
                "x{{index .Config.Labels \"none\"}}x ~ xx",
                "{{.Config.Labels.none}} ~ <no value>",
                "{{len .Config.Env}} ~ 2",
                "{{range .Config.Env}}<{{.}}>{{end}} ~ <PATH=/bin><A=b c>",
                "{{range $i, $e := .Config.Env}}{{$i}}={{$e}};{{end}} ~ 0=PATH=/bin;1=A=b c;",
                "{{range $k, $v := .Config.Labels}}{{$k}}:{{$v}} {{end}}. ~ b:two org.x:one .",
                "{{range .Config.Cmd}}x{{else}}none{{end}} ~ none",
                "{{if .Dangling}}yes{{else if eq .Size 1234}}size{{else}}no{{end}} ~ size",
                "{{with .Config}}{{len .Env}}{{end}} ~ 2",
                "{{join .Config.Env \",\"}} ~ PATH=/bin,A=b c",
                "{{.Id | upper | printf \"<%s>\"}} ~ <SHA256:12>",
                "{{(index .Config.Env 0) | lower}} ~ path=/bin",
                "{{$x := .Size}}{{$x}} {{$.Id}} ~ 1234 sha256:12",
                "a  {{- /* gone */ -}}  {{- .Size -}}  b ~ a1234b",
                "{{if and .Id (not .Dangling) (gt .Size 10)}}big{{end}} ~ big",
            })
    void text_asGoPrintsIt(String template, String expected) throws Exception {
        assertThat(Template.of(template).text(image())).isEqualTo(expected);
    }

    @Test
    void text_wordJson_isTheWholeAsJson() throws Exception {
        String expected =
                """
                {"Id":"sha256:12","Size":1234,"Dangling":false,"Config":\
                {"Env":["PATH=/bin","A=b c"],"Labels":{"b":"two","org.x":"one"},"Cmd":[]}}\
                """;
        assertThat(Template.of("json").text(image())).isEqualTo(expected);
    }

    @Test
    void text_println() throws Exception {
        assertThat(Template.of("{{range .Config.Env}}{{println .}}{{end}}").text(image()))
                .isEqualTo("PATH=/bin\nA=b c\n");
    }

    @Test
    void text_unknownField_namesThoseThereAre() {
        assertThatThrownBy(() -> Template.of("{{.Sise}}").text(image()))
                .isInstanceOfSatisfying(
                        UsageException.class,
                        e -> assertThat(e.hint()).isEqualTo("Did you mean .Size?"));
        assertThatThrownBy(() -> Template.of("{{.Nothing}}").text(image()))
                .isInstanceOfSatisfying(
                        UsageException.class,
                        e ->
                                assertThat(e.hint())
                                        .isEqualTo("There are: .Id .Size .Dangling .Config"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{{", "{{.Id", "{{if .Id}}", "{{end}}", "{{range .Id}}x{{end}}", "{{nofunc 1}}",
                        "{{.Id.X}}",
                "{{json}}", "{{\"a}}", "{{(.Id}}", "{{.Id .Size}}", "{{$nope}}", "{{|}}",
                        "{{.A..B}}",
                "{{index .Config.Env 7}}", "{{)}}", "{{ 12x }}"
            })
    void of_brokenTemplate_isAUsageError(String template) {
        assertThatThrownBy(() -> Template.of(template).text(image()))
                .isInstanceOf(UsageException.class);
    }

    @Test
    void of_deepNesting_isRefused() {
        assertThatThrownBy(() -> Template.of("{{if 1}}".repeat(100_000)))
                .isInstanceOf(UsageException.class);
        assertThatThrownBy(() -> Template.of("{{" + "(".repeat(100_000)))
                .isInstanceOf(UsageException.class);
    }
}
