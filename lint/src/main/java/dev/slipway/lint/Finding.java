package dev.slipway.lint;

import dev.slipway.dockerfile.Range;

import org.jspecify.annotations.Nullable;

import java.util.Comparator;
import java.util.List;

/// Something a rule found in a file.
///
/// @param severity as configured
/// @param range where; never outside the file
/// @param verdicts as the tools say it that would find it too; empty if none would
/// @param note what is known beyond the text, such as a size or a user; null if nothing
/// @param fix null if there is none
public record Finding(
        Rule rule,
        Severity severity,
        String message,
        Range range,
        List<Verdict> verdicts,
        @Nullable String note,
        @Nullable Fix fix) {
    /// The order in which findings are shown: by place, then by rule.
    public static final Comparator<Finding> ORDER = Finding::compare;

    // Comparators put together of others cost a process that lints one file 5 ms.
    private static int compare(Finding a, Finding b) {
        int order = Integer.compare(a.range().start().offset(), b.range().start().offset());
        if (order == 0) {
            order = a.rule().id().compareTo(b.rule().id());
        }
        if (order == 0) {
            order = a.message().compareTo(b.message());
        }
        return order != 0
                ? order
                : Integer.compare(a.range().end().offset(), b.range().end().offset());
    }

    public Finding {
        verdicts = List.copyOf(verdicts);
    }

    /// Returns the name most people know it by: hadolint's, ShellCheck's or BuildKit's, else our
    /// own.
    public String code() {
        Verdict known = known();
        return known == null ? rule.id() : known.code();
    }

    /// Returns the line that a tool of lines reports, from 1.
    public int line() {
        Verdict known = known();
        return known == null ? range.start().line() : known.line();
    }

    /// Returns the message that goes with [#code].
    public String knownMessage() {
        Verdict known = known();
        return known == null ? message : known.message();
    }

    private @Nullable Verdict known() {
        Verdict best = null;
        for (Verdict verdict : verdicts) {
            boolean lines = verdict.code().startsWith("DL") || verdict.code().startsWith("SC");
            if (lines) {
                return verdict;
            }
            best = best == null ? verdict : best;
        }
        return best;
    }

    /// Returns the verdict under that name, or null.
    public @Nullable Verdict verdict(String code) {
        for (Verdict verdict : verdicts) {
            if (verdict.code().equals(code)) {
                return verdict;
            }
        }
        return null;
    }

    /// Returns the same with other words on what is known beyond the text.
    public Finding withNote(String words) {
        return new Finding(rule, severity, message, range, verdicts, words, fix);
    }

    Finding withSeverity(Severity other) {
        return new Finding(rule, other, message, range, verdicts, note, fix);
    }
}
