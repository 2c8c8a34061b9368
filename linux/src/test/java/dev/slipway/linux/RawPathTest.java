package dev.slipway.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.ArrayList;
import java.util.List;

class RawPathTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    a/b        | a/b
                    /a/b       | a/b
                    //a///b/   | a/b
                    ./a/./b/.  | a/b
                    a/../b     | b
                    ../../a    | a
                    a/b/../../..|''
                    .          | ''
                    ..         | ''
                    /          | ''
                    ''         | ''
                    a/...      | a/...
                    .a/..b     | .a/..b
                    """)
    void normalize_clipsAtRoot(String path, String expected) {
        assertThat(RawPath.of(path).normalize()).isEqualTo(RawPath.of(expected));
    }

    @Test
    void compareTree_directoryComesDirectlyBeforeItsContents() {
        List<String> sorted =
                List.of("", "a", "a/b", "a/b/c", "a/\u00e9", "a b", "a-b", "a.d", "ab");
        List<RawPath> paths = new ArrayList<>(sorted.reversed().stream().map(RawPath::of).toList());
        paths.sort(RawPath::compareTree);
        assertThat(paths).extracting(RawPath::toString).containsExactlyElementsOf(sorted);
    }

    @Test
    void compareTo_isUnsignedBytewise() {
        RawPath high = RawPath.ofBytes(new byte[] {(byte) 0xff});
        assertThat(high).isGreaterThan(RawPath.of("z"));
        assertThat(RawPath.of("a")).isLessThan(RawPath.of("a/b"));
    }

    @Test
    void toString_showsStrayBytesAndControls() {
        byte[] bytes = {'a', (byte) 0xff, '\n', (byte) 0xc3, (byte) 0xa9, '\\', 0x1b, (byte) 0xe2};
        assertThat(RawPath.ofBytes(bytes)).hasToString("a\\xff\\x0a\u00e9\\\\\\x1b\\xe2");
    }

    @Test
    void of_isUtf8() {
        assertThat(RawPath.of("\u00e9").toBytes()).containsExactly(0xc3, 0xa9);
        assertThat(RawPath.ofLatin1("\u00e9").toBytes()).containsExactly(0xe9);
        assertThatThrownBy(() -> RawPath.ofLatin1("\u0100"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void startsWith_goesByNames() {
        assertThat(RawPath.of("a/b").startsWith(RawPath.of("a"))).isTrue();
        assertThat(RawPath.of("ab").startsWith(RawPath.of("a"))).isFalse();
        assertThat(RawPath.of("a").startsWith(RawPath.of("a"))).isTrue();
        assertThat(RawPath.of("a").startsWith(RawPath.ROOT)).isTrue();
    }

    @Test
    void parentNameChild_takeApartAndJoin() {
        RawPath path = RawPath.of("a/b/c");
        assertThat(path.parent()).isEqualTo(RawPath.of("a/b"));
        assertThat(path.name()).isEqualTo(RawPath.of("c"));
        assertThat(path.parent().child(path.name())).isEqualTo(path);
        assertThat(RawPath.of("a").parent().isRoot()).isTrue();
        assertThat(RawPath.of("/a//b/").names()).containsExactly(RawPath.of("a"), RawPath.of("b"));
        assertThat(RawPath.ROOT.names()).isEmpty();
        assertThat(RawPath.ROOT.child("x")).isEqualTo(RawPath.of("x"));
    }
}
