package dev.slipway.lint.output;

import dev.slipway.image.JsonWriter;
import dev.slipway.lint.Finding;
import dev.slipway.lint.LintReport;
import dev.slipway.lint.Severity;

import org.jspecify.annotations.Nullable;

/// SonarQube's generic issues as hadolint writes them.
record SonarQubeRenderer(@Nullable String path) implements Renderer {
    @Override
    public String render(LintReport report) {
        JsonWriter json = JsonWriter.plain().beginObject().name("issues").beginArray();
        for (LintReport.Result result : report.files()) {
            for (Finding finding : result.findings()) {
                issue(json, finding, Places.name(result.name(), path));
            }
        }
        return json.endArray().endObject().toString();
    }

    private static void issue(JsonWriter json, Finding finding, String name) {
        boolean syntax = Places.isSyntax(finding);
        boolean bug = syntax || finding.severity() == Severity.ERROR;
        int column = Places.column(finding);
        json.beginObject().member("engineId", "Hadolint");
        json.name("primaryLocation").beginObject();
        json.member("filePath", name).member("message", finding.knownMessage());
        json.name("textRange").beginObject();
        json.member("endColumn", column).member("endLine", finding.line());
        json.member("startColumn", column - 1).member("startLine", finding.line());
        json.endObject().endObject();
        json.member("ruleId", finding.code()).member("severity", severity(finding, syntax));
        json.member("type", bug ? "BUG" : "CODE_SMELL").endObject();
    }

    private static String severity(Finding finding, boolean syntax) {
        if (syntax) {
            return "BLOCKER";
        }
        return switch (finding.severity()) {
            case ERROR -> "CRITICAL";
            case WARNING -> "MAJOR";
            case INFO -> "MINOR";
            case STYLE, IGNORE -> "INFO";
        };
    }
}
