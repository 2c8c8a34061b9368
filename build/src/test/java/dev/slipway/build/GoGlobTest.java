package dev.slipway.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;

class GoGlobTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "abc abc true",
                "* abc true",
                "*c abc true",
                "a* a true",
                "a* abc true",
                "a*b*c*d*e* axbxcxdxe true",
                "a*b?c*x abxbbxdbxebxczzx true",
                "a*b?c*x abxbbxdbxebxczzy false",
                "ab[c] abc true",
                "ab[b-d] abc true",
                "ab[e-g] abc false",
                "ab[^c] abc false",
                "ab[^b-d] abc false",
                "ab[^e-g] abc true",
                "a\\*b a*b true",
                "a\\*b ab false",
                "a?b a\u263ab true",
                "a[^a]b a\u263ab true",
                "a???b a\u263ab false",
                "[a-\u03b6]* \u03b1 true",
                "*[a-\u03b6] A false",
                "[\\]a] ] true",
                "[\\-] - true",
                "[x\\-] x true",
                "[x\\-] z false",
                "[\\-x] - true",
                "*x xxx true",
            })
    void matches_asFilepathMatch(String pattern, String name, boolean expected) throws Exception {
        assertThat(GoGlob.parse(pattern).matches(name)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"[]a]", "[-]", "[x-]", "[-x]", "[", "[^", "[^bc", "a[", "[a-b-c]", "a\\"})
    void parse_malformed(String pattern) {
        assertThatThrownBy(() -> GoGlob.parse(pattern)).isInstanceOf(CopyException.class);
    }

    @Test
    void matches_manyStars_isNotExponential() {
        assertTimeoutPreemptively(
                Duration.ofSeconds(5),
                () ->
                        assertThat(GoGlob.parse("*a".repeat(100) + "b").matches("a".repeat(255)))
                                .isFalse());
    }

    @Test
    void isPattern_unlessEscaped() {
        assertThat(GoGlob.isPattern("a*")).isTrue();
        assertThat(GoGlob.isPattern("a\\*")).isFalse();
        assertThat(GoGlob.unescape("a\\*b\\\\")).isEqualTo("a*b\\");
    }
}
