package dev.slipway.cli;

import dev.slipway.build.BuildResult;
import dev.slipway.build.Cancellation;
import dev.slipway.build.bake.BakeBuilds;
import dev.slipway.build.bake.BakePlan;
import dev.slipway.cli.options.CommandSpec;
import dev.slipway.cli.options.Option;
import dev.slipway.cli.options.Parsed;
import dev.slipway.cli.options.UsageException;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/// `slipway bake`: many targets from one file.
final class BakeCommand implements Command {
    @Override
    public CommandSpec spec() {
        return BakeFlags.spec();
    }

    @Override
    public int run(Parsed line, Session session) throws Exception {
        boolean looksOnly =
                line.is(BakeFlags.PRINT)
                        || line.has(BakeFlags.LIST)
                        || line.is(BakeFlags.LIST_TARGETS)
                        || line.is(BakeFlags.LIST_VARIABLES);
        if (!looksOnly) {
            Rootless.prefer(session); // later it would be too late: what was read is gone
        }
        BakeReading reading = new BakeReading(line, session, line.texts(BakeFlags.FILE));
        if (looksOnly && !line.is(BakeFlags.PRINT)) {
            new BakeListing(line, session).print(reading.definition());
            return Main.OK;
        }
        List<String> overrides = overrides(line);
        if (line.is(BakeFlags.PRINT)) {
            session.out().println(reading.shown(overrides).toJson());
            return Main.OK;
        }
        BakePlan plan = reading.plan(overrides);
        if (BakeCalls.any(plan)) {
            try (BakeRequests requests = new BakeRequests(plan, line, session)) {
                return new BakeCalls(plan, requests, session).run();
            }
        }
        build(plan, line, session);
        return Main.OK;
    }

    /// What `--set` says, and what other flags say for all targets.
    private static List<String> overrides(Parsed line) throws UsageException {
        List<String> overrides = new ArrayList<>(line.texts(BakeFlags.SET));
        for (Option flag :
                new Option[] {BakeFlags.PUSH, BakeFlags.LOAD, BakeFlags.NO_CACHE, BakeFlags.PULL}) {
            if (line.has(flag)) {
                overrides.add("*." + flag.name() + "=" + line.is(flag));
            }
        }
        String call = line.is(BakeFlags.CHECK) ? "check" : line.text(BakeFlags.CALL, "build");
        if (!call.equals("build")) {
            overrides.add("*.call=" + call);
        }
        for (Option attestation : new Option[] {BakeFlags.PROVENANCE, BakeFlags.SBOM}) {
            String value = line.text(attestation);
            if (value != null && !value.isEmpty()) {
                overrides.add("*.attest=" + attestation(attestation.name(), value));
            }
        }
        return overrides;
    }

    private static String attestation(String type, String value) {
        return switch (value) {
            case "true", "1" -> "type=" + type + ",disabled=false";
            case "false", "0" -> "type=" + type + ",disabled=true";
            default -> "type=" + type + "," + value;
        };
    }

    private static void build(BakePlan plan, Parsed line, Session session) throws Exception {
        Cancellation cancellation = new Cancellation();
        int jobs = jobs(line);
        boolean shown = ProgressChoice.isForPeople(line);
        SortedMap<String, BuildResult> results;
        try (Console.Stopping _ = session.console().onStop(cancellation::cancel);
                BakeRequests requests = new BakeRequests(plan, line, session)) {
            results = BakeBuilds.run(session.store(), plan, requests, cancellation, jobs);
            requests.writeMetadata();
        }
        if (shown) {
            for (Map.Entry<String, BuildResult> result : results.entrySet()) {
                session.err().print(result.getKey() + ": ");
                BuildCommand.report(result.getValue(), session);
            }
        }
    }

    private static int jobs(Parsed line) throws UsageException {
        Long jobs = line.number(BakeFlags.JOBS);
        if (jobs != null && (jobs < 0 || jobs > 1000)) {
            throw Parsed.wrongValue(BakeFlags.JOBS, jobs.toString(), "a number from 0 to 1000");
        }
        // Steps are bounded by the builds themselves; more targets than this only hold memory.
        return jobs == null || jobs == 0
                ? Math.max(4, 2 * Runtime.getRuntime().availableProcessors())
                : jobs.intValue();
    }
}
