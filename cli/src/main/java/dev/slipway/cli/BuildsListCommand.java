package dev.slipway.cli;

import dev.slipway.build.record.BuildRecords;
import dev.slipway.build.record.BuildStatus;
import dev.slipway.build.record.BuildSummary;
import dev.slipway.cli.options.CommandSpec;
import dev.slipway.cli.options.Option;
import dev.slipway.cli.options.Parsed;
import dev.slipway.cli.options.UsageException;
import dev.slipway.cli.output.Human;
import dev.slipway.cli.output.Listing;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// `slipway builds ls`: the builds that are remembered.
final class BuildsListCommand implements Command {
    private static final Option FILTER =
            Option.list(
                    "filter",
                    'f',
                    "KEY=VALUE",
                    "Only builds for which it holds: status, name, ref, since, until");
    private static final Option FORMAT =
            Option.value(
                    "format", "FORMAT", "\"table\", \"json\", \"table TEMPLATE\" or a Go template");
    private static final Option QUIET = Option.flag("quiet", 'q', "Show IDs only");
    private static final Option NO_TRUNC = Option.flag("no-trunc", "Show names in full");
    private static final Option LOCAL =
            Option.flag("local", "Accepted for buildx's sake: there is only this machine").hidden();
    private static final int NAME_WIDTH = 36;

    @Override
    public CommandSpec spec() {
        return new CommandSpec("builds ls", "List builds, the newest first")
                .usage("[OPTIONS]")
                .aliases("builds list", "buildx history ls", "builder history ls")
                .options("Options", FILTER, FORMAT, QUIET, NO_TRUNC, LOCAL)
                .describe(
                        """
                        A status is running, completed, failed, canceled, or died: its process ended without a word.
                        name= holds for a part of the name; since= and until= take 24h or a date.

                        Fields for templates: .ID .Name .Status .CreatedAt .CreatedSince .Duration .Steps .Error\
                        """)
                .example(
                        "What failed today",
                        "slipway builds ls --filter status=failed -f since=24h");
    }

    @Override
    public int run(Parsed line, Session session) throws Exception {
        List<BuildSummary> builds = new ArrayList<>();
        for (BuildSummary build : new BuildRecords(session.home()).list()) {
            if (holds(build, line.texts(FILTER), session.now())) {
                builds.add(build);
            }
        }
        if (line.is(QUIET)) {
            builds.forEach(build -> session.out().println(build.id()));
            return Main.OK;
        }
        String format = line.text(FORMAT, "");
        boolean json = format.equals("json");
        List<Map<String, Object>> rows = new ArrayList<>();
        for (BuildSummary build : builds) {
            rows.add(json ? facts(build) : row(build, line.is(NO_TRUNC), session.now()));
        }
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("ID", "BUILD ID");
        headers.put("Name", "NAME");
        headers.put("Status", "STATUS");
        headers.put("CreatedAt", "CREATED AT");
        headers.put("CreatedSince", "CREATED");
        headers.put("Duration", "DURATION");
        headers.put("Steps", "STEPS");
        headers.put("Error", "ERROR");
        String standard =
                "{{.ID}}\t{{.Name}}\t{{.Status}}\t{{.CreatedSince}}\t{{.Duration}}\t{{.Steps}}";
        new Listing(headers, standard).print(rows, format, session.out());
        return Main.OK;
    }

    private static Map<String, Object> row(BuildSummary build, boolean full, Instant now) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("ID", build.id());
        row.put("Name", full ? build.name() : Human.ellipsis(build.name(), NAME_WIDTH));
        row.put("Status", capitalised(build.status().word()));
        row.put("CreatedAt", ImageListCommand.at(build.started()));
        row.put("CreatedSince", Human.age(Duration.between(build.started(), now)) + " ago");
        row.put("Duration", Human.seconds(build.nanos()));
        row.put("Steps", steps(build));
        row.put("Error", build.error() == null ? "" : build.error());
        return row;
    }

    private static String capitalised(String word) {
        return word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1);
    }

    private static String steps(BuildSummary build) {
        if (build.steps() == 0) {
            return "";
        }
        return build.made() + " done, " + build.cached() + " cached";
    }

    /// The names of `buildx history ls --format json`, and more.
    static Map<String, Object> facts(BuildSummary build) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("ref", build.id());
        facts.put("name", build.name());
        facts.put("status", capitalised(build.status().word()));
        facts.put("created_at", build.started().toString());
        Instant ended = build.ended();
        if (ended != null) {
            facts.put("completed_at", ended.toString());
        }
        facts.put("duration_ns", build.nanos());
        facts.put("total_steps", build.steps());
        facts.put("completed_steps", build.made() + build.cached());
        facts.put("cached_steps", build.cached());
        facts.put("tags", build.tags());
        if (build.error() != null) {
            facts.put("error", build.error());
        }
        return facts;
    }

    private static boolean holds(BuildSummary build, List<String> filters, Instant now)
            throws UsageException {
        for (String filter : filters) {
            int equals = filter.indexOf('=');
            String key = equals < 0 ? filter : filter.substring(0, equals);
            String value = equals < 0 ? "" : filter.substring(equals + 1);
            boolean holds =
                    switch (key) {
                        case "status" -> status(value) == build.status();
                        case "name" -> build.name().contains(value);
                        case "ref", "id" -> build.id().startsWith(value);
                        case "since" -> !build.started().isBefore(ImageFilter.instant(value, now));
                        case "until" -> build.started().isBefore(ImageFilter.instant(value, now));
                        default ->
                                throw new UsageException(
                                        "invalid filter \"" + filter + "\"",
                                        "There are status=, name=, ref=, since= and until=.");
                    };
            if (!holds) {
                return false;
            }
        }
        return true;
    }

    /// Takes buildx's word `error` too.
    private static BuildStatus status(String word) throws UsageException {
        String wanted = word.equals("error") ? "failed" : word.toLowerCase(Locale.ROOT);
        for (BuildStatus status : BuildStatus.values()) {
            if (status.word().equals(wanted)) {
                return status;
            }
        }
        throw new UsageException(
                "invalid status \"" + word + "\"",
                "There are running, completed, failed, canceled and died.");
    }
}
