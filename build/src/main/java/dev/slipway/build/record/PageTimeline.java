package dev.slipway.build.record;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The timeline of a page: a lane for each stage, as its steps follow one another, and one for work
/// beside them.
final class PageTimeline {
    private static final int TICKS = 6;

    private final RecordedBuild build;
    private final Html html;
    private final long totalNanos;
    private final Set<Integer> critical = new HashSet<>();

    PageTimeline(RecordedBuild build, Html html) {
        this.build = build;
        this.html = html;
        this.totalNanos = total(build);
        for (var step : build.criticalPath()) {
            critical.add(step.number());
        }
    }

    private static long total(RecordedBuild build) {
        long total = build.summary().nanos();
        for (var step : build.steps()) {
            total = Math.max(total, step.startNanos() + step.nanos());
        }
        return Math.max(1, total);
    }

    boolean isCritical(RecordedStep step) {
        return critical.contains(step.number());
    }

    void write() throws IOException {
        Map<String, List<RecordedStep>> lanes = new LinkedHashMap<>();
        for (var step : build.steps()) {
            if (!step.isBase() && step.startNanos() >= 0) {
                lanes.computeIfAbsent(step.stage(), _ -> new ArrayList<>()).add(step);
            }
        }
        if (lanes.isEmpty() && build.tasks().isEmpty()) {
            return;
        }
        html.raw(
                "<section class=\"card\" aria-labelledby=\"h-time\"><h2 id=\"h-time\">Timeline</h2>\n");
        html.raw("<div class=\"timeline\" role=\"list\">\n");
        axis();
        for (var lane : lanes.entrySet()) {
            lane(lane.getKey().isEmpty() ? "images" : lane.getKey(), lane.getValue());
        }
        tasks();
        html.raw("</div>\n");
        legend();
        html.raw("</section>\n");
    }

    private void axis() throws IOException {
        html.raw(
                "<div class=\"lane axis\" aria-hidden=\"true\"><span></span><div class=\"track\">");
        long step = tick();
        for (long at = 0; at <= totalNanos; at += step) {
            html.raw("<i style=\"left:" + Html.percent(at, totalNanos) + "\">");
            html.text(at == 0 ? "0" : Html.duration(at)).raw("</i>");
        }
        html.raw("</div></div>\n");
    }

    /// A round number of nanoseconds that divides the time into not too many parts.
    private long tick() {
        long rough = Math.max(1, totalNanos / TICKS);
        long power = 1;
        while (power * 10 <= rough) {
            power *= 10;
        }
        for (int factor : new int[] {1, 2, 5}) {
            if (power * factor >= rough) {
                return power * factor;
            }
        }
        return power * 10;
    }

    private void lane(String name, List<RecordedStep> steps) throws IOException {
        html.raw("<div class=\"lane\" role=\"listitem\">");
        html.raw("<span title=\"").text(name).raw("\">").text(name).raw("</span>");
        html.raw("<div class=\"track\">");
        for (var step : steps) {
            var how = BuildPage.cssClass(step) + (isCritical(step) ? " critical" : "");
            html.raw("<a class=\"bar " + how + "\" href=\"#s" + step.number() + "\"");
            place(step.startNanos(), step.nanos());
            html.raw(" title=\"").text(step.name() + " — " + told(step)).raw("\" aria-label=\"");
            html.text(step.name() + ", " + told(step)).raw("\"></a>");
        }
        html.raw("</div></div>\n");
    }

    private static String told(RecordedStep step) {
        return step.verdict().isCached()
                ? step.verdict().word()
                : step.verdict().word() + ", " + Html.duration(step.nanos());
    }

    private void tasks() throws IOException {
        if (build.tasks().isEmpty()) {
            return;
        }
        html.raw(
                "<div class=\"lane\" role=\"listitem\"><span>other work</span><div class=\"track\">");
        for (var task : build.tasks()) {
            html.raw("<b class=\"bar task" + (task.error() == null ? "" : " failed") + "\"");
            place(task.startNanos(), task.nanos());
            html.raw(" title=\"").text(task.name() + " — " + Html.duration(task.nanos()));
            html.raw("\"></b>");
        }
        html.raw("</div></div>\n");
    }

    private void place(long startNanos, long nanos) throws IOException {
        html.raw(" style=\"left:" + Html.percent(startNanos, totalNanos));
        html.raw(";width:" + Html.percent(nanos, totalNanos) + "\"");
    }

    private void legend() throws IOException {
        html.raw("<p class=\"legend\"><i class=\"done\"></i>done <i class=\"done critical\"></i>");
        html.raw("on the critical path <i class=\"cached\"></i>from the cache ");
        html.raw("<i class=\"failed\"></i>failed <i class=\"canceled\"></i>given up</p>\n");
        var path = build.criticalPath();
        if (path.isEmpty()) {
            return;
        }
        long sum = 0;
        for (var step : path) {
            sum += step.nanos();
        }
        html.raw("<details class=\"path\"><summary>Critical path: <b>").text(Html.duration(sum));
        html.raw("</b> in " + path.size() + (path.size() == 1 ? " step" : " steps"));
        html.raw(" <span class=\"muted\">what the build waited for, one after the other</span>");
        html.raw("</summary>\n<ol>");
        for (var step : path) {
            html.raw("<li><a href=\"#s" + step.number() + "\">").text(step.name());
            html.raw("</a> <span class=\"num\">").text(Html.duration(step.nanos()));
            html.raw("</span></li>");
        }
        html.raw("</ol></details>\n");
    }
}
