package dev.slipway.lint.output;

import dev.slipway.image.JsonWriter;
import dev.slipway.lint.Finding;
import dev.slipway.lint.LintReport;

/// hadolint's JSON: one array, keys sorted, no line end.
final class JsonRenderer implements Renderer {
    @Override
    public String render(LintReport report) {
        JsonWriter json = JsonWriter.plain().beginArray();
        for (LintReport.Result result : report.files()) {
            for (Finding finding : result.findings()) {
                json.beginObject()
                        .member("code", finding.code())
                        .member("column", Places.column(finding))
                        .member("file", result.name())
                        .member("level", finding.severity().text())
                        .member("line", finding.line())
                        .member("message", finding.knownMessage())
                        .endObject();
            }
        }
        return json.endArray().toString();
    }
}
