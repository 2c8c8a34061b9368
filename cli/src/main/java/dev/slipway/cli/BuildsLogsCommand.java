package dev.slipway.cli;

import dev.slipway.build.record.BuildRecords;
import dev.slipway.build.record.LogLine;
import dev.slipway.build.record.RecordedBuild;
import dev.slipway.build.record.RecordedStep;
import dev.slipway.cli.options.CommandSpec;
import dev.slipway.cli.options.Option;
import dev.slipway.cli.options.Parsed;
import dev.slipway.cli.output.Human;

import java.util.HashMap;
import java.util.Map;

/// `slipway builds logs`: what the steps of a build wrote.
final class BuildsLogsCommand implements Command {
    private static final Option TIMES =
            Option.flag("timestamps", 't', "Begin lines with their time");

    @Override
    public CommandSpec spec() {
        return new CommandSpec("builds logs", "Print what the steps of a build wrote")
                .usage("[OPTIONS] [BUILD [STEP]]")
                .aliases("buildx history logs", "builder history logs")
                .arguments(0, 2, Option.Offer.NOTHING)
                .options("Options", TIMES)
                .describe(
                        """
                        With STEP, the number that builds show shows, only its lines, as it wrote them: standard output
                        and standard error go where they went. Without, the lines of all steps, each with its step's
                        number.

                        """
                                + BuildChoice.WORDS)
                .example("The step that failed last", "slipway builds logs ^0 4");
    }

    @Override
    public int run(Parsed line, Session session) throws Exception {
        BuildRecords records = new BuildRecords(session.home());
        String name = line.arguments().isEmpty() ? "" : line.argument();
        String id = BuildChoice.id(records, name);
        RecordedBuild build = records.read(id);
        boolean times = line.is(TIMES);
        if (line.arguments().size() < 2) {
            all(records, build, times, session);
            return Main.OK;
        }
        int step = StepChoice.number(build, line.arguments().get(1));
        records.logs(
                id,
                log -> {
                    if (log.step() == step) {
                        String text = Human.printable(log.text());
                        (log.isError() ? session.err() : session.out())
                                .println(times ? log.time() + " " + text : text);
                    }
                });
        return Main.OK;
    }

    private static void all(
            BuildRecords records, RecordedBuild build, boolean times, Session session)
            throws Exception {
        Map<Integer, String> names = new HashMap<>();
        for (RecordedStep step : build.steps()) {
            names.put(step.number(), step.name());
        }
        int[] last = {0};
        records.logs(
                build.summary().id(),
                (LogLine log) -> {
                    if (log.step() != last[0]) {
                        last[0] = log.step();
                        String title = names.getOrDefault(log.step(), "");
                        session.out().println("#" + log.step() + " " + Human.printable(title));
                    }
                    String prefix = times ? log.time() + " " : "";
                    session.out()
                            .println("#" + log.step() + " " + prefix + Human.printable(log.text()));
                });
    }
}
