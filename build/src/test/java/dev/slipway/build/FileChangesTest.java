package dev.slipway.build;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.charset.StandardCharsets;

class FileChangesTest {
    /// A listing of files named by letters; a capital is the same file with other content, `!` one
    /// with another mode.
    private static byte[] listing(String files) {
        var text = new StringBuilder();
        for (int i = 0; i < files.length(); i++) {
            char name = files.charAt(i);
            boolean mode = i + 1 < files.length() && files.charAt(i + 1) == '!';
            text.append("src/").append(Character.toLowerCase(name)).append('\t');
            text.append(mode ? "-0755" : "-0644").append("\t0:0\t");
            text.append(Character.isUpperCase(name) ? "ff00" : "00ff").append('\n');
            i += mode ? 1 : 0;
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static String describe(byte @Nullable [] before, byte @Nullable [] now) {
        return FileChanges.between(before, now).text();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "abc|Abc|1 of 3 files changed: src/a (content)",
                "abc|aBc|1 of 3 files changed: src/b (content)",
                "abc|abC|1 of 3 files changed: src/c (content)",
                "abc|ABC|3 of 3 files changed: src/a (content), src/b (content), src/c (content)",
                "abc|ab!c|1 of 3 files changed: src/b (mode 0644→0755)",
                "abc|xabc|1 of 4 files changed: src/x (new)",
                "abc|abcx|1 of 4 files changed: src/x (new)",
                "abc|bc|1 of 2 files changed: src/a (removed)",
                "abc|ab|1 of 2 files changed: src/c (removed)",
                "abc|ac|1 of 2 files changed: src/b (removed)",
                "abc|abxc|1 of 4 files changed: src/x (new)",
                "ab|xy|4 of 2 files changed: src/x (new), src/y (new), src/a (removed), src/b"
                        + " (removed)",
                "a|A|1 of 1 file changed: src/a (content)",
                "a|b|2 of 1 file changed: src/b (new), src/a (removed)",
            })
    void describe(String before, String now, String text) {
        assertThat(describe(listing(before), listing(now))).isEqualTo(text);
    }

    @Test
    void describe_moreThanFive_namesFive() {
        assertThat(describe(listing("z"), listing("abcdefgz")))
                .isEqualTo(
                        "7 of 8 files changed: src/a (new), src/b (new), src/c (new), src/d (new),"
                                + " src/e (new), … 2 more");
    }

    @Test
    void describe_nothingToCompare() {
        assertThat(describe(null, listing("a"))).isEqualTo("files changed");
        assertThat(describe(listing("a"), null)).isEqualTo("files changed");
        assertThat(describe(listing("a"), listing("a"))).isEqualTo("files changed");
        assertThat(describe(listing(""), listing("a")))
                .isEqualTo("1 of 1 file changed: src/a (new)");
        assertThat(describe(listing("ab"), listing("")))
                .isEqualTo("2 of 0 files changed: src/a (removed), src/b (removed)");
    }
}
