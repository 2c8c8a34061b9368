package dev.slipway.lint.output;

import dev.slipway.dockerfile.Edit;
import dev.slipway.dockerfile.Range;
import dev.slipway.image.JsonWriter;
import dev.slipway.lint.Finding;
import dev.slipway.lint.Fix;
import dev.slipway.lint.FixKind;
import dev.slipway.lint.LintReport;
import dev.slipway.lint.Rule;
import dev.slipway.lint.RuleName;
import dev.slipway.lint.RulePage;
import dev.slipway.lint.Severity;
import dev.slipway.lint.Verdict;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// SARIF 2.1.0 with the rules, their help, fingerprints that stay when lines move, and fixes.
final class SarifRenderer implements Renderer {
    @Override
    public String render(LintReport report) {
        Map<String, Integer> index = new LinkedHashMap<>();
        List<Rule> rules = new ArrayList<>();
        for (LintReport.Result result : report.files()) {
            for (Finding finding : result.findings()) {
                if (index.putIfAbsent(finding.rule().id(), rules.size()) == null) {
                    rules.add(finding.rule());
                }
            }
        }
        JsonWriter json = JsonWriter.plain().beginObject();
        json.member("$schema", "https://json.schemastore.org/sarif-2.1.0.json");
        json.member("version", "2.1.0").name("runs").beginArray().beginObject();
        json.name("tool").beginObject().name("driver").beginObject();
        json.member("name", "Slipway").member("semanticVersion", report.version());
        json.name("rules").beginArray();
        for (Rule rule : rules) {
            rule(json, rule);
        }
        json.endArray().endObject().endObject();
        json.member("columnKind", "utf16CodeUnits");
        json.member("defaultSourceLanguage", "dockerfile");
        json.name("artifacts").beginArray();
        for (LintReport.Result result : report.files()) {
            json.beginObject().name("location").beginObject();
            json.member("uri", uri(result.name())).endObject().endObject();
        }
        json.endArray().name("results").beginArray();
        for (LintReport.Result result : report.files()) {
            Fingerprints fingerprints = new Fingerprints(result.name(), result.file().text());
            for (Finding finding : result.findings()) {
                int at = index.getOrDefault(finding.rule().id(), 0);
                result(json, result.name(), finding, at, fingerprints.of(finding));
            }
        }
        return json.endArray().endObject().endArray().endObject().toString();
    }

    private static void rule(JsonWriter json, Rule rule) {
        json.beginObject().member("id", rule.id()).member("name", rule.name());
        text(json, "shortDescription", rule.text().what());
        text(json, "fullDescription", rule.text().what() + " " + rule.text().why());
        json.name("help").beginObject();
        json.member("text", rule.text().remedy()).member("markdown", RulePage.of(rule)).endObject();
        String link = rule.link();
        if (link != null) {
            json.member("helpUri", link);
        }
        json.name("defaultConfiguration").beginObject();
        json.member("level", level(rule.severity())).endObject();
        json.name("properties").beginObject().name("tags").beginArray();
        for (RuleName name : rule.names()) {
            json.value(name.code());
        }
        json.endArray().endObject().endObject();
    }

    private static void text(JsonWriter json, String name, String text) {
        json.name(name).beginObject().member("text", text).endObject();
    }

    private static String level(Severity severity) {
        return switch (severity) {
            case ERROR -> "error";
            case WARNING -> "warning";
            case INFO, STYLE -> "note";
            case IGNORE -> "none";
        };
    }

    // File names may hold anything; a URI may not.
    private static String uri(String name) {
        StringBuilder out = new StringBuilder();
        for (byte b : name.getBytes(java.nio.charset.StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xFF);
            boolean plain =
                    (c >= 'a' && c <= 'z')
                            || (c >= 'A' && c <= 'Z')
                            || (c >= '0' && c <= '9')
                            || "-._~/".indexOf(c) >= 0;
            if (plain) {
                out.append(c);
            } else {
                out.append('%').append(Character.toUpperCase(Character.forDigit(c >> 4, 16)));
                out.append(Character.toUpperCase(Character.forDigit(c & 15, 16)));
            }
        }
        return out.toString();
    }

    private static void result(
            JsonWriter json, String file, Finding finding, int index, String fingerprint) {
        json.beginObject().member("ruleId", finding.rule().id()).member("ruleIndex", index);
        json.member("level", level(finding.severity()));
        text(json, "message", message(finding));
        json.name("locations").beginArray().beginObject().name("physicalLocation").beginObject();
        json.name("artifactLocation").beginObject().member("uri", uri(file)).endObject();
        region(json, "region", finding.range());
        json.endObject().endObject().endArray();
        json.name("partialFingerprints").beginObject();
        json.member("slipway/v1", fingerprint).endObject();
        Fix fix = finding.fix();
        if (fix != null) {
            fix(json, file, fix);
        }
        json.name("properties").beginObject().name("verdicts").beginArray();
        for (Verdict verdict : finding.verdicts()) {
            json.value(verdict.code());
        }
        json.endArray().endObject().endObject();
    }

    private static String message(Finding finding) {
        String note = finding.note();
        return note == null ? finding.message() : finding.message() + " (" + note + ")";
    }

    private static void region(JsonWriter json, String name, Range range) {
        json.name(name).beginObject();
        json.member("startLine", range.start().line());
        json.member("startColumn", range.start().column());
        json.member("endLine", range.end().line());
        json.member("endColumn", range.end().column()).endObject();
    }

    private static void fix(JsonWriter json, String file, Fix fix) {
        json.name("fixes").beginArray().beginObject();
        String title = fix.title() + (fix.kind() == FixKind.SAFE ? "" : " (may change the image)");
        text(json, "description", title);
        json.name("artifactChanges").beginArray().beginObject();
        json.name("artifactLocation").beginObject().member("uri", uri(file)).endObject();
        json.name("replacements").beginArray();
        for (Edit edit : fix.edits()) {
            json.beginObject();
            region(json, "deletedRegion", edit.range());
            text(json, "insertedContent", edit.replacement());
            json.endObject();
        }
        json.endArray().endObject().endArray().endObject().endArray();
    }
}
