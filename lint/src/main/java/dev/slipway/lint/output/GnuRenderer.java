package dev.slipway.lint.output;

import dev.slipway.lint.Finding;
import dev.slipway.lint.LintReport;

/// hadolint's form of GNU's error messages, one line for each: control characters are shown as `?`.
final class GnuRenderer implements Renderer {
    @Override
    public String render(LintReport report) {
        StringBuilder out = new StringBuilder();
        for (LintReport.Result result : report.files()) {
            for (Finding finding : result.findings()) {
                out.append("hadolint:").append(Places.visible(result.name()));
                out.append(':').append(finding.line());
                if (Places.isSyntax(finding)) {
                    out.append(':').append(Places.column(finding)).append(": ");
                } else {
                    out.append(": ").append(finding.code()).append(' ');
                    out.append(finding.severity().text()).append(": ");
                }
                out.append(Places.visible(finding.knownMessage())).append('\n');
            }
        }
        return out.toString();
    }
}
