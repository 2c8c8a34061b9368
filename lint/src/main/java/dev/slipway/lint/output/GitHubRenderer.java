package dev.slipway.lint.output;

import dev.slipway.lint.Finding;
import dev.slipway.lint.LintReport;

/// Annotations of GitHub's workflow commands.
final class GitHubRenderer implements Renderer {
    @Override
    public String render(LintReport report) {
        StringBuilder out = new StringBuilder();
        for (LintReport.Result result : report.files()) {
            for (Finding finding : result.findings()) {
                line(out, result.name(), finding);
            }
        }
        return out.toString();
    }

    private static void line(StringBuilder out, String file, Finding finding) {
        var start = finding.range().start();
        var end = finding.range().end();
        out.append(
                switch (finding.severity()) {
                    case ERROR -> "::error";
                    case WARNING -> "::warning";
                    case INFO, STYLE, IGNORE -> "::notice";
                });
        out.append(" file=").append(property(file)).append(",line=").append(start.line());
        out.append(",endLine=").append(end.line());
        if (start.line() == end.line()) {
            out.append(",col=").append(start.column()).append(",endColumn=").append(end.column());
        }
        String title = finding.code() + " " + finding.rule().name();
        out.append(",title=").append(property(title)).append("::");
        out.append(data(finding.message())).append('\n');
    }

    // Ends of lines have a form of their own; other control characters would reach the log.
    private static String data(String text) {
        StringBuilder out = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '%' -> out.append("%25");
                case '\r' -> out.append("%0D");
                case '\n' -> out.append("%0A");
                default -> out.append(Character.isISOControl(c) && c != '\t' ? '?' : c);
            }
        }
        return out.toString();
    }

    private static String property(String text) {
        return data(text).replace(":", "%3A").replace(",", "%2C");
    }
}
