package dev.slipway.dockerfile;

import java.util.Arrays;

/// A path pattern as a nondeterministic automaton. All states advance together, so the time is at
/// most the length of the path times that of the pattern, whatever the pattern is.
final class PathMachine {
    /// The character itself.
    static final int LITERAL = 0;

    /// `?`: one character that is no slash.
    static final int ONE = 1;

    /// `*`: any characters that are no slash.
    static final int STAR = 2;

    /// `[…]`.
    static final int CLASS = 3;

    /// `**` before something: nothing, or directories up to a slash. Takes two states.
    static final int DIRECTORIES = 4;

    /// `**` at the end: anything.
    static final int REST = 5;

    private static final int INSIDE = 6; // the second state of DIRECTORIES

    private int[] kinds = new int[16];
    private int[] arguments = new int[16]; // the character, or which class
    private CharClass[] classes = {};
    private int size;

    void literal(int character) {
        state(LITERAL, character);
    }

    void add(int kind) {
        state(kind, 0);
        if (kind == DIRECTORIES) {
            state(INSIDE, 0);
        }
    }

    void add(CharClass set) {
        classes = Arrays.copyOf(classes, classes.length + 1);
        classes[classes.length - 1] = set;
        state(CLASS, classes.length - 1);
    }

    private void state(int kind, int argument) {
        if (size == kinds.length) {
            kinds = Arrays.copyOf(kinds, size * 2);
            arguments = Arrays.copyOf(arguments, size * 2);
        }
        kinds[size] = kind;
        arguments[size++] = argument;
    }

    /// Returns how many states there are; what a token added is from there on.
    int size() {
        return size;
    }

    int kind(int state) {
        return kinds[state];
    }

    /// Returns the characters of the literal states from `from` up to another state or the end.
    String literalFrom(int from) {
        StringBuilder out = new StringBuilder();
        for (int i = from; i < size && kinds[i] == LITERAL; i++) {
            out.appendCodePoint(arguments[i]);
        }
        return out.toString();
    }

    /// Returns the longest text that every match holds somewhere.
    String longestLiteral() {
        String longest = "";
        for (int i = 0; i < size; ) {
            String literal = literalFrom(i);
            i += literal.codePointCount(0, literal.length()) + 1;
            longest = literal.length() > longest.length() ? literal : longest;
        }
        return longest;
    }

    /// Returns whether all of `path` matches.
    boolean matches(String path) {
        long[] states = run(path);
        return has(states, size);
    }

    /// Returns whether something that starts with `prefix`, and is longer, may match.
    boolean mayContinue(String prefix) {
        long[] states = run(prefix);
        for (int i = 0; i < size; i++) {
            if (has(states, i)) {
                return true;
            }
        }
        return false;
    }

    private long[] run(String path) {
        long[] now = new long[(size >> 6) + 1];
        long[] next = new long[now.length];
        enter(now, 0);
        for (int i = 0; i < path.length(); ) {
            int c = path.codePointAt(i);
            i += Character.charCount(c);
            if (!step(now, next, c)) {
                return next;
            }
            long[] swap = now;
            now = next;
            next = swap;
            Arrays.fill(next, 0);
        }
        return now;
    }

    private boolean step(long[] now, long[] next, int c) {
        boolean alive = false;
        for (int word = 0; word < now.length; word++) {
            for (long bits = now[word]; bits != 0; bits &= bits - 1) {
                int state = (word << 6) + Long.numberOfTrailingZeros(bits);
                alive |= state < size && advance(state, c, next);
            }
        }
        return alive;
    }

    private boolean advance(int state, int c, long[] next) {
        return switch (kinds[state]) {
            case LITERAL -> c == arguments[state] && enter(next, state + 1);
            case ONE -> c != '/' && enter(next, state + 1);
            case STAR -> c != '/' && enter(next, state);
            case CLASS -> classes[arguments[state]].contains(c) && enter(next, state + 1);
            case INSIDE -> {
                enter(next, state);
                yield c != '/' || enter(next, state + 1);
            }
            case REST -> enter(next, state);
            default -> false; // DIRECTORIES is only passed through
        };
    }

    // A state, and those that are reached from it without a character.
    private boolean enter(long[] states, int state) {
        int at = state;
        while (!has(states, at)) {
            states[at >> 6] |= 1L << at;
            int kind = at < size ? kinds[at] : LITERAL;
            if (kind == DIRECTORIES) {
                states[(at + 1) >> 6] |= 1L << (at + 1);
                at += 2;
            } else if (kind == STAR || kind == REST) {
                at++;
            }
        }
        return true;
    }

    private static boolean has(long[] states, int state) {
        return (states[state >> 6] & 1L << state) != 0;
    }
}
