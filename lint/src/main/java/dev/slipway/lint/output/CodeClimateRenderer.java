package dev.slipway.lint.output;

import dev.slipway.image.JsonWriter;
import dev.slipway.lint.Finding;
import dev.slipway.lint.LintReport;

import org.jspecify.annotations.Nullable;

/// Code Climate's issues: each followed by a NUL, or for GitLab one array with fingerprints.
record CodeClimateRenderer(boolean gitLab, @Nullable String path) implements Renderer {
    @Override
    public String render(LintReport report) {
        StringBuilder out = new StringBuilder(gitLab ? "[" : "");
        for (LintReport.Result result : report.files()) {
            String name = Places.name(result.name(), path);
            Fingerprints fingerprints = new Fingerprints(name, result.file().text());
            for (Finding finding : result.findings()) {
                if (gitLab) {
                    out.append(out.length() > 1 ? "," : "");
                    out.append(issue(finding, name, fingerprints.of(finding)));
                } else {
                    out.append(issue(finding, name, null)).append('\0');
                }
            }
        }
        return out.append(gitLab ? "]" : "").toString();
    }

    private static String issue(Finding finding, String name, @Nullable String fingerprint) {
        JsonWriter json = JsonWriter.plain().beginObject();
        json.name("categories").beginArray().value("Bug Risk").endArray();
        json.member("check_name", finding.code()).member("description", finding.knownMessage());
        if (fingerprint != null) {
            json.member("fingerprint", fingerprint);
        }
        json.name("location").beginObject();
        if (Places.isSyntax(finding)) {
            json.member("path", name).name("positions").beginObject();
            position(json, "begin", finding);
            position(json, "end", finding);
            json.endObject();
        } else {
            json.name("lines").beginObject();
            json.member("begin", finding.line()).member("end", finding.line()).endObject();
            json.member("path", name);
        }
        json.endObject();
        json.member("severity", severity(finding)).member("type", "issue");
        return json.endObject().toString();
    }

    private static void position(JsonWriter json, String which, Finding finding) {
        json.name(which)
                .beginObject()
                .member("column", Places.column(finding))
                .member("line", finding.line())
                .endObject();
    }

    private static String severity(Finding finding) {
        return switch (finding.severity()) {
            case ERROR -> "blocker";
            case WARNING -> "major";
            case INFO, IGNORE -> "info";
            case STYLE -> "minor";
        };
    }
}
