package dev.slipway.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Map;

class ExpanderTest {
    private static final Map<String, String> ENV =
            Map.ofEntries(
                    Map.entry("v", "a.tar.gz"),
                    Map.entry("e", ""),
                    Map.entry("x", "xxyy"),
                    Map.entry("nl", "1\n2"),
                    Map.entry("sp", "a b"),
                    Map.entry("u", "é\uD83D\uDE00b"),
                    Map.entry("twice", "a1b2a"));

    private final Expander expander = new Expander('\\');

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "${v%.*} | a.tar",
                "${v%%.*} | a",
                "${v#*.} | tar.gz",
                "${v##*.} | gz",
                "${v#b} | a.tar.gz",
                "${v%?z} | a.tar.",
                "${x/x/1} | 1xyy",
                "${x//x/1} | 11yy",
                "${x//y/} | xx",
                "${x//x*y/-} | -",
                "${x//$e/-} | -x-x-y-y-",
                "${v//./\\/} | a\\/tar\\/gz",
                "${u%?} | é\uD83D\uDE00",
                "${u#??} | b",
                "${none-${v%%.*}} | a",
                "${none:-\"$x\"} | xxyy",
                "${x#${x%yy}} | yy",
                "a${e:+b}c${x:+d} | acd",
                "${twice##*a*b} | 2a",
                "${twice#*a*b} | 2a",
                "${x//*/-} | -",
                "$x$v | xxyya.tar.gz",
                "\"$x\\$\" | xxyy$",
                "${nl#*2} | ^^"
            })
    void expand_operators(String word, String expected) throws ExpansionException {
        assertThat(expander.expand(word, ENV::get)).isEqualTo(expected);
    }

    @Test
    void process_saysWhatWasUsedAndUnset() throws ExpansionException {
        Expansion expansion =
                expander.process("$x ${none:-${other}} '$quoted' \\$escaped ${v#$e}", ENV::get);
        assertThat(expansion.used()).containsExactly("x", "e", "v");
        assertThat(expansion.unset()).containsExactly("other", "none");
    }

    @Test
    void words_splitAfterExpansionButNotInQuotes() throws ExpansionException {
        assertThat(expander.words("$sp \"$sp\" 'c d' e\\ f \"\"", ENV::get))
                .containsExactly("a", "b", "a b", "c d", "e f");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "${none:?gone} | none: gone",
                "${none?} | none: is not allowed to be unset",
                "${e:?} | e: is not allowed to be empty",
                "${x:=1} | unsupported modifier (:=) in substitution",
                "${x | syntax error: missing '}'",
                "${x:-a | syntax error: missing '}'",
                "${x/a} | syntax error: missing '/' in ${}",
                "${} | syntax error: bad substitution",
                "${x#\\a} | invalid pattern (\\a) in substitution: only '*', '?', '\\', '}' and '/'"
                        + " can be escaped",
                "\"x | unexpected end of statement while looking for matching double-quote"
            })
    void expand_wrong(String word, String reason) {
        assertThatThrownBy(() -> expander.expand(word, ENV::get))
                .isInstanceOfSatisfying(
                        ExpansionException.class, e -> assertThat(e.reason()).isEqualTo(reason))
                .hasMessageStartingWith("failed to process \"");
    }

    @Test
    void expand_backtickEscape() throws ExpansionException {
        assertThat(new Expander('`').expand("c:\\$x `$x \"`\"\"", ENV::get))
                .isEqualTo("c:\\xxyy $x \"");
    }

    @Test
    void expand_heredocContent_keepsQuotes() throws ExpansionException {
        assertThat(Expander.forHeredocs().expand("it's \"$x\" \\$x\n", ENV::get))
                .isEqualTo("it's \"xxyy\" $x\n");
    }

    @Test
    void expand_deepNesting_failsInsteadOfOverflowing() {
        String word = "${a:-".repeat(100_000) + "}".repeat(100_000);
        assertThatThrownBy(() -> expander.expand(word, ENV::get))
                .isInstanceOfSatisfying(
                        ExpansionException.class,
                        e -> assertThat(e.reason()).startsWith("variables are nested deeper"));
    }

    @Test
    void expand_growingResult_isBounded() {
        String big = "x".repeat(1 << 20);
        assertThatThrownBy(() -> expander.expand("$a".repeat(100), name -> big))
                .isInstanceOfSatisfying(
                        ExpansionException.class,
                        e -> assertThat(e.reason()).startsWith("the result is longer"));
        String dense = "x".repeat(1 << 16);
        assertThatThrownBy(() -> expander.expand("${a//x/" + dense + "}", name -> dense))
                .isInstanceOf(ExpansionException.class);
    }

    @Test
    void expand_patternThatCannotMatch_isTriedOnce() throws ExpansionException {
        String value = "a".repeat(1 << 18);
        assertThat(expander.expand("${v//a*b/c}", name -> value)).isEqualTo(value);
    }

    @Test
    void expand_hostilePattern_isBounded() {
        String value = "a".repeat(1 << 18);
        String word = "${v//" + "a".repeat(1 << 12) + "b/c}";
        long start = System.nanoTime();
        assertThatThrownBy(() -> expander.expand(word, name -> value))
                .isInstanceOf(ExpansionException.class);
        assertThat(System.nanoTime() - start).isLessThan(10_000_000_000L);
    }
}
