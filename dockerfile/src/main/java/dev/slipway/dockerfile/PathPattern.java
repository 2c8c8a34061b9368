package dev.slipway.dockerfile;

import org.jspecify.annotations.Nullable;

/// A compiled path pattern. Most patterns in use are a text, a text and `**`, or one star in a
/// name, and are matched as such; the rest goes to a [PathMachine], after a look at their fixed
/// ends.
final class PathPattern {
    /// How a pattern is matched.
    enum Kind {
        EXACT,
        PREFIX,
        SUFFIX,
        /// One `*`, between fixed texts.
        ONE_STAR,
        /// `**`, then one `*` between texts without a slash: looks at the last name only.
        LAST_NAME,
        MACHINE
    }

    private final Kind kind;
    private final String head; // fixed start; for LAST_NAME of the last name
    private final String tail; // fixed end
    private final @Nullable PathMachine machine;
    private final String inner; // what every match holds somewhere

    private PathPattern(Kind kind, String head, String tail, @Nullable PathMachine machine) {
        this.kind = kind;
        this.head = head;
        this.tail = tail;
        this.machine = machine;
        this.inner = machine == null ? "" : machine.longestLiteral();
    }

    static PathPattern exact(String text) {
        return new PathPattern(Kind.EXACT, text, text, null);
    }

    static PathPattern prefix(String text) {
        return new PathPattern(Kind.PREFIX, text, "", null);
    }

    static PathPattern suffix(String text) {
        return new PathPattern(Kind.SUFFIX, "", text, null);
    }

    static PathPattern machine(PathMachine machine) {
        boolean directories = machine.kind(0) == PathMachine.DIRECTORIES;
        int start = directories ? 2 : 0;
        String head = machine.literalFrom(start);
        int star = start + head.codePointCount(0, head.length());
        int end = machine.size();
        while (end > star && machine.kind(end - 1) == PathMachine.LITERAL) {
            end--;
        }
        String tail = machine.literalFrom(end);
        if (end == star + 1 && machine.kind(star) == PathMachine.STAR) {
            if (!directories) {
                return new PathPattern(Kind.ONE_STAR, head, tail, machine);
            }
            if (head.indexOf('/') < 0 && tail.indexOf('/') < 0) {
                return new PathPattern(Kind.LAST_NAME, head, tail, machine);
            }
        }
        return new PathPattern(Kind.MACHINE, directories ? "" : head, tail, machine);
    }

    Kind kind() {
        return kind;
    }

    /// Returns the path that an [Kind#EXACT] pattern matches.
    String text() {
        return head;
    }

    /// Returns the character that every match starts with; 0 if that differs.
    char first() {
        return head.isEmpty() || kind == Kind.LAST_NAME ? 0 : head.charAt(0);
    }

    /// Returns the character that every match ends with; 0 if that differs.
    char last() {
        return tail.isEmpty() ? 0 : tail.charAt(tail.length() - 1);
    }

    /// Returns the [Fingerprint#characters] that every match has.
    long characters() {
        return Fingerprint.characters(head)
                | Fingerprint.characters(withoutSlash(tail))
                | Fingerprint.characters(inner);
    }

    /// Returns the [Fingerprint#pairs] that every match has.
    long pairs() {
        return Fingerprint.pairs(head)
                | Fingerprint.pairs(withoutSlash(tail))
                | Fingerprint.pairs(inner);
    }

    private static String withoutSlash(String tail) {
        return tail.startsWith("/") ? tail.substring(1) : tail;
    }

    boolean matches(String path) {
        return switch (kind) {
            case EXACT -> path.equals(head);
            case PREFIX -> path.startsWith(head);
            case SUFFIX -> path.endsWith(tail) || isWholeTail(path);
            case ONE_STAR -> fits(path, 0) && noSlash(path, head.length());
            case LAST_NAME -> fits(path, path.lastIndexOf('/') + 1);
            case MACHINE ->
                    fits(path, 0)
                            && path.contains(inner)
                            && machine != null
                            && machine.matches(path);
        };
    }

    /// Returns whether a path beneath `directory` may match; `directory` ends with a slash.
    boolean mayMatchBeneath(String directory) {
        return switch (kind) {
            case EXACT -> head.length() > directory.length() && head.startsWith(directory);
            case PREFIX -> head.startsWith(directory) || directory.startsWith(head);
            case SUFFIX, LAST_NAME -> true;
            case ONE_STAR, MACHINE -> machine != null && machine.mayContinue(directory);
        };
    }

    // `**/name` matches `name` too.
    private boolean isWholeTail(String path) {
        return tail.length() == path.length() + 1 && tail.charAt(0) == '/' && tail.endsWith(path);
    }

    private boolean fits(String path, int from) {
        return path.length() - from >= head.length() + tail.length()
                && path.startsWith(head, from)
                && path.endsWith(tail);
    }

    private boolean noSlash(String path, int from) {
        return path.indexOf('/', from, path.length() - tail.length()) < 0;
    }
}
