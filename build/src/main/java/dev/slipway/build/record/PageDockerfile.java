package dev.slipway.build.record;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The Dockerfile of a page, with what each instruction cost beside its first line.
final class PageDockerfile {
    private final RecordedBuild build;
    private final Html html;
    private final Map<Integer, List<RecordedStep>> byLine = new HashMap<>();
    private final Map<Integer, String> classes = new HashMap<>();
    private long longest = 1;

    PageDockerfile(RecordedBuild build, Html html) {
        this.build = build;
        this.html = html;
        for (var step : build.steps()) {
            if (step.file() == null || step.firstLine() <= 0) {
                continue;
            }
            byLine.computeIfAbsent(step.firstLine(), _ -> new ArrayList<>()).add(step);
            longest = Math.max(longest, nanos(byLine.get(step.firstLine())));
            for (int line = step.firstLine(); line <= step.lastLine(); line++) {
                classes.merge(line, BuildPage.cssClass(step), PageDockerfile::worse);
            }
        }
    }

    /// Of two verdicts for one line, the one to show: several platforms share lines.
    private static String worse(String a, String b) {
        for (var name : new String[] {"failed", "done", "canceled", "cached"}) {
            if (a.equals(name) || b.equals(name)) {
                return name;
            }
        }
        return a;
    }

    private static long nanos(@org.jspecify.annotations.Nullable List<RecordedStep> steps) {
        long nanos = 0;
        for (var step : steps == null ? List.<RecordedStep>of() : steps) {
            nanos += step.nanos();
        }
        return nanos;
    }

    void write() throws IOException {
        var text = build.facts().dockerfileText();
        if (text.isEmpty()) {
            return;
        }
        html.raw("<section class=\"card\" aria-labelledby=\"h-file\"><h2 id=\"h-file\">");
        html.text(build.facts().dockerfile()).raw(" <small>what each line cost</small></h2>\n");
        html.raw("<div class=\"file\" tabindex=\"0\" aria-label=\"Dockerfile\">\n");
        int number = 1;
        for (int at = 0; at < text.length(); number++) {
            int end = text.indexOf('\n', at);
            int stop = end < 0 ? text.length() : end;
            line(number, text.substring(at, stop));
            at = stop + 1;
        }
        html.raw("</div></section>\n");
    }

    private void line(int number, String text) throws IOException {
        var how = classes.getOrDefault(number, "");
        html.raw("<div class=\"l " + how + "\" id=\"L" + number + "\"><span class=\"cost\">");
        var steps = byLine.get(number);
        if (steps != null) {
            cost(steps);
        }
        html.raw("</span><span class=\"ln\">" + number + "</span><code>");
        html.text(text.endsWith("\r") ? text.substring(0, text.length() - 1) : text);
        html.raw("</code></div>\n");
    }

    private void cost(List<RecordedStep> steps) throws IOException {
        long nanos = nanos(steps);
        long size = 0;
        boolean cached = true;
        for (var step : steps) {
            size += step.size();
            cached &= step.verdict().isCached();
        }
        html.raw("<a href=\"#s" + steps.getFirst().number() + "\">");
        html.element("b", "num", size > 0 ? Html.size(size) : "");
        html.raw("<b class=\"num time\">");
        if (nanos > 0) {
            html.raw("<i style=\"width:" + Html.percent(nanos, longest) + "\"></i>");
        }
        html.text(nanos > 0 ? Html.duration(nanos) : cached ? "cached" : "").raw("</b></a>");
    }
}
