package dev.slipway.cli;

import dev.slipway.build.record.BuildFacts;
import dev.slipway.build.record.BuildRecords;
import dev.slipway.build.record.BuildSummary;
import dev.slipway.build.record.RecordedBuild;
import dev.slipway.build.record.RecordedFailure;
import dev.slipway.build.record.RecordedStep;
import dev.slipway.cli.options.CommandSpec;
import dev.slipway.cli.options.Option;
import dev.slipway.cli.options.Parsed;
import dev.slipway.cli.output.Human;
import dev.slipway.cli.output.JsonText;
import dev.slipway.cli.output.Table;
import dev.slipway.cli.output.Template;

import org.jspecify.annotations.Nullable;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// `slipway builds show`: what a build was asked for, what its steps did, and why it failed.
final class BuildsShowCommand implements Command {
    private static final Option FORMAT =
            Option.value("format", "FORMAT", "\"json\" or a Go template").standard("text");

    @Override
    public CommandSpec spec() {
        return new CommandSpec("builds show", "Show a build and its steps")
                .usage("[OPTIONS] [BUILD]")
                .aliases("builds inspect", "buildx history inspect", "builder history inspect")
                .arguments(0, 1, Option.Offer.NOTHING)
                .options("Options", FORMAT)
                .describe(BuildChoice.WORDS)
                .example("The slowest steps", "slipway builds show | sort -k3 -r");
    }

    @Override
    public int run(Parsed line, Session session) throws Exception {
        BuildRecords records = new BuildRecords(session.home());
        String name = line.arguments().isEmpty() ? "" : line.argument();
        RecordedBuild build = records.read(BuildChoice.id(records, name));
        String format = line.text(FORMAT, "text");
        if (format.equals("text")) {
            print(build, session.out());
        } else if (format.equals("json")) {
            session.out().println(JsonText.indented(facts(build)));
        } else {
            Template.of(Template.unescape(format)).print(facts(build), session.out());
        }
        return Main.OK;
    }

    private static void print(RecordedBuild build, PrintStream out) {
        BuildSummary summary = build.summary();
        BuildFacts facts = build.facts();
        fact(out, "Build", summary.id());
        fact(out, "Name", summary.name());
        fact(out, "Status", summary.status().word());
        fact(out, "Started", ImageListCommand.at(summary.started()));
        fact(out, "Duration", Human.seconds(summary.nanos()));
        fact(out, "Context", facts.context());
        fact(out, "Dockerfile", facts.dockerfile());
        fact(out, "Target", facts.target());
        fact(out, "Platform", facts.platform());
        fact(out, "Names", String.join(", ", facts.tags()));
        fact(out, "Image ID", build.imageId());
        fact(out, "Manifest", build.manifest());
        facts.buildArgs().forEach((key, value) -> fact(out, "Build arg", key + "=" + value));
        facts.secrets().forEach(id -> fact(out, "Secret", id));
        failure(build, out);
        for (String warning : build.warnings()) {
            fact(out, "Warning", warning);
        }
        out.println();
        steps(build, out);
    }

    private static void fact(PrintStream out, String name, @Nullable String value) {
        if (value != null && !value.isEmpty()) {
            out.println(
                    (name + ":").concat(" ".repeat(12 - name.length())) + Human.printable(value));
        }
    }

    private static void failure(RecordedBuild build, PrintStream out) {
        RecordedFailure failure = build.failure();
        if (failure == null) {
            fact(out, "Error", build.summary().error());
            return;
        }
        fact(out, "Error", failure.message());
        fact(out, "Place", failure.place());
        fact(out, "Hint", failure.hint());
    }

    private static void steps(RecordedBuild build, PrintStream out) {
        Table table = new Table("STEP", "STATUS", "TIME", "SIZE", "WHAT");
        for (RecordedStep step : build.steps()) {
            if (step.isBase() && step.verdict() == RecordedStep.Verdict.SKIPPED) {
                continue;
            }
            table.row(
                    Integer.toString(step.number()),
                    step.verdict().word(),
                    step.nanos() > 0 ? Human.seconds(step.nanos()) : "",
                    step.size() > 0 ? Human.size(step.size()) : "",
                    step.name());
            if (!step.summary().isEmpty()) {
                table.row("", "", "", "", "  cache miss: " + step.summary());
            }
            if (step.error() != null) {
                table.row("", "", "", "", "  " + step.error());
            }
        }
        table.print(out);
    }

    private static Map<String, Object> facts(RecordedBuild build) {
        Map<String, Object> facts = BuildsListCommand.facts(build.summary());
        put(facts, "context", build.facts().context());
        put(facts, "dockerfile", build.facts().dockerfile());
        put(facts, "target", build.facts().target());
        put(facts, "platform", build.facts().platform());
        facts.put("build_args", new LinkedHashMap<>(build.facts().buildArgs()));
        facts.put("secrets", build.facts().secrets());
        put(facts, "image_id", build.imageId());
        put(facts, "manifest", build.manifest());
        RecordedFailure failure = build.failure();
        if (failure != null) {
            put(facts, "place", failure.place());
            put(facts, "hint", failure.hint());
            if (failure.exitCode() >= 0) {
                facts.put("exit_code", failure.exitCode());
            }
        }
        facts.put("warnings", build.warnings());
        List<Object> steps = new ArrayList<>();
        for (RecordedStep step : build.steps()) {
            steps.add(facts(step));
        }
        facts.put("steps", steps);
        List<Object> critical = new ArrayList<>();
        for (RecordedStep step : build.criticalPath()) {
            critical.add(step.number());
        }
        facts.put("critical_path", critical);
        return facts;
    }

    private static Map<String, Object> facts(RecordedStep step) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("number", step.number());
        facts.put("kind", step.kind());
        facts.put("stage", step.stage());
        facts.put("name", step.name());
        facts.put("instruction", step.instruction());
        facts.put("platform", step.platform());
        if (step.file() != null) {
            facts.put("file", step.file());
            facts.put("first_line", step.firstLine());
            facts.put("last_line", step.lastLine());
        }
        facts.put("inputs", step.inputs());
        facts.put("status", step.verdict().word());
        if (step.startNanos() >= 0) {
            facts.put("started_ns", step.startNanos());
        }
        facts.put("duration_ns", step.nanos());
        facts.put("size", step.size());
        put(facts, "layer", step.diffId());
        put(facts, "reason", step.reason());
        put(facts, "summary", step.summary());
        facts.put("changes", step.changes());
        put(facts, "error", step.error());
        facts.put("log_lines", step.logLines());
        return facts;
    }

    private static void put(Map<String, Object> facts, String name, @Nullable String value) {
        if (value != null && !value.isEmpty()) {
            facts.put(name, value);
        }
    }
}
