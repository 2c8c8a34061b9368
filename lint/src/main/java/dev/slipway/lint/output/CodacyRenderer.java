package dev.slipway.lint.output;

import dev.slipway.image.JsonWriter;
import dev.slipway.lint.Finding;
import dev.slipway.lint.LintReport;

/// Codacy's objects, back to back.
final class CodacyRenderer implements Renderer {
    @Override
    public String render(LintReport report) {
        StringBuilder out = new StringBuilder();
        for (LintReport.Result result : report.files()) {
            for (Finding finding : result.findings()) {
                out.append(
                        JsonWriter.plain()
                                .beginObject()
                                .member("filename", result.name())
                                .member("line", finding.line())
                                .member("message", finding.knownMessage())
                                .member("patternId", finding.code())
                                .endObject());
            }
        }
        return out.toString();
    }
}
