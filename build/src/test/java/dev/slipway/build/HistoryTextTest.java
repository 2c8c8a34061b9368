package dev.slipway.build;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;

class HistoryTextTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0s",
        "1, 1ns",
        "1500, 1.5µs",
        "1000000, 1ms",
        "1500000000, 1.5s",
        "90000000000, 1m30s",
        "3600000000000, 1h0m0s",
        "5400500000000, 1h30m0.5s"
    })
    void duration_isAsGoPrintsIt(long nanos, String text) {
        assertThat(HistoryText.duration(nanos)).isEqualTo(text);
    }

    @Test
    void quotedList_isAsGoPrintsIt() {
        assertThat(HistoryText.quotedList("CMD", List.of("a \"b\"", "\n\t\\", "é", "\u0001")))
                .isEqualTo("CMD [\"a \\\"b\\\"\" \"\\n\\t\\\\\" \"é\" \"\\x01\"]");
        assertThat(HistoryText.quotedList("CMD", List.of())).isEqualTo("CMD []");
    }

    @Test
    void historyPrefix_showsArguments() {
        var scope = new Scope();
        scope.setEnv("B", "env");
        scope.declareArg("A", "1");
        scope.declareArg("B", "hidden");
        scope.declareArg("C", null);
        assertThat(scope.variables().historyPrefix()).isEqualTo("|3 A=1 B=env C= ");
    }
}
