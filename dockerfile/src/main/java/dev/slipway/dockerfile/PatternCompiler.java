package dev.slipway.dockerfile;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;

/// Compiles path patterns: Go's `filepath.Match`, and with `**` those of ignore files. What is not
/// valid in the first is not valid at all.
final class PatternCompiler {
    private final String pattern;
    private final boolean doubleStar;
    private final PathMachine machine = new PathMachine();
    private PathPattern.Kind kind = PathPattern.Kind.EXACT;
    private boolean literalOnly = true;
    private int at;

    private PatternCompiler(String pattern, boolean doubleStar) {
        this.pattern = pattern;
        this.doubleStar = doubleStar;
    }

    /// Returns null if the pattern is malformed.
    static @Nullable PathPattern compile(String pattern, boolean doubleStar) {
        PatternCompiler compiler = new PatternCompiler(pattern, doubleStar);
        return compiler.read() ? compiler.build() : null;
    }

    private PathPattern build() {
        return switch (kind) {
            case PREFIX -> PathPattern.prefix(pattern.substring(0, pattern.length() - 2));
            case SUFFIX -> PathPattern.suffix(pattern.substring(2));
            default ->
                    literalOnly
                            ? PathPattern.exact(machine.literalFrom(0))
                            : PathPattern.machine(machine);
        };
    }

    private boolean read() {
        while (at < pattern.length()) {
            int c = pattern.codePointAt(at);
            at += Character.charCount(c);
            switch (c) {
                case '*' -> star();
                case '?' -> wild(PathMachine.ONE);
                case '[' -> {
                    if (!characterClass()) {
                        return false;
                    }
                }
                case '\\' -> {
                    if (at == pattern.length()) {
                        return false;
                    }
                    literal(pattern.codePointAt(at));
                    at += Character.charCount(pattern.codePointAt(at));
                    kind = PathPattern.Kind.MACHINE;
                }
                default -> machine.literal(c);
            }
        }
        return true;
    }

    private void literal(int c) {
        machine.literal(c);
    }

    private void wild(int state) {
        machine.add(state);
        kind = PathPattern.Kind.MACHINE;
        literalOnly = false;
    }

    private void star() {
        if (!doubleStar || at == pattern.length() || pattern.charAt(at) != '*') {
            wild(PathMachine.STAR);
            return;
        }
        boolean first = at == 1;
        at++;
        if (at < pattern.length() && pattern.charAt(at) == '/') {
            at++; // `**/` is `**`
        }
        literalOnly = false;
        if (at < pattern.length()) {
            machine.add(PathMachine.DIRECTORIES);
            kind = PathPattern.Kind.MACHINE;
        } else {
            machine.add(PathMachine.REST);
            boolean plain = kind == PathPattern.Kind.EXACT;
            kind = plain ? PathPattern.Kind.PREFIX : PathPattern.Kind.MACHINE;
        }
        if (first) {
            kind = PathPattern.Kind.SUFFIX; // unless something else than text follows
        }
    }

    private boolean characterClass() {
        boolean negated = at < pattern.length() && pattern.charAt(at) == '^';
        at += negated ? 1 : 0;
        int[] bounds = {};
        while (true) {
            if (at == pattern.length()) {
                return false;
            }
            if (pattern.charAt(at) == ']' && bounds.length > 0) {
                at++;
                machine.add(new CharClass(negated, bounds));
                kind = PathPattern.Kind.MACHINE;
                literalOnly = false;
                return true;
            }
            int low = member();
            int high = low;
            if (low >= 0 && at < pattern.length() && pattern.charAt(at) == '-') {
                at++;
                high = member();
            }
            if (low < 0 || high < low) {
                return false;
            }
            bounds = Arrays.copyOf(bounds, bounds.length + 2);
            bounds[bounds.length - 2] = low;
            bounds[bounds.length - 1] = high;
        }
    }

    // A character of a class; -1 if it must be escaped to be one.
    private int member() {
        if (at < pattern.length() && pattern.charAt(at) == '\\') {
            at++;
        } else if (at < pattern.length() && "-]".indexOf(pattern.charAt(at)) >= 0) {
            return -1;
        }
        if (at == pattern.length()) {
            return -1;
        }
        int c = pattern.codePointAt(at);
        at += Character.charCount(c);
        return c;
    }
}
