package dev.slipway.lint.output;

import dev.slipway.dockerfile.Range;
import dev.slipway.lint.Finding;
import dev.slipway.lint.Fix;
import dev.slipway.lint.FixKind;
import dev.slipway.lint.LintReport;
import dev.slipway.lint.model.Lines;

/// For people: what is wrong and where exactly, then the source with what is meant marked, and what
/// to do.
record TerminalRenderer(boolean color) implements Renderer {
    private static final int WIDTH = 160;

    @Override
    public String render(LintReport report) {
        StringBuilder out = new StringBuilder();
        for (LintReport.Result result : report.files()) {
            Lines lines = new Lines(result.file().text());
            for (Finding finding : result.findings()) {
                heading(out, result.name(), finding);
                excerpt(out, lines, finding.range());
                advice(out, finding);
            }
        }
        return out.toString();
    }

    private void heading(StringBuilder out, String file, Finding finding) {
        out.append(Places.visible(file)).append(':').append(finding.range().start().line());
        out.append(':').append(finding.range().start().column()).append(' ');
        if (!Places.isSyntax(finding)) {
            out.append(finding.code()).append(' ');
            out.append(paint(finding.severity().text(), code(finding))).append(": ");
        }
        out.append(Places.visible(finding.knownMessage().replace('\n', ' '))).append('\n');
    }

    private static String code(Finding finding) {
        return switch (finding.severity()) {
            case ERROR -> "1;31";
            case WARNING -> "1;33";
            case INFO, IGNORE -> "32";
            case STYLE -> "36";
        };
    }

    private String paint(String text, String codes) {
        return color ? "\033[" + codes + "m" + text + "\033[0m" : text;
    }

    private void excerpt(StringBuilder out, Lines lines, Range range) {
        int line = range.start().line();
        String text = lines.text(line);
        int from = Math.min(range.start().column() - 1, text.length());
        int end = range.end().line() == line ? range.end().column() - 1 : text.length();
        int to = Math.clamp(end, Math.min(from + 1, text.length() + 1), text.length() + 1);
        int cut = from > WIDTH / 2 ? from - WIDTH / 4 : 0;
        String shown = text.substring(cut, Math.min(text.length(), cut + WIDTH));
        String number = String.valueOf(line);
        out.append("  ").append(number).append(" | ").append(Places.visible(shown)).append('\n');
        out.append("  ").append(" ".repeat(number.length())).append(" | ");
        for (int i = cut; i < from; i++) {
            out.append(i < text.length() && text.charAt(i) == '\t' ? '\t' : ' ');
        }
        int marks = Math.max(1, Math.min(to, cut + WIDTH) - from);
        out.append(paint("^".repeat(marks), "1")).append('\n');
    }

    private void advice(StringBuilder out, Finding finding) {
        if (finding.note() != null) {
            out.append("  known: ").append(Places.visible(finding.note())).append('\n');
        }
        out.append("  ").append(finding.rule().name()).append(": ");
        Fix fix = finding.fix();
        if (fix != null) {
            out.append(Places.visible(fix.title()))
                    .append(fix.kind() == FixKind.SAFE ? " (--fix)" : " (--fix=unsafe)");
        } else {
            out.append(finding.rule().text().remedy());
        }
        String link = finding.rule().link();
        if (link != null) {
            out.append(' ').append(link);
        }
        out.append("\n\n");
    }
}
