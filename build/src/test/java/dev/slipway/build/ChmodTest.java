package dev.slipway.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChmodTest {
    @ParameterizedTest
    @CsvSource({
        "0644, 0777, false, 0644",
        "755, 0600, false, 0755",
        "4711, 0600, false, 4711",
        "0, 0777, true, 0",
        "u+x, 0644, false, 0744",
        "+x, 0644, false, 0755",
        "a-w, 0666, false, 0444",
        "go=, 0777, false, 0700",
        "'u=rwX,go=rX', 0644, false, 0644",
        "'u=rwX,go=rX', 0600, true, 0755",
        "'u=rwX,go=rX', 0711, false, 0755",
        "u+s, 0755, false, 4755",
        "g+s, 0755, true, 2755",
        "+t, 0777, true, 1777",
        "g=u, 0640, false, 0660",
        "o=g-w, 0660, false, 0664",
        "u=rw+x, 0000, false, 0700",
        "a=r, 7777, false, 0444",
    })
    void apply_changesTheMode(String text, String before, boolean directory, String after)
            throws Exception {
        int mode = Chmod.parse(text).apply(Integer.parseInt(before, 8), directory);
        assertThat(Integer.toOctalString(mode))
                .isEqualTo(Integer.toOctalString(Integer.parseInt(after, 8)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "8", "10000", "0x1", "u", "u+q", "rw", "u+rg", "u+x,", "99999999999"})
    void parse_whatIsNoMode(String text) {
        assertThatThrownBy(() -> Chmod.parse(text))
                .isInstanceOf(CopyException.class)
                .hasMessageContaining("invalid --chmod value '" + text + "'");
    }
}
