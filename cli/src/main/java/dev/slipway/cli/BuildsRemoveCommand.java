package dev.slipway.cli;

import dev.slipway.build.record.BuildRecords;
import dev.slipway.build.record.BuildStatus;
import dev.slipway.build.record.BuildSummary;
import dev.slipway.cli.options.Amounts;
import dev.slipway.cli.options.CommandSpec;
import dev.slipway.cli.options.Option;
import dev.slipway.cli.options.Parsed;
import dev.slipway.cli.options.UsageException;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// `slipway builds rm`: forgets builds.
final class BuildsRemoveCommand implements Command {
    private static final Option ALL = Option.flag("all", 'a', "All builds that do not run");
    private static final Option OLDER =
            Option.value("older-than", "TIME", "Builds that began longer ago, such as 48h");

    @Override
    public CommandSpec spec() {
        return new CommandSpec("builds rm", "Forget builds")
                .usage("BUILD [BUILD...]")
                .usage("--all")
                .usage("--older-than TIME")
                .aliases("builds remove", "buildx history rm", "builder history rm")
                .arguments(0, -1, Option.Offer.NOTHING)
                .options("Options", ALL, OLDER)
                .describe(
                        """
                        Removes records, logs, and the kept state of failed steps; images and the cache stay. A build
                        that runs is not forgotten.\
                        """);
    }

    @Override
    public int run(Parsed line, Session session) throws Exception {
        boolean many = line.is(ALL) || line.has(OLDER);
        if (many != line.arguments().isEmpty()) {
            throw new UsageException(
                    many ? "builds are named besides --all or --older-than" : "no build is named",
                    "Name builds, or give --all or --older-than.");
        }
        Rootless.prefer(session); // what failed steps left may belong to ids of the namespace
        BuildRecords records = new BuildRecords(session.home());
        int code = Main.OK;
        for (BuildSummary build : many ? chosen(records, line, session) : named(records, line)) {
            if (build.status() == BuildStatus.RUNNING) {
                session.err().println("error: build " + build.id() + " is running");
                code = Main.FAILED;
            } else if (records.remove(build.id())) {
                session.out().println(build.id());
            }
        }
        return code;
    }

    private static List<BuildSummary> named(BuildRecords records, Parsed line) throws Exception {
        List<BuildSummary> builds = new ArrayList<>();
        for (String name : line.arguments()) {
            builds.add(records.read(BuildChoice.id(records, name)).summary());
        }
        return builds;
    }

    private static List<BuildSummary> chosen(BuildRecords records, Parsed line, Session session)
            throws Exception {
        Instant limit = null;
        if (line.has(OLDER)) {
            long nanos = Amounts.nanos(line.text(OLDER, ""));
            if (nanos < 0) {
                throw Parsed.wrongValue(OLDER, line.text(OLDER, ""), "a time such as 48h");
            }
            limit = session.now().minus(Duration.ofNanos(nanos));
        }
        List<BuildSummary> builds = new ArrayList<>();
        for (BuildSummary build : records.list()) {
            boolean old = limit == null || build.started().isBefore(limit);
            if (old && build.status() != BuildStatus.RUNNING) {
                builds.add(build);
            }
        }
        return builds;
    }
}
