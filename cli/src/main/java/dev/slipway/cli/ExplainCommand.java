package dev.slipway.cli;

import dev.slipway.build.Explanation;
import dev.slipway.build.Forecast;
import dev.slipway.build.Forecaster;
import dev.slipway.build.OrderAdvice;
import dev.slipway.build.SourceLines;
import dev.slipway.build.Step;
import dev.slipway.cli.options.CommandSpec;
import dev.slipway.cli.options.Option;
import dev.slipway.cli.options.Parsed;
import dev.slipway.cli.output.Human;
import dev.slipway.cli.output.JsonText;

import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// `slipway explain`: what a build would do and why, without doing it.
final class ExplainCommand implements Command {
    private static final Option CHANGE =
            Option.list(
                            "change",
                            "FILE",
                            "What would a change of this file of the context rebuild?")
                    .offers(Option.Offer.FILES);
    private static final Option FORMAT =
            Option.value("format", "FORMAT", "How it is printed")
                    .choices("text", "json")
                    .standard("text");

    private static final Option[] REFUSED = {
        Option.refused("cache-from", "explain looks into this store, and into no other cache."),
        Option.refused("cache-to", "explain builds nothing."),
        Option.refused("on-failure", "explain builds nothing."),
        Option.refused("plan", "it is a flag of slipway build."),
        Option.refused("check", "use slipway lint, or slipway build --check."),
        Option.refused("call", "it is a flag of slipway build."),
        Option.refused("explain", "explain says why a step would run by itself."),
    };

    @Override
    public CommandSpec spec() {
        return new CommandSpec("explain", "Say what a build would do, and why, without doing it")
                .usage("[OPTIONS] [PATH]")
                .arguments(0, 1, Option.Offer.DIRECTORIES)
                .options("What to explain", CHANGE, FORMAT)
                .options(
                        "As for slipway build",
                        BuildFlags.FILE,
                        BuildFlags.TARGET,
                        BuildFlags.BUILD_ARG,
                        BuildFlags.PLATFORM,
                        BuildFlags.PULL,
                        BuildFlags.BUILD_CONTEXT,
                        BuildFlags.IGNORE_FILE,
                        BuildFlags.PRESERVE,
                        BuildFlags.NO_CACHE,
                        BuildFlags.NO_CACHE_FILTER)
                .options("RUN steps", BuildRunFlags.STEPS)
                .options("Limits of RUN steps", BuildRunFlags.LIMITS)
                .options("Accepted, as no step depends on them", BuildFlags.ON_RESULT)
                .options("Refused", REFUSED)
                .describe(
                        """
                        Of each step it says whether it is in the cache, and if not, which file, variable, mount, base
                        image or instruction changed, and how long the step took the last time. It also proposes an
                        order of instructions where the records of earlier builds show that it would save time.

                        PATH is the context, by default this directory. Flags of a build that its steps depend on must be
                        given here too; those about what becomes of the result are accepted and change nothing.\
                        """)
                .example("Why would it not be cached?", "slipway explain .")
                .example("What does this file cost?", "slipway explain --change src/main.c .");
    }

    /// The files in question by their paths in the context. A shell completes what lies in the
    /// working directory: a path that leads into the context from there is as good.
    private static List<String> changed(Parsed line) {
        Path context = Path.of(line.argument()).toAbsolutePath().normalize();
        List<String> paths = new ArrayList<>();
        for (String given : line.texts(CHANGE)) {
            Path here = Path.of(given).toAbsolutePath().normalize();
            boolean inContext =
                    !Path.of(given).isAbsolute() && Files.exists(context.resolve(given));
            boolean led = !inContext && here.startsWith(context) && Files.exists(here);
            paths.add(led ? context.relativize(here).toString() : given);
        }
        return paths;
    }

    @Override
    public int run(Parsed line, Session session) throws Exception {
        line.defaultArgument(".");
        Forecast forecast =
                Forecaster.forecast(
                        session.store(),
                        new BuildArguments(line, session).request().build(),
                        changed(line));
        if (line.text(FORMAT, "text").equals("json")) {
            session.out().println(JsonText.indented(facts(forecast)));
            return Main.OK;
        }
        if (forecast.impacts().isEmpty()) {
            steps(forecast, session.out());
        }
        for (Forecast.Impact impact : forecast.impacts()) {
            impact(impact, session.out());
        }
        for (OrderAdvice.Advice advice : forecast.advice()) {
            advice(advice, session.out());
        }
        return Main.OK;
    }

    private static void steps(Forecast forecast, PrintStream out) {
        int running = 0;
        for (Forecast.Entry entry : forecast.steps()) {
            boolean cached = entry.verdict() == Forecast.Verdict.CACHED;
            running += cached ? 0 : 1;
            out.println(title(entry.step()) + (cached ? "  cached" : "  runs" + last(entry)));
            Explanation why = entry.why();
            if (why != null) {
                List<String> lines =
                        why.changes().isEmpty() ? List.of(why.summary()) : why.changes();
                for (String text : lines) {
                    out.println("    " + Human.printable(text));
                }
                if (entry.verdict() == Forecast.Verdict.RUNS_UNLESS_SAME) {
                    out.println("    unless that results in the same files");
                }
            }
        }
        out.println();
        out.println(
                running == 0
                        ? "All " + forecast.steps().size() + " steps are in the cache."
                        : running
                                + " of "
                                + forecast.steps().size()
                                + " steps would run; the last time they took "
                                + Human.seconds(forecast.lastNanos())
                                + ".");
    }

    private static String title(Step step) {
        return "#" + step.number() + " " + Human.printable(step.name());
    }

    private static String last(Forecast.Entry entry) {
        return entry.lastNanos() < 0 ? "" : ", " + Human.seconds(entry.lastNanos()) + " last time";
    }

    private static void impact(Forecast.Impact impact, PrintStream out) {
        String file = Human.printable(impact.file());
        if (impact.readers().isEmpty()) {
            out.println(file + ": no step reads it");
            return;
        }
        out.println(
                file
                        + ": a change rebuilds "
                        + CacheExportCommand.counted(impact.rebuilt().size(), "step")
                        + ", which took "
                        + Human.seconds(impact.nanos())
                        + " the last time, "
                        + Human.seconds(impact.criticalNanos())
                        + " side by side");
        for (Step step : impact.rebuilt()) {
            out.println("  " + title(step) + (impact.readers().contains(step) ? "  reads it" : ""));
        }
    }

    private static void advice(OrderAdvice.Advice advice, PrintStream out) {
        out.println();
        String reads =
                advice.files().isEmpty()
                        ? "reads nothing of the context"
                        : "reads only " + String.join(", ", advice.files());
        out.println(
                "Advice: "
                        + Human.printable(advice.run().instruction())
                        + place(advice.run())
                        + " "
                        + Human.printable(reads)
                        + ", but comes after "
                        + Human.printable(advice.copy().instruction())
                        + place(advice.copy())
                        + ". Better:");
        for (String instruction : advice.order()) {
            out.println("    " + Human.printable(instruction));
        }
        OrderAdvice.Churn churn = advice.churn();
        if (churn != null && churn.copy() > 0) {
            out.println("  " + churn(advice, churn));
        }
        if (advice.lastNanos() > 0) {
            out.println(
                    "  saves "
                            + Human.seconds(advice.lastNanos())
                            + " whenever only other files change");
        }
        out.println(
                "  would have saved "
                        + Human.seconds(advice.savedNanos())
                        + " in "
                        + advice.savedBuilds()
                        + " of the last "
                        + CacheExportCommand.counted(advice.builds(), "build"));
        out.println("  if nothing that it installs looks at other files of the context");
    }

    /// `COPY . . (Dockerfile:4) changed in 97 of the last 100 commits and invalidates RUN npm ci`.
    private static String churn(OrderAdvice.Advice advice, OrderAdvice.Churn churn) {
        String median =
                advice.medianNanos() < 0
                        ? ""
                        : " (median " + Human.seconds(advice.medianNanos()) + ")";
        String read =
                advice.files().isEmpty()
                        ? ""
                        : "; "
                                + Human.printable(String.join(", ", advice.files()))
                                + " changed in "
                                + churn.read();
        return Human.printable(advice.copy().instruction())
                + place(advice.copy())
                + " changed in "
                + churn.copy()
                + " of the last "
                + CacheExportCommand.counted(churn.commits(), "commit")
                + " and invalidates "
                + Human.printable(advice.run().instruction())
                + median
                + read;
    }

    private static String place(Step step) {
        SourceLines source = step.source();
        return source == null ? "" : " (" + Human.printable(source.place()) + ")";
    }

    private static Map<String, Object> facts(Forecast forecast) {
        Map<String, Object> facts = new LinkedHashMap<>();
        List<Object> steps = new ArrayList<>();
        for (Forecast.Entry entry : forecast.steps()) {
            steps.add(facts(entry));
        }
        facts.put("steps", steps);
        facts.put("last_duration_ns", forecast.lastNanos());
        List<Object> impacts = new ArrayList<>();
        for (Forecast.Impact impact : forecast.impacts()) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("file", impact.file());
            one.put("read_by", numbers(impact.readers()));
            one.put("rebuilds", numbers(impact.rebuilt()));
            one.put("last_duration_ns", impact.nanos());
            one.put("last_critical_ns", impact.criticalNanos());
            impacts.add(one);
        }
        facts.put("changes", impacts);
        List<Object> advice = new ArrayList<>();
        for (OrderAdvice.Advice each : forecast.advice()) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("run", each.run().number());
            one.put("copy", each.copy().number());
            one.put("files", each.files());
            one.put("order", each.order());
            one.put("last_duration_ns", each.lastNanos());
            one.put("saved_ns", each.savedNanos());
            one.put("saved_builds", each.savedBuilds());
            one.put("builds", each.builds());
            if (each.medianNanos() >= 0) {
                one.put("median_duration_ns", each.medianNanos());
            }
            OrderAdvice.Churn churn = each.churn();
            if (churn != null) {
                one.put("commits", churn.commits());
                one.put("copy_changed_commits", churn.copy());
                one.put("files_changed_commits", churn.read());
            }
            advice.add(one);
        }
        facts.put("advice", advice);
        return facts;
    }

    private static Map<String, Object> facts(Forecast.Entry entry) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("number", entry.step().number());
        facts.put("name", entry.step().name());
        facts.put("stage", entry.step().stage());
        facts.put("instruction", entry.step().instruction());
        facts.put("verdict", entry.verdict().name().toLowerCase(Locale.ROOT));
        Explanation why = entry.why();
        if (why != null) {
            facts.put("reason", why.reason().name().toLowerCase(Locale.ROOT));
            facts.put("changes", why.changes());
            facts.put("files", why.files());
        }
        if (entry.lastNanos() >= 0) {
            facts.put("last_duration_ns", entry.lastNanos());
        }
        return facts;
    }

    private static List<Object> numbers(List<Step> steps) {
        List<Object> numbers = new ArrayList<>();
        for (Step step : steps) {
            numbers.add(step.number());
        }
        return numbers;
    }
}
