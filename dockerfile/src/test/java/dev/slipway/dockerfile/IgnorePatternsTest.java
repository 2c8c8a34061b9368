package dev.slipway.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Stream;

class IgnorePatternsTest {
    private static MiniJson vectors() {
        return MiniJson.parse(Vectors.text(Vectors.folder().resolve("patternmatcher.json")));
    }

    @TestFactory
    Stream<DynamicTest> ignores_parentMatchVectors() {
        return vectors().get("matchesOrParentMatches").items().stream()
                .map(c ->
                        DynamicTest.dynamicTest(
                                c.toString(),
                                () ->
                                        assertThat(
                                                        IgnorePatterns.of(List.of(c.at(0).text()))
                                                                .ignores(c.at(1).text()))
                                                .isEqualTo(c.at(2).isTrue())));
    }

    @TestFactory
    Stream<DynamicTest> ignores_multiVectors() {
        return vectors().get("multi").items().stream()
                .map(c -> DynamicTest.dynamicTest(c.toString(), () -> checkMulti(c)));
    }

    private static void checkMulti(MiniJson c) throws IgnorePatternException {
        List<String> patterns = c.at(0).items().stream().map(MiniJson::text).toList();
        assertThat(IgnorePatterns.of(patterns).ignores(c.at(1).text())).isEqualTo(c.at(2).isTrue());
    }

    @TestFactory
    Stream<DynamicTest> ignores_matchVectors() {
        return vectors().get("match").items().stream()
                .map(c -> DynamicTest.dynamicTest(c.toString(), () -> checkMatch(c)));
    }

    private static void checkMatch(MiniJson c) throws IgnorePatternException {
        List<String> pattern = List.of(c.at(0).text());
        if (c.at(3).text().equals("nil")) {
            assertThat(IgnorePatterns.of(pattern).ignores(c.at(1).text()))
                    .isEqualTo(c.at(2).isTrue());
        } else {
            assertThatThrownBy(() -> IgnorePatterns.of(pattern))
                    .isInstanceOf(IgnorePatternException.class)
                    .hasMessageContaining("syntax error in pattern");
        }
    }

    @TestFactory
    Stream<DynamicTest> compile_fastFormVectors() {
        return vectors().get("compile").items().stream()
                .map(c -> DynamicTest.dynamicTest(c.toString(), () -> checkForm(c.at(0), c.at(1))));
    }

    // Our forms are finer than the vectors' regular expressions.
    private static void checkForm(MiniJson pattern, MiniJson form) {
        PathPattern compiled = PatternCompiler.compile(pattern.text(), true);
        assertThat(compiled).isNotNull();
        PathPattern.Kind kind = compiled == null ? PathPattern.Kind.EXACT : compiled.kind();
        switch (form.text()) {
            case "exactMatch" -> assertThat(kind).isEqualTo(PathPattern.Kind.EXACT);
            case "prefixMatch" -> assertThat(kind).isEqualTo(PathPattern.Kind.PREFIX);
            case "suffixMatch" -> assertThat(kind).isEqualTo(PathPattern.Kind.SUFFIX);
            default ->
                    assertThat(kind)
                            .isIn(
                                    PathPattern.Kind.MACHINE,
                                    PathPattern.Kind.ONE_STAR,
                                    PathPattern.Kind.LAST_NAME);
        }
    }

    @Test
    void parse_commentsBlanksBomCrlfAndRoots() throws IgnorePatternException {
        IgnorePatterns patterns =
                IgnorePatterns.parse(
                        "\uFEFF# note\r\n\r\n  /dist/ \r\n ! dist/keep \r\n #kept\r\n");
        assertThat(patterns.rules())
                .containsExactly(
                        new IgnorePatterns.Rule("/dist/", 3, false),
                        new IgnorePatterns.Rule("! dist/keep", 4, true),
                        new IgnorePatterns.Rule("#kept", 5, false));
        assertThat(patterns.ignores("dist/app.js")).isTrue();
        assertThat(patterns.ignores("dist/keep")).isFalse();
        assertThat(patterns.ignores("dist/keep/a")).isFalse();
        assertThat(patterns.ignores("#kept")).isTrue();
        assertThat(patterns.ignores("src/dist")).isFalse();
    }

    @Test
    void parse_loneExclamationMark_failsWithLine() {
        assertThatThrownBy(() -> IgnorePatterns.parse("a\n ! \n"))
                .isInstanceOfSatisfying(
                        IgnorePatternException.class, e -> assertThat(e.line()).isEqualTo(2))
                .hasMessage("illegal exclusion pattern: \"!\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "# only\n", "\n\n", "\uFEFF"})
    void parse_nothing_isEmpty(String text) throws IgnorePatternException {
        IgnorePatterns patterns = IgnorePatterns.parse(text);
        assertThat(patterns.isEmpty()).isTrue();
        assertThat(patterns.ignores("a")).isFalse();
        assertThat(patterns.decidingPattern("a")).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "./a/../b//c/, b/c",
        "../a, ../a",
        "/.., /",
        "a/.., .",
        "/a/./b, /a/b",
        "../../x/.., ../..",
        "., ."
    })
    void clean_asGo(String path, String cleaned) {
        assertThat(CleanPath.of(path)).isEqualTo(cleaned);
    }

    @Test
    void decidingPattern_lastMatchWins() throws IgnorePatternException {
        IgnorePatterns patterns = IgnorePatterns.parse("*.log\n!keep.log\nlogs\n");
        assertThat(patterns.decidingPattern("a.log")).isEqualTo("*.log");
        assertThat(patterns.decidingPattern("keep.log")).isEqualTo("!keep.log");
        assertThat(patterns.decidingPattern("logs/keep.log")).isEqualTo("logs");
        assertThat(patterns.decidingPattern("src/a.log")).isNull();
        assertThat(patterns.ignores("")).isFalse();
    }

    @Test
    void mayReinclude_onlyWhereANegationReaches() throws IgnorePatternException {
        IgnorePatterns patterns =
                IgnorePatterns.parse(
                        "!early/x\nearly\nnode_modules\ndist\n!dist/*/keep\na/**\n!a/b/c\n");
        assertThat(patterns.mayReinclude("node_modules")).isFalse();
        assertThat(patterns.mayReinclude("early")).isFalse();
        assertThat(patterns.mayReinclude("dist")).isTrue();
        assertThat(patterns.mayReinclude("dist/js")).isTrue();
        assertThat(patterns.mayReinclude("dist/js/deep")).isFalse();
        assertThat(patterns.mayReinclude("a/b")).isTrue();
        assertThat(patterns.mayReinclude("a/x")).isFalse();
        assertThat(patterns.mayReinclude("src")).as("not ignored").isTrue();
    }

    @Test
    void ignores_sharedObject_answersTheSameInAnyOrder() throws IgnorePatternException {
        IgnorePatterns patterns = IgnorePatterns.parse("a/b\n!a/b/c\na/b/c/d\n");
        assertThat(patterns.ignores("a/b/c/d/e")).isTrue();
        assertThat(patterns.ignores("a/b/c/x")).isFalse();
        assertThat(patterns.ignores("a/b/x")).isTrue();
        assertThat(patterns.ignores("a/x")).isFalse();
        assertThat(patterns.ignores("a/b/c/d")).isTrue();
    }

    /// The rules as moby/patternmatcher has them, slowly: one regular expression a pattern.
    private static final class Oracle {
        private final List<Pattern> regexes = new ArrayList<>();
        private final List<Boolean> negated = new ArrayList<>();

        Oracle(List<String> patterns) {
            for (String pattern : patterns) {
                negated.add(pattern.startsWith("!"));
                String path = CleanPath.of(pattern.replaceFirst("^!", ""));
                regexes.add(Pattern.compile(regex(path), Pattern.DOTALL));
            }
        }

        private static String regex(String p) {
            if (p.startsWith("**") && p.substring(2).matches("[a-z./]*")) {
                String suffix = Pattern.quote(p.substring(2));
                return p.startsWith("**/")
                        ? "(.*" + suffix + "|" + Pattern.quote(p.substring(3)) + ")"
                        : ".*" + suffix;
            }
            if (p.endsWith("**") && p.substring(0, p.length() - 2).matches("[a-z./]*")) {
                return Pattern.quote(p.substring(0, p.length() - 2)) + ".*";
            }
            StringBuilder out = new StringBuilder();
            for (int i = 0; i < p.length(); i++) {
                char c = p.charAt(i);
                if (p.startsWith("**", i)) {
                    i += p.startsWith("/", i + 2) ? 2 : 1;
                    out.append(i == p.length() - 1 ? ".*" : "(.*/)?");
                } else if (c == '*') {
                    out.append("[^/]*");
                } else if (c == '?') {
                    out.append("[^/]");
                } else {
                    out.append(c == '.' ? "\\." : String.valueOf(c));
                }
            }
            return out.toString();
        }

        boolean ignores(String path) {
            boolean ignored = false;
            for (int i = 0; i < regexes.size(); i++) {
                for (int at = 0; at >= 0; at = path.indexOf('/', at + 1)) {
                    int end = path.indexOf('/', at + 1);
                    String part = end < 0 ? path : path.substring(0, end);
                    if (regexes.get(i).matcher(part).matches()) {
                        ignored = !negated.get(i);
                    }
                }
            }
            return ignored;
        }
    }

    private static String random(Random random, String letters, int max) {
        StringBuilder out = new StringBuilder();
        int length = 1 + random.nextInt(max);
        for (int i = 0; i < length; i++) {
            out.append(letters.charAt(random.nextInt(letters.length())));
        }
        return out.toString();
    }

    @Test
    void ignores_randomPatterns_asRegularExpressions() throws IgnorePatternException {
        Random random = new Random(20_260_801);
        int ignored = 0;
        for (int round = 0; round < 20_000; round++) {
            List<String> patterns = new ArrayList<>();
            for (int i = 0; i < 1 + random.nextInt(4); i++) {
                String path = CleanPath.of(random(random, "ab./**?/", 9));
                path = path.startsWith("/") ? path.substring(1) : path;
                if (!path.isEmpty()) {
                    patterns.add((random.nextInt(3) == 0 ? "!" : "") + path);
                }
            }
            Oracle oracle = new Oracle(patterns);
            IgnorePatterns ours = IgnorePatterns.of(patterns);
            for (int i = 0; i < 10; i++) {
                String path = CleanPath.of(random(random, "ab./", 7));
                if (path.startsWith("/") || path.startsWith(".")) {
                    continue;
                }
                boolean expected = oracle.ignores(path);
                ignored += expected ? 1 : 0;
                assertThat(ours.ignores(path)).as("%s on %s", patterns, path).isEqualTo(expected);
                checkPruning(ours, path);
            }
        }
        assertThat(ignored).isGreaterThan(10_000);
    }

    // A walker that skips what mayReinclude lets it skip misses nothing.
    private static void checkPruning(IgnorePatterns patterns, String path) {
        int slash = path.lastIndexOf('/');
        if (slash > 0 && !patterns.ignores(path)) {
            String directory = path.substring(0, slash);
            assertThat(patterns.mayReinclude(directory))
                    .as("%s beneath %s", patterns.rules(), path)
                    .isTrue();
        }
    }

    @Test
    void ignores_hostilePattern_isLinear() throws IgnorePatternException {
        IgnorePatterns patterns =
                IgnorePatterns.of(List.of("*a".repeat(500) + "*b", "**/a".repeat(500) + "/**/c?"));
        String path = "a/".repeat(500) + "a".repeat(3000);
        long start = System.nanoTime();
        assertThat(patterns.ignores(path)).isFalse();
        assertThat(System.nanoTime() - start).isLessThan(10_000_000_000L);
    }

    @Test
    void ignores_thousandPatternsHundredThousandPaths_isFast() throws IgnorePatternException {
        List<String> patterns = new ArrayList<>();
        for (int i = 0; i < 250; i++) {
            patterns.add("dir" + i + "/build");
            patterns.add("**/*.ext" + i);
            patterns.add("src/*/gen" + i + "/*.c");
            patterns.add("**/out" + i + "/**");
        }
        IgnorePatterns ignore = IgnorePatterns.of(patterns);
        long best = Long.MAX_VALUE;
        for (int round = 0; round < 3; round++) {
            long start = System.nanoTime();
            int ignored = 0;
            for (int i = 0; i < 100_000; i++) {
                String path = "src/module" + i / 1000 + "/deep/er/file" + i + ".c";
                ignored += ignore.ignores(path) ? 1 : 0;
            }
            assertThat(ignored).isZero();
            best = Math.min(best, System.nanoTime() - start);
        }
        assertThat(best).as("nanoseconds").isLessThan(3_000_000_000L); // 0.3 s on an idle core
    }

    @ParameterizedTest
    @CsvSource({
        "*.go, main.go, true",
        "*.go, a/main.go, false",
        "**, a/b, false",
        "**, ab, true",
        "a/?, a/b, true",
        "a?b, a/b, false",
        "[a-c]x, bx, true",
        "[^a-c]x, bx, false",
        "a\\*, a*, true",
        "a\\*, ab, false",
        "dir/*, dir/.hidden, true"
    })
    void glob_asGoMatch(String pattern, String path, boolean matches)
            throws IgnorePatternException {
        assertThat(Glob.compile(pattern).matches(path)).isEqualTo(matches);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[z-a]", "[", "[]", "[^]", "a\\", "[a", "[a-", "[a-]", "[\\"})
    void glob_malformed(String pattern) {
        assertThatThrownBy(() -> Glob.compile(pattern))
                .isInstanceOfSatisfying(
                        IgnorePatternException.class,
                        e -> assertThat(e.pattern()).isEqualTo(pattern));
    }

    @Test
    void glob_beneath() throws IgnorePatternException {
        Glob glob = Glob.compile("src/*/main.[ch]");
        assertThat(glob.mayMatchBeneath("src")).isTrue();
        assertThat(glob.mayMatchBeneath("src/x")).isTrue();
        assertThat(glob.mayMatchBeneath("lib")).isFalse();
        assertThat(glob.mayMatchBeneath("src/x/y")).isFalse();
        assertThat(Glob.hasWildcard("a/b.c")).isFalse();
        assertThat(Glob.hasWildcard("a/[b")).isTrue();
    }
}
