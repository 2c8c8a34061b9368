package dev.slipway.lint.output;

import dev.slipway.lint.Finding;
import dev.slipway.lint.LintReport;

import org.jspecify.annotations.Nullable;

import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/// JUnit's XML as hadolint writes it: each finding is a test that failed.
record JunitRenderer(@Nullable String path) implements Renderer {
    private static final DateTimeFormatter ID = DateTimeFormatter.ofPattern("yyyyMMdd_HHmmss");
    private static final DateTimeFormatter NAME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");

    @Override
    public String render(LintReport report) {
        var time = report.time().atOffset(ZoneOffset.UTC);
        StringBuilder out = new StringBuilder("<testsuites id=\"").append(ID.format(time));
        out.append("\" name=\"Hadolint run at ").append(NAME.format(time));
        out.append("\" time=\"0.001\">");
        for (LintReport.Result result : report.files()) {
            out.append("<testsuite errors=\"0\" failures=\"").append(result.findings().size());
            out.append("\" id=\"hadolint\" name=\"Hadolint ");
            out.append(Places.xml(report.version())).append("\" time=\"0.001\">");
            for (Finding finding : result.findings()) {
                test(out, finding, Places.name(result.name(), path));
            }
            out.append("</testsuite>");
        }
        return out.append("</testsuites>").toString();
    }

    private static void test(StringBuilder out, Finding finding, String file) {
        String code = finding.code();
        String level = finding.severity().text();
        String message = Places.xml(finding.knownMessage());
        out.append("<testcase id=\"hadolint.rule.").append(code).append("\" time=\"0.001\">");
        out.append("<failure id=\"").append(code).append("\" message=\"").append(message);
        out.append("\" type=\"").append(level).append("\">File: ").append(Places.xml(file));
        out.append("\nLine: ").append(finding.line());
        out.append("\nCategory: Hadolint - Dockerfile Static Analysis\n");
        out.append(level).append(": ").append(message).append("\n</failure></testcase>");
    }
}
