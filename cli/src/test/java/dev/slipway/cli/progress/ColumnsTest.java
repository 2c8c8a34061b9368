package dev.slipway.cli.progress;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ColumnsTest {
    @ParameterizedTest
    @CsvSource({"abc,3", "äöü,3", "日本,4", "e\u0301,1", "🚢,2", "'',0"})
    void width_asTerminalsCount(String text, int width) {
        assertThat(Columns.width(text)).isEqualTo(width);
    }

    @ParameterizedTest
    @CsvSource({"abcdef,6,abcdef", "abcdef,5,abcd…", "日本語,5,日本…", "日本語,4,日…", "abc,1,…"})
    void fit_neverWider(String text, int columns, String expected) {
        assertThat(Columns.fit(text, columns)).isEqualTo(expected);
        assertThat(Columns.width(Columns.fit(text, columns))).isLessThanOrEqualTo(columns);
    }

    @Test
    void plain_logLinesCannotSteerTheTerminal() {
        assertThat(Columns.plain("10%\r50%\r100%")).isEqualTo("100%");
        assertThat(Columns.plain("done\r")).isEqualTo("done");
        assertThat(Columns.plain("\u001b[31mred\u001b[0m \u001b]0;title\u0007x\u001b[2J"))
                .isEqualTo("red x");
        assertThat(Columns.plain("a\tb\u0007\u0000c\u001b")).isEqualTo("a    bc");
    }
}
