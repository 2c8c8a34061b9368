package dev.slipway.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.util.List;

class EditsTest {
    private static Range range(int start, int end) {
        return new Range(new Position(1, start + 1, start), new Position(1, end + 1, end));
    }

    @Test
    void apply_inAnyOrder() {
        List<Edit> edits =
                List.of(
                        new Edit(range(4, 6), "XYZ"),
                        new Edit(range(0, 1), ""),
                        new Edit(range(4, 4), "1"),
                        new Edit(range(4, 4), "2"),
                        new Edit(range(7, 7), "!"));
        assertThat(Edits.apply("abcdefg", edits)).isEqualTo("bcd12XYZg!");
        assertThat(Edits.apply("abc", List.of())).isEqualTo("abc");
    }

    @Test
    void apply_overlapping_fails() {
        List<Edit> edits = List.of(new Edit(range(0, 3), ""), new Edit(range(2, 4), "x"));
        assertThatThrownBy(() -> Edits.apply("abcdef", edits))
                .isInstanceOf(IllegalArgumentException.class);
        List<Edit> outside = List.of(new Edit(range(5, 9), ""));
        assertThatThrownBy(() -> Edits.apply("abcdef", outside))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void apply_toATree_changesJustThatWord() throws DockerfileException {
        String text = "# keep\r\nFROM a:1 \\\r\n  as b\r\n";
        Dockerfile file = Dockerfile.parse("f", text);
        Word as = file.instructions().getFirst().source().arguments().get(1);
        assertThat(Edits.apply(text, List.of(new Edit(as.range(), "AS"))))
                .isEqualTo("# keep\r\nFROM a:1 \\\r\n  AS b\r\n");
    }
}
