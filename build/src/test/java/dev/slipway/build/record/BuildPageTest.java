package dev.slipway.build.record;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Pages of records that are written here by hand, as a build would never write them.
class BuildPageTest {
    private static final String EVIL = "<script>alert('x')</script>\"'&\u0001";
    private static final String JSON_EVIL = "<script>alert('x')</script>\\\"'&\\u0001";

    @TempDir Path home;

    private Path record(String id, String request, String plan, String... events)
            throws IOException {
        var directory = Files.createDirectories(home.resolve("builds").resolve(id));
        Files.writeString(directory.resolve("request.json"), request);
        Files.writeString(directory.resolve("plan.json"), plan);
        Files.write(directory.resolve("events.jsonl"), List.of(events));
        return directory;
    }

    private String page(String id) throws IOException {
        var text = new StringBuilder();
        BuildPage.write(new BuildRecords(home), id, text);
        return text.toString();
    }

    private static String step(int number, String name, String inputs) {
        return """
        {"number":%d,"kind":"run","stage":"%s","name":"%s","instruction":"%s","platform":"p",\
        "file":"%s","firstLine":1,"lastLine":2,"inputs":[%s]}\
        """
                .formatted(number, name, name, name, name, inputs);
    }

    private static String event(String time, String rest) {
        return "{\"time\":\"2026-01-01T00:00:%s0Z\",%s}".formatted(time, rest);
    }

    @Test
    void page_hostileText_isTextEverywhere() throws IOException {
        var e = JSON_EVIL;
        record(
                "evil",
                """
                {"started":"2026-01-01T00:00:00Z","context":"%s","dockerfile":"%s","dockerfileText":"%s",
                "target":"%s","platform":"%s","buildArgs":{"%s":"%s"},"tags":["%s"],"secrets":["%s"]}\
                """
                        .formatted(e, e, e, e, e, e, e, e, e),
                "{\"steps\":[" + step(1, e, "") + "]}",
                event("00.1", "\"event\":\"step-started\",\"step\":1"),
                event(
                        "00.2",
                        "\"event\":\"step-explained\",\"step\":1,\"reason\":\"%s\",\"summary\":\"%s\",\"changes\":[\"%s\"]"
                                .formatted(e, e, e)),
                event(
                        "00.3",
                        "\"event\":\"step-log\",\"step\":1,\"stream\":\"STDERR\",\"line\":\""
                                + e
                                + "\""),
                event(
                        "00.3",
                        "\"event\":\"step-log\",\"step\":1,\"stream\":\"STDOUT\",\"line\":\""
                                + e
                                + "\""),
                event(
                        "00.4",
                        "\"event\":\"step-failed\",\"step\":1,\"nanos\":5,\"message\":\""
                                + e
                                + "\""),
                event(
                        "00.4",
                        "\"event\":\"warning\",\"place\":\"%s\",\"message\":\"%s\""
                                .formatted(e, e)),
                event(
                        "00.4",
                        "\"event\":\"task-finished\",\"id\":\"%s\",\"name\":\"%s\",\"nanos\":1"
                                .formatted(e, e)),
                event(
                        "00.5",
                        "\"event\":\"error\",\"message\":\"%s\",\"place\":\"%s\",\"hint\":\"%s\""
                                .formatted(e, e, e)),
                event(
                        "00.5",
                        "\"event\":\"record\",\"status\":\"failed\",\"nanos\":9,\"error\":\""
                                + e
                                + "\""));
        var page = page("evil");
        assertThat(page).doesNotContain("<script>alert").doesNotContain("\u0001");
        assertThat(page)
                .contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&quot;&#39;&amp;\ufffd");
        // Of the page's own script and style there is one each.
        assertThat(page.split("<script>", -1)).hasSize(2);
        assertThat(page.split("<style>", -1)).hasSize(2);
        assertThat(EVIL).startsWith("<script>");
    }

    @Test
    void page_needsNothingElse() throws IOException {
        record("plain", "{\"started\":\"2026-01-01T00:00:00Z\"}", "{\"steps\":[]}");
        var page = page("plain");
        assertThat(page)
                .contains("default-src 'none'")
                .doesNotContain("http://")
                .doesNotContain("https://")
                .doesNotContain("src=")
                .doesNotContain("@import")
                .doesNotContain("url(");
    }

    @Test
    void page_errorsComeFirst_withTheLastLines() throws IOException {
        record(
                "bad",
                "{\"started\":\"2026-01-01T00:00:00Z\",\"dockerfileText\":\"FROM x\\nRUN make\\n\"}",
                "{\"steps\":[" + step(1, "make", "") + "]}",
                event("00.1", "\"event\":\"step-started\",\"step\":1"),
                event(
                        "00.2",
                        "\"event\":\"step-log\",\"step\":1,\"stream\":\"STDERR\",\"line\":\"\\u001b[1;31mno rule\\u001b[0m\""),
                event(
                        "00.3",
                        "\"event\":\"step-failed\",\"step\":1,\"nanos\":200000000,\"message\":\"exit code: 2\""),
                event(
                        "00.3",
                        "\"event\":\"error\",\"message\":\"exit code: 2\",\"place\":\"Dockerfile:2\""));
        var page = page("bad");
        assertThat(page.indexOf("class=\"card fault\""))
                .isPositive()
                .isLessThan(page.indexOf("Timeline"));
        assertThat(page)
                .contains(">no rule\n")
                .contains("slipway debug bad")
                .contains("href=\"#s1\"");
    }

    @Test
    void page_thousandsOfSteps_haveALineEach() throws IOException {
        var steps = new ArrayList<String>();
        var events = new ArrayList<String>();
        for (int i = 1; i <= 5000; i++) {
            steps.add(step(i, "s" + i % 20, i > 20 ? Integer.toString(i - 20) : ""));
            events.add(event("00.1", "\"event\":\"step-started\",\"step\":" + i));
            events.add(
                    event(
                            "00.2",
                            "\"event\":\"step-finished\",\"step\":"
                                    + i
                                    + ",\"nanos\":1000000,\"size\":1"));
        }
        record(
                "big",
                "{\"started\":\"2026-01-01T00:00:00Z\"}",
                "{\"steps\":[" + String.join(",", steps) + "]}",
                events.toArray(String[]::new));
        var page = page("big");
        assertThat(page.split("<details class=\"step", -1)).hasSize(5001);
        assertThat(page.split("<div class=\"lane\"", -1)).hasSize(21);
    }

    @Test
    void criticalPath_isTheLongestChain() throws IOException {
        record(
                "path",
                "{\"started\":\"2026-01-01T00:00:00Z\"}",
                "{\"steps\":["
                        + String.join(
                                ",",
                                step(1, "a", ""),
                                step(2, "b", ""),
                                step(3, "c", "1,2"),
                                step(4, "d", ""))
                        + "]}",
                event("01.0", "\"event\":\"step-finished\",\"step\":1,\"nanos\":5"),
                event("01.0", "\"event\":\"step-finished\",\"step\":2,\"nanos\":7"),
                event("01.0", "\"event\":\"step-finished\",\"step\":3,\"nanos\":1"),
                event("01.0", "\"event\":\"step-finished\",\"step\":4,\"nanos\":6"));
        assertThat(new BuildRecords(home).read("path").criticalPath())
                .extracting(RecordedStep::number)
                .containsExactly(2, 3);
    }

    @ParameterizedTest
    @CsvSource({
        "1, <1 ms",
        "340000000, 340 ms",
        "1250000000, 1.3 s",
        "59960000000, 1 m 00 s",
        "125000000000, 2 m 05 s",
        "3720000000000, 1 h 02 m"
    })
    void duration_isShort(long nanos, String text) {
        assertThat(Html.duration(nanos)).isEqualTo(text);
    }
}
