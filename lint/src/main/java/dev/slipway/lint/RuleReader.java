package dev.slipway.lint;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/// Reads rules as they are written in a resource:
///
///     SLW1001 relative-workdir error 2026.1 onbuild safe context
///     DL3000: what hadolint says
///     WorkdirRelativePath DS-0009
///     what: …
///     why: …
///     bad:
///         FROM …
///     good:
///         FROM …
///     fix: …
///
/// Rules are separated by an empty line; examples are indented by four and have a dot in the
/// place of an empty line.
final class RuleReader {
    private static final String SECTIONS = " what why bad good fix ";

    private final String file;
    private final String text;
    private int at;

    RuleReader(String file, String text) {
        this.file = file;
        this.text = text;
    }

    void readInto(List<Rule> rules) {
        while (at < text.length()) {
            String line = line();
            if (line.startsWith("SLW")) {
                rules.add(rule(line));
            } else if (!line.isBlank() && !line.startsWith("#")) {
                throw new IllegalStateException(file + ": unexpected line: " + line);
            }
        }
    }

    private String line() {
        int end = text.indexOf('\n', at);
        String line = text.substring(at, end < 0 ? text.length() : end);
        at = end < 0 ? text.length() : end + 1;
        return line;
    }

    private Rule rule(String head) {
        List<String> words = words(head);
        List<RuleName> names = new ArrayList<>();
        StringBuilder what = new StringBuilder();
        StringBuilder why = new StringBuilder();
        StringBuilder bad = new StringBuilder();
        StringBuilder good = new StringBuilder();
        StringBuilder remedy = new StringBuilder();
        StringBuilder section = null;
        for (String line = next(); line != null; line = next()) {
            int colon = line.indexOf(": ");
            boolean example = line.equals("bad:") || line.equals("good:");
            if (line.startsWith("    ") && section != null) {
                section.append(line.equals("    .") ? "" : line.substring(4)).append('\n');
            } else if (example) {
                section = line.equals("bad:") ? bad : good;
            } else if (colon > 0 && SECTIONS.contains(" " + line.substring(0, colon) + " ")) {
                StringBuilder target =
                        switch (line.substring(0, colon)) {
                            case "what" -> what;
                            case "why" -> why;
                            default -> remedy;
                        };
                target.append(line, colon + 2, line.length());
            } else if (colon > 0) {
                names.add(new RuleName(line.substring(0, colon), line.substring(colon + 2)));
            } else {
                for (String name : words(line)) {
                    names.add(new RuleName(name, null));
                }
            }
        }
        RuleText documentation =
                new RuleText(
                        what.toString(),
                        why.toString(),
                        bad.toString(),
                        good.toString(),
                        remedy.toString());
        return make(head, words, names, documentation);
    }

    private @Nullable String next() {
        if (at >= text.length()) {
            return null;
        }
        String line = line();
        return line.isBlank() ? null : line;
    }

    private Rule make(
            String head, List<String> words, List<RuleName> names, RuleText documentation) {
        Severity severity = words.size() < 4 ? null : Severity.of(words.get(2));
        if (severity == null) {
            throw new IllegalStateException(file + ": want id, name, severity and set: " + head);
        }
        boolean triggers = false;
        FixKind fix = FixKind.NONE;
        Evidence needs = Evidence.TEXT;
        for (String word : words.subList(4, words.size())) {
            switch (word) {
                case "onbuild" -> triggers = true;
                case "safe" -> fix = FixKind.SAFE;
                case "unsafe" -> fix = FixKind.UNSAFE;
                case "context" -> needs = Evidence.CONTEXT;
                case "base-config" -> needs = Evidence.BASE_CONFIG;
                case "base-files" -> needs = Evidence.BASE_FILES;
                case "build" -> needs = Evidence.BUILD;
                default ->
                        throw new IllegalStateException(file + ": what is " + word + "? " + head);
            }
        }
        return new Rule(
                words.get(0),
                words.get(1),
                severity,
                words.get(3),
                needs,
                triggers,
                fix,
                names,
                documentation);
    }

    private static List<String> words(String line) {
        List<String> words = new ArrayList<>();
        int start = 0;
        while (start < line.length()) {
            int end = line.indexOf(' ', start);
            int stop = end < 0 ? line.length() : end;
            if (stop > start) {
                words.add(line.substring(start, stop));
            }
            start = stop + 1;
        }
        return words;
    }
}
