package dev.slipway.lint.output;

import dev.slipway.lint.Finding;
import dev.slipway.lint.LintReport;

import org.jspecify.annotations.Nullable;

/// Checkstyle's XML as hadolint writes it: a `file` for each input, also a clean one.
record CheckstyleRenderer(@Nullable String path) implements Renderer {
    @Override
    public String render(LintReport report) {
        StringBuilder out =
                new StringBuilder(
                        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><checkstyle version=\"4.3\">");
        for (LintReport.Result result : report.files()) {
            out.append("<file name=\"").append(Places.xml(Places.name(result.name(), path)));
            out.append("\">");
            for (Finding finding : result.findings()) {
                error(out, finding);
            }
            out.append("</file>");
        }
        return out.append("</checkstyle>").toString();
    }

    private static void error(StringBuilder out, Finding finding) {
        out.append("<error column=\"").append(Places.column(finding));
        out.append("\" line=\"").append(finding.line());
        out.append("\" message=\"").append(Places.xml(finding.knownMessage()));
        out.append("\" severity=\"").append(finding.severity().text());
        if (!Places.isSyntax(finding)) {
            out.append("\" source=\"").append(finding.code());
        }
        out.append("\"/>");
    }
}
