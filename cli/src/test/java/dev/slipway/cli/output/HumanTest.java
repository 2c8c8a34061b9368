package dev.slipway.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

class HumanTest {
    @ParameterizedTest
    @CsvSource({
        "0,0B",
        "12,12B",
        "999,999B",
        "1000,1kB",
        "1240000,1.24MB",
        "77800000,77.8MB",
        "117123456,117MB",
        "1234567890,1.23GB",
        "1000000000000,1TB",
        "999400,999kB"
    })
    void size_asDockerPrintsIt(long bytes, String text) {
        assertThat(Human.size(bytes)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({
        "PT0.2S,Less than a second",
        "PT1S,1 second",
        "PT59S,59 seconds",
        "PT60S,About a minute",
        "PT59M,59 minutes",
        "PT1H,About an hour",
        "PT47H,47 hours",
        "P2D,2 days",
        "P13D,13 days",
        "P14D,2 weeks",
        "P59D,8 weeks",
        "P60D,2 months",
        "P729D,24 months",
        "P731D,2 years"
    })
    void age_asDockerPrintsIt(String age, String text) {
        assertThat(Human.age(Duration.parse(age))).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"0,0.0s", "49000000,0.0s", "51000000,0.1s", "12040000000,12.0s"})
    void seconds_oneDigit(long nanos, String text) {
        assertThat(Human.seconds(nanos)).isEqualTo(text);
    }

    @Test
    void table_columnsAlign_andCellsCannotSteerTheTerminal() {
        Table table = new Table("REPOSITORY", "TAG", "SIZE");
        table.row("a-rather-long-name", "x", "1B");
        table.row("b", "\u001b[31mred\r", "2B");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (PrintStream out = new PrintStream(bytes, false, StandardCharsets.UTF_8)) {
            table.print(out);
        }
        assertThat(bytes.toString(StandardCharsets.UTF_8))
                .isEqualTo(
                        """
                        REPOSITORY           TAG         SIZE
                        a-rather-long-name   x           1B
                        b                    ?[31mred?   2B
                        """);
    }

    @Test
    void jsonText_escapesAndIndents() {
        assertThat(JsonText.compact("a\"b\\\n\u0001é")).isEqualTo("\"a\\\"b\\\\\\n\\u0001é\"");
        assertThat(JsonText.indented(java.util.List.of(java.util.Map.of("a", 1))))
                .isEqualTo("[\n    {\n        \"a\": 1\n    }\n]");
    }
}
