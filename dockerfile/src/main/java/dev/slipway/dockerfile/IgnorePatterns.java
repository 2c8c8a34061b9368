package dev.slipway.dockerfile;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The patterns of a `.dockerignore`.
///
/// Paths are text (decode the bytes of file names as UTF-8), relative to the context, with slashes,
/// without `./` or a leading slash. The last pattern that matches a path or a directory above it
/// decides. Matching takes time linear in the length of the path times that of each pattern.
public final class IgnorePatterns {
    /// Longest pattern, in characters.
    public static final int MAX_PATTERN = 16 << 10;

    /// Nothing is ignored.
    public static final IgnorePatterns NONE = new IgnorePatterns(List.of(), new PathPattern[0]);

    private static final int NO_RULE = -1;
    private static final int MEMOS = 256;

    /// A pattern.
    ///
    /// @param pattern as written, `!` included
    /// @param line where it is, from 1; for a list, its place in it
    /// @param negated whether it includes again what an earlier one ignores
    public record Rule(String pattern, int line, boolean negated) {}

    /// The rule that decides about what is in a directory, if no other matches it.
    private record Memo(String directory, int rule) {}

    private final List<Rule> rules;
    private final PathPattern[] patterns;
    private final Map<String, Integer> exact = new HashMap<>(); // path to the last such rule
    private final int[] others; // rules that are not in `exact`, ascending
    private final char[] firsts; // what a match of others[i] starts with, or 0
    private final char[] lasts; // what it ends with, or 0
    private final long[] characters; // what a match holds, see Fingerprint
    private final long[] pairs;
    private final boolean anyNegated;
    // Written and read without order: a memo is right whoever made it.
    private final @Nullable Memo[] memos = new @Nullable Memo[MEMOS];

    private IgnorePatterns(List<Rule> rules, PathPattern[] patterns) {
        this.rules = List.copyOf(rules);
        this.patterns = patterns;
        int[] inexact = new int[patterns.length];
        int n = 0;
        boolean negated = false;
        for (int i = 0; i < patterns.length; i++) {
            negated |= rules.get(i).negated();
            if (patterns[i].kind() == PathPattern.Kind.EXACT) {
                exact.put(patterns[i].text(), i);
            } else {
                inexact[n++] = i;
            }
        }
        this.anyNegated = negated;
        this.others = Arrays.copyOf(inexact, n);
        this.firsts = new char[n];
        this.lasts = new char[n];
        this.characters = new long[n];
        this.pairs = new long[n];
        for (int i = 0; i < n; i++) {
            characters[i] = patterns[others[i]].characters();
            pairs[i] = patterns[others[i]].pairs();
            firsts[i] = patterns[others[i]].first();
            lasts[i] = patterns[others[i]].last();
        }
    }

    /// Reads the text of an ignore file: a pattern a line, blank lines and lines that start with
    /// `#` left out.
    ///
    /// @throws IgnorePatternException if a pattern is malformed
    public static IgnorePatterns parse(String text) throws IgnorePatternException {
        List<Rule> rules = new ArrayList<>();
        List<PathPattern> patterns = new ArrayList<>();
        int line = 1;
        int start = SourceText.firstOffset(text);
        while (start < text.length()) {
            int newline = text.indexOf('\n', start);
            int end = newline < 0 ? text.length() : newline;
            if (text.charAt(start) != '#') {
                add(text.substring(start, end), line, rules, patterns);
            }
            start = end + 1;
            line++;
        }
        return new IgnorePatterns(rules, patterns.toArray(new PathPattern[0]));
    }

    /// Makes patterns of a list, such as the values of `COPY --exclude`.
    ///
    /// @throws IgnorePatternException if a pattern is malformed
    public static IgnorePatterns of(List<String> patterns) throws IgnorePatternException {
        List<Rule> rules = new ArrayList<>();
        List<PathPattern> compiled = new ArrayList<>();
        for (int i = 0; i < patterns.size(); i++) {
            add(patterns.get(i), i + 1, rules, compiled);
        }
        return new IgnorePatterns(rules, compiled.toArray(new PathPattern[0]));
    }

    private static void add(String written, int line, List<Rule> rules, List<PathPattern> patterns)
            throws IgnorePatternException {
        String pattern = trim(written);
        if (pattern.isEmpty()) {
            return;
        }
        boolean negated = pattern.charAt(0) == '!';
        String path = CleanPath.of(negated ? trim(pattern.substring(1)) : pattern);
        if (negated && trim(pattern.substring(1)).isEmpty()) {
            throw new IgnorePatternException("illegal exclusion pattern: \"!\"", pattern, line);
        }
        if (path.length() > MAX_PATTERN) {
            throw new IgnorePatternException(
                    "pattern longer than " + MAX_PATTERN + " characters", pattern, line);
        }
        boolean rooted = path.length() > 1 && path.charAt(0) == '/';
        PathPattern compiled = PatternCompiler.compile(rooted ? path.substring(1) : path, true);
        if (compiled == null) {
            throw new IgnorePatternException(
                    "syntax error in pattern " + Chars.quoted(pattern), pattern, line);
        }
        rules.add(new Rule(pattern, line, negated));
        patterns.add(compiled);
    }

    private static String trim(String text) {
        int start = Chars.skipSpace(text, 0, text.length());
        return text.substring(start, Chars.dropSpace(text, start, text.length()));
    }

    /// Returns whether there is no pattern.
    public boolean isEmpty() {
        return patterns.length == 0;
    }

    /// Returns the patterns, in the order written.
    public List<Rule> rules() {
        return rules;
    }

    /// Returns whether `path` is ignored. The root, the empty path, never is.
    public boolean ignores(String path) {
        int rule = ruleFor(path);
        return rule != NO_RULE && !rules.get(rule).negated();
    }

    /// Returns whether something beneath `directory`, which is ignored, may yet be included again:
    /// a walker must then enter it. Always true for a directory that is not ignored.
    public boolean mayReinclude(String directory) {
        int rule = ruleFor(directory);
        if (rule == NO_RULE || rules.get(rule).negated()) {
            return true;
        }
        String prefix = directory.endsWith("/") ? directory : directory + "/";
        for (int i = patterns.length - 1; anyNegated && i > rule; i--) {
            if (rules.get(i).negated() && patterns[i].mayMatchBeneath(prefix)) {
                return true;
            }
        }
        return false;
    }

    /// Returns the rule that decides about `path`, or null if none matches it or what is above it.
    public @Nullable Rule decidingRule(String path) {
        int rule = ruleFor(path);
        return rule == NO_RULE ? null : rules.get(rule);
    }

    /// Returns the pattern that decides about `path`, as written, or null if none matches.
    public @Nullable String decidingPattern(String path) {
        Rule rule = decidingRule(path);
        return rule == null ? null : rule.pattern();
    }

    private int ruleFor(String path) {
        if (patterns.length == 0 || path.isEmpty()) {
            return NO_RULE;
        }
        int slash = path.lastIndexOf('/');
        return lastMatch(path, slash <= 0 ? NO_RULE : ruleForContent(path.substring(0, slash)));
    }

    // As the last match counts, what matters of the directories above is the highest rule.
    private int ruleForContent(String directory) {
        int known = memo(directory);
        int length = directory.length();
        while (known == Integer.MIN_VALUE) {
            length = directory.lastIndexOf('/', length - 1);
            known = length <= 0 ? NO_RULE : memo(directory.substring(0, length));
        }
        while (length < directory.length()) {
            int slash = directory.indexOf('/', Math.max(length, 0) + 1);
            length = slash < 0 ? directory.length() : slash;
            String above = directory.substring(0, length);
            known = lastMatch(above, known);
            memos[above.hashCode() & (MEMOS - 1)] = new Memo(above, known);
        }
        return known;
    }

    private int memo(String directory) {
        Memo memo = memos[directory.hashCode() & (MEMOS - 1)];
        return memo != null && memo.directory.equals(directory) ? memo.rule : Integer.MIN_VALUE;
    }

    // The last rule after `least` that matches this very path, or `least`.
    private int lastMatch(String path, int least) {
        Integer same = exact.get(path);
        int best = same == null ? least : Math.max(least, same);
        char first = path.charAt(0);
        char last = path.charAt(path.length() - 1);
        long absent = others.length == 0 ? 0 : ~Fingerprint.characters(path);
        long absentPairs = others.length == 0 ? 0 : ~Fingerprint.pairs(path);
        for (int i = others.length - 1; i >= 0 && others[i] > best; i--) {
            if ((characters[i] & absent) == 0
                    && (pairs[i] & absentPairs) == 0
                    && (firsts[i] == 0 || firsts[i] == first)
                    && (lasts[i] == 0 || lasts[i] == last)
                    && patterns[others[i]].matches(path)) {
                return others[i];
            }
        }
        return best;
    }
}
