package dev.slipway.dockerfile;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Reads parser directives: `# name=value` lines before anything else, each name once.
final class DirectiveParser {
    private final SourceText source;
    private final Problems problems;
    private final List<Directive> directives = new ArrayList<>();
    private boolean done;
    private boolean afterShebang;
    private char escape = '\\';

    DirectiveParser(SourceText source, Problems problems) {
        this.source = source;
        this.problems = problems;
    }

    char escape() {
        return escape;
    }

    List<Directive> directives() {
        return directives;
    }

    /// Says that a line that is no comment was seen: no directive can follow.
    void end() {
        done = true;
    }

    /// Returns whether the comment from `hash` to `end` is a directive.
    boolean accept(int hash, int end, boolean firstLine) {
        if (done) {
            return false;
        }
        if (firstLine && source.text().startsWith("#!", hash)) {
            afterShebang = true;
            return false;
        }
        Directive directive = read(hash, end);
        if (directive == null) {
            done = true;
            return false;
        }
        for (Directive earlier : directives) {
            if (earlier.name().equals(directive.name())) {
                problems.error(
                        "only one " + directive.name() + " parser directive can be used",
                        directive.range());
                return true;
            }
        }
        directives.add(directive);
        if (directive.name().equals("escape")) {
            setEscape(directive);
        }
        return true;
    }

    private void setEscape(Directive directive) {
        String value = directive.value();
        if (!value.equals("`") && !value.equals("\\")) {
            problems.error(
                    "invalid escape token '" + value + "' does not match ` or \\",
                    directive.valueRange());
        } else if (afterShebang) {
            problems.warning(
                    null, "an escape directive after a '#!' line has no effect", directive.range());
        } else {
            escape = value.charAt(0);
        }
    }

    private @Nullable Directive read(int hash, int lineEnd) {
        String text = source.text();
        int nameStart = Chars.skipSpace(text, hash + 1, lineEnd);
        int nameEnd = nameStart;
        while (nameEnd < lineEnd && isNamePart(text.charAt(nameEnd), nameEnd > nameStart)) {
            nameEnd++;
        }
        int equals = Chars.skipSpace(text, nameEnd, lineEnd);
        if (nameEnd == nameStart || equals == lineEnd || text.charAt(equals) != '=') {
            return null;
        }
        int end = Chars.dropSpace(text, equals + 1, lineEnd);
        int start = Chars.skipSpace(text, equals + 1, end);
        String name = text.substring(nameStart, nameEnd).toLowerCase(Locale.ROOT);
        boolean known = name.equals("syntax") || name.equals("escape") || name.equals("check");
        if (start == end || !known) {
            return null;
        }
        return new Directive(
                name,
                text.substring(start, end),
                source.range(hash, end),
                source.range(start, end));
    }

    private static boolean isNamePart(char c, boolean inside) {
        return Chars.isLetter(c) || (inside && Chars.isDigit(c));
    }
}
