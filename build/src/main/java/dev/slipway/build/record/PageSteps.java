package dev.slipway.build.record;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The steps of a page, a line each, which opens to all that is known of it.
final class PageSteps {
    private final RecordedBuild build;
    private final PageLogs logs;
    private final PageTimeline timeline;
    private final Html html;
    private long longest = 1;

    PageSteps(RecordedBuild build, PageLogs logs, PageTimeline timeline, Html html) {
        this.build = build;
        this.logs = logs;
        this.timeline = timeline;
        this.html = html;
        for (var step : build.steps()) {
            longest = Math.max(longest, step.nanos());
        }
    }

    void write() throws IOException {
        if (build.steps().isEmpty()) {
            return;
        }
        html.raw("<section class=\"card\" aria-labelledby=\"h-steps\"><div class=\"bar-top\">");
        html.raw("<h2 id=\"h-steps\">Steps</h2>");
        filters();
        html.raw("</div>\n");
        Map<String, List<RecordedStep>> stages = new LinkedHashMap<>();
        for (var step : build.steps()) {
            stages.computeIfAbsent(step.stage(), _ -> new ArrayList<>()).add(step);
        }
        for (var stage : stages.entrySet()) {
            html.raw("<div class=\"stage\"><h3>");
            html.text(stage.getKey().isEmpty() ? "images" : stage.getKey()).raw("</h3>\n");
            for (var step : stage.getValue()) {
                step(step);
            }
            html.raw("</div>\n");
        }
        html.raw("<p class=\"muted none\" hidden>No step is like that.</p></section>\n");
    }

    private void filters() throws IOException {
        Map<String, Integer> counts = new TreeMap<>();
        for (var step : build.steps()) {
            counts.merge(BuildPage.cssClass(step), 1, Integer::sum);
        }
        html.raw("<div class=\"filters script\" role=\"group\" aria-label=\"Filter steps\">");
        html.raw("<button type=\"button\" data-show=\"\" aria-pressed=\"true\">all <b>");
        html.raw(build.steps().size() + "</b></button>");
        for (var name : new String[] {"failed", "done", "cached", "canceled", "skipped"}) {
            var count = counts.get(name);
            if (count != null) {
                html.raw(
                        "<button type=\"button\" data-show=\""
                                + name
                                + "\" aria-pressed=\"false\">");
                html.raw(name + " <b>" + count + "</b></button>");
            }
        }
        html.raw("<input type=\"search\" id=\"filter\" placeholder=\"Filter  /\"");
        html.raw(" aria-label=\"Filter steps by text\"></div>");
    }

    private void step(RecordedStep step) throws IOException {
        var how = BuildPage.cssClass(step);
        html.raw("<details class=\"step " + how + (timeline.isCritical(step) ? " critical" : ""));
        html.raw("\" id=\"s" + step.number() + "\" data-v=\"" + how + "\"");
        html.raw(step.verdict() == RecordedStep.Verdict.FAILED ? " open" : "");
        html.raw("><summary><span class=\"n\">" + step.number() + "</span>");
        html.element("span", "chip", step.verdict().word());
        html.raw("<span class=\"what\" title=\"").text(step.instruction());
        html.text(step.summary().isEmpty() ? "" : "\n" + step.summary()).raw("\">");
        html.text(step.instruction());
        if (!step.summary().isEmpty()) {
            html.raw(" <em>").text(step.summary()).raw("</em>");
        }
        html.raw("</span><span class=\"num\">").text(step.size() > 0 ? Html.size(step.size()) : "");
        html.raw("</span><span class=\"num time\">");
        if (step.nanos() > 0) {
            html.raw("<i style=\"width:" + Html.percent(step.nanos(), longest) + "\"></i>");
            html.text(Html.duration(step.nanos()));
        }
        html.raw("</span></summary><div class=\"more\">");
        facts(step);
        log(step);
        html.raw("</div></details>\n");
    }

    private void facts(RecordedStep step) throws IOException {
        if (step.error() != null) {
            html.element("p", "error", step.error());
        }
        html.raw("<dl>");
        html.raw("<dt>Step</dt><dd class=\"mono\">").text(step.name()).raw("</dd>");
        if (step.file() != null) {
            html.raw("<dt>Place</dt><dd><a href=\"#L" + step.firstLine() + "\">");
            html.text(place(step)).raw("</a></dd>");
        }
        if (step.reason() != null) {
            html.raw("<dt>Cache miss</dt><dd>").text(step.reason().replace('_', ' '));
            if (!step.changes().isEmpty()) {
                html.raw("<ul>");
                for (var change : step.changes()) {
                    html.raw("<li>").text(change).raw("</li>");
                }
                html.raw("</ul>");
            } else if (!step.summary().isEmpty()) {
                html.raw(": ").text(step.summary());
            }
            html.raw("</dd>");
        }
        inputs(step);
        if (step.diffId() != null) {
            html.raw("<dt>Layer</dt><dd class=\"mono\">").text(step.diffId()).raw("</dd>");
        } else if (step.verdict() == RecordedStep.Verdict.DONE) {
            html.raw("<dt>Layer</dt><dd>none: nothing changed</dd>");
        }
        html.raw("</dl>");
    }

    private void inputs(RecordedStep step) throws IOException {
        if (step.inputs().isEmpty()) {
            return;
        }
        html.raw("<dt>Needs</dt><dd>");
        for (int input : step.inputs()) {
            var needed = build.step(input);
            if (needed != null) {
                html.raw("<a href=\"#s" + input + "\">" + input + " ").text(needed.instruction());
                html.raw("</a><br>");
            }
        }
        html.raw("</dd>");
    }

    static String place(RecordedStep step) {
        return step.file()
                + ":"
                + step.firstLine()
                + (step.lastLine() > step.firstLine() ? "-" + step.lastLine() : "");
    }

    private void log(RecordedStep step) throws IOException {
        var lines = logs.of(step.number());
        if (lines.isEmpty()) {
            return;
        }
        int left = step.logLines() - lines.size();
        if (left > 0) {
            html.raw("<p class=\"muted\">" + left + " earlier lines are left out: ");
            html.raw("<code>slipway builds logs ");
            html.text(build.summary().id() + " " + step.number()).raw("</code></p>");
        }
        html.raw("<pre class=\"log\" tabindex=\"0\">");
        for (var line : lines) {
            if (line.isError()) {
                html.raw("<span class=\"err\">").text(PageLogs.plain(line.text())).raw("</span>\n");
            } else {
                html.text(PageLogs.plain(line.text())).raw("\n");
            }
        }
        html.raw("</pre>");
    }
}
