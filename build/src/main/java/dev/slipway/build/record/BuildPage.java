package dev.slipway.build.record;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Objects;

/// Shows a build as one HTML page that needs nothing else: no network, no script for reading it.
/// What others wrote (names, commands, logs) is text in it, never markup, and the page's own policy
/// forbids loading anything.
public final class BuildPage {
    private static final int LAST_LINES = 25;

    private final RecordedBuild build;
    private final PageLogs logs;
    private final Html html;

    private BuildPage(RecordedBuild build, PageLogs logs, Html html) {
        this.build = build;
        this.logs = logs;
        this.html = html;
    }

    /// Writes the page of the build `id` to `out`.
    public static void write(BuildRecords records, String id, Appendable out) throws IOException {
        new BuildPage(records.read(id), PageLogs.of(records, id), new Html(out)).write();
    }

    /// The class of the style sheet that colours a step.
    static String cssClass(RecordedStep step) {
        return switch (step.verdict()) {
            case CACHED, CACHED_BY_CONTENT -> "cached";
            case DONE -> "done";
            case FAILED -> "failed";
            case CANCELED -> "canceled";
            case SKIPPED -> "skipped";
        };
    }

    private void write() throws IOException {
        var summary = build.summary();
        html.raw("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n");
        html.raw("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; ");
        html.raw("style-src 'unsafe-inline'; script-src 'unsafe-inline'\">\n");
        html.raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
        html.raw("<meta name=\"color-scheme\" content=\"light dark\">\n<title>");
        html.text(summary.name() + " · " + summary.status().word()).raw("</title>\n<style>\n");
        html.raw(resource("page.css")).raw("</style></head>\n<body>\n");
        header();
        html.raw("<main>\n");
        failure();
        tiles();
        var timeline = new PageTimeline(build, html);
        timeline.write();
        new PageSteps(build, logs, timeline, html).write();
        new PageDockerfile(build, html).write();
        warnings();
        facts();
        html.raw("</main>\n<script>\n").raw(resource("page.js")).raw("</script></body></html>\n");
    }

    private static String resource(String name) throws IOException {
        try (var in = BuildPage.class.getResourceAsStream(name)) {
            return new String(
                    Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private void header() throws IOException {
        var summary = build.summary();
        html.raw("<header><div><h1>").text(summary.name()).raw("</h1> ");
        html.element("span", "status " + summary.status().word(), summary.status().word());
        html.raw("</div><p class=\"muted\">");
        var started =
                DateTimeFormatter.ofPattern("d MMMM yyyy, HH:mm:ss 'UTC'", Locale.ENGLISH)
                        .format(summary.started().atOffset(ZoneOffset.UTC));
        html.text(started).raw(" · build <code>").text(summary.id()).raw("</code></p>");
        html.raw("<div class=\"script tools\"><button type=\"button\" id=\"theme\" ");
        html.raw("title=\"Light or dark (t)\" aria-label=\"Light or dark\">◐</button>");
        html.raw("<button type=\"button\" id=\"keys\" title=\"Keys (?)\" ");
        html.raw("aria-label=\"Keys\">?</button></div></header>\n");
    }

    private void failure() throws IOException {
        var failure = build.failure();
        var message = failure == null ? build.summary().error() : failure.message();
        if (message == null) {
            return;
        }
        var step = build.failedStep();
        html.raw("<section class=\"card fault\" role=\"alert\"><h2>");
        html.text(message).raw("</h2>\n");
        if (failure != null && failure.place() != null) {
            html.raw("<p>at ");
            if (step != null) {
                html.raw("<a href=\"#L" + step.firstLine() + "\">").text(failure.place());
                html.raw("</a>, step <a href=\"#s" + step.number() + "\">").text(step.name());
                html.raw("</a>");
            } else {
                html.text(failure.place());
            }
            html.raw("</p>\n");
        }
        if (step != null) {
            lastLines(step);
        }
        if (failure != null && failure.hint() != null) {
            html.raw("<p><b>Hint:</b> ").text(failure.hint()).raw("</p>\n");
        }
        if (step != null && step.kind().equals("run")) {
            html.raw("<p>Look around where it failed: <code>slipway debug ");
            html.text(build.summary().id()).raw("</code></p>\n");
        }
        html.raw("</section>\n");
    }

    private void lastLines(RecordedStep step) throws IOException {
        var lines = logs.of(step.number());
        if (lines.isEmpty()) {
            return;
        }
        int skip = Math.max(0, lines.size() - LAST_LINES);
        html.raw("<pre class=\"log\" tabindex=\"0\">");
        for (var line : lines) {
            if (skip-- <= 0) {
                html.text(PageLogs.plain(line.text())).raw("\n");
            }
        }
        html.raw("</pre>\n");
    }

    private void tiles() throws IOException {
        var summary = build.summary();
        long size = 0;
        long work = 0;
        int steps = 0;
        int cached = 0;
        int made = 0;
        for (var step : build.steps()) {
            if (!step.isBase()) {
                steps++;
                cached += step.verdict().isCached() ? 1 : 0;
                made += step.verdict() == RecordedStep.Verdict.DONE ? 1 : 0;
                size += step.size();
                work += step.nanos();
            }
        }
        html.raw("<section class=\"tiles\" aria-label=\"In short\">");
        tile("Duration", Html.duration(summary.nanos()), "");
        tile("Steps done", Integer.toString(made), "of " + steps);
        tile("From the cache", Integer.toString(cached), share(cached, steps));
        tile("New layers", Html.size(size), "");
        tile("Work", work == 0 ? "0" : Html.duration(work), "in all lanes");
        html.raw("</section>\n");
    }

    private static String share(int part, int whole) {
        return whole == 0 ? "" : Math.round(100.0 * part / whole) + " %";
    }

    private void tile(String name, String value, String more) throws IOException {
        html.raw("<div><span>").text(name).raw("</span><b>").text(value).raw("</b>");
        html.raw("<small>").text(more).raw("</small></div>");
    }

    private void warnings() throws IOException {
        if (build.warnings().isEmpty()) {
            return;
        }
        html.raw("<section class=\"card\"><h2>Warnings</h2><ul>");
        for (var warning : build.warnings()) {
            html.raw("<li>").text(warning).raw("</li>");
        }
        html.raw("</ul></section>\n");
    }

    private void facts() throws IOException {
        var facts = build.facts();
        html.raw("<section class=\"card\"><h2>The build</h2><dl>");
        fact("Context", facts.context());
        fact("Dockerfile", facts.dockerfile());
        fact("Target", facts.target() == null ? "" : facts.target());
        fact("Platform", facts.platform() == null ? "" : facts.platform());
        fact("Names", String.join(", ", facts.tags()));
        fact("Image ID", build.imageId() == null ? "" : build.imageId());
        fact("Manifest", build.manifest() == null ? "" : build.manifest());
        fact("Secrets", String.join(", ", facts.secrets()));
        for (var argument : facts.buildArgs().entrySet()) {
            fact("ARG " + argument.getKey(), argument.getValue());
        }
        html.raw("</dl></section>\n");
    }

    private void fact(String name, String value) throws IOException {
        if (!value.isEmpty()) {
            html.raw("<dt>").text(name).raw("</dt><dd class=\"mono\">").text(value).raw("</dd>");
        }
    }
}
