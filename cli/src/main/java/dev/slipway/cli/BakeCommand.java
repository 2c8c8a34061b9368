package dev.slipway.cli;

import dev.slipway.build.BuildResult;
import dev.slipway.build.Cancellation;
import dev.slipway.build.ImageSource;
import dev.slipway.build.RemoteFiles;
import dev.slipway.build.bake.BakeBuilds;
import dev.slipway.build.bake.BakeDefinition;
import dev.slipway.build.bake.BakeEnvironment;
import dev.slipway.build.bake.BakeFiles;
import dev.slipway.build.bake.BakePermissions;
import dev.slipway.build.bake.BakePlan;
import dev.slipway.cli.options.CommandSpec;
import dev.slipway.cli.options.Option;
import dev.slipway.cli.options.Parsed;
import dev.slipway.cli.options.UsageException;
import dev.slipway.distribution.Registries;
import dev.slipway.image.Platform;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
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
        Path here = Path.of("").toAbsolutePath();
        // As in buildx: an address before the targets is where the files are.
        List<String> targets = line.arguments();
        String address =
                !targets.isEmpty() && RemoteFiles.isAddress(targets.getFirst())
                        ? targets.getFirst()
                        : null;
        BakeRemote remote = address == null ? null : new BakeRemote(address, line, session);
        List<String> files = files(line, session);
        BakeDefinition definition =
                BakeDefinition.parse(
                        remote == null
                                ? BakeFiles.read(files, here, session.in())
                                : remote.read(files, here),
                        environment(line, session, here));
        if (looksOnly && !line.is(BakeFlags.PRINT)) {
            new BakeListing(line, session).print(definition);
            return Main.OK;
        }
        BakePlan plan =
                definition.plan(
                        remote == null ? targets : targets.subList(1, targets.size()),
                        overrides(line));
        if (line.is(BakeFlags.PRINT)) {
            session.out().println((remote == null ? plan : remote.shown(plan)).toJson());
            return Main.OK;
        }
        plan = remote == null ? plan : remote.moved(plan);
        if (!"0".equals(session.variable("BUILDX_BAKE_ENTITLEMENTS_FS"))) {
            BakePermissions.parse(line.texts(BakeFlags.ALLOW), here).check(plan);
        }
        if (BakeCalls.any(plan)) {
            try (BakeRequests requests = new BakeRequests(plan, line, session)) {
                return new BakeCalls(plan, requests, session).run();
            }
        }
        build(plan, line, session);
        return Main.OK;
    }

    private static List<String> files(Parsed line, Session session) {
        List<String> files = line.texts(BakeFlags.FILE);
        String variable = session.variable("BUILDX_BAKE_FILE");
        if (!files.isEmpty() || variable == null) {
            return files;
        }
        String separator = session.variable("BUILDX_BAKE_PATH_SEPARATOR");
        List<String> named = new ArrayList<>();
        int start = 0;
        String by = separator == null ? ":" : separator;
        while (start <= variable.length()) {
            int end = variable.indexOf(by, start);
            end = end < 0 ? variable.length() : end;
            String name = variable.substring(start, end).strip();
            if (!name.isEmpty()) {
                named.add(name);
            }
            start = end + by.length();
        }
        return named;
    }

    private static BakeEnvironment environment(Parsed line, Session session, Path here)
            throws UsageException {
        Map<String, String> given = new LinkedHashMap<>();
        for (String text : line.texts(BakeFlags.VAR)) {
            int equals = text.indexOf('=');
            if (equals <= 0) {
                throw Parsed.wrongValue(BakeFlags.VAR, text, "NAME=VALUE");
            }
            given.put(text.substring(0, equals), text.substring(equals + 1));
        }
        String off = session.variable("BUILDX_BAKE_DISABLE_VARS_ENV_LOOKUP");
        boolean alone = "1".equals(off) || "true".equals(off);
        return new BakeEnvironment(
                alone ? Map.of() : session.environment(),
                given,
                here,
                Clock.fixed(now(session), ZoneOffset.UTC),
                Platform.host().toString());
    }

    /// The time files see: SOURCE_DATE_EPOCH, so that the same files give the same build.
    private static Instant now(Session session) {
        String epoch = session.variable("SOURCE_DATE_EPOCH");
        try {
            return epoch == null ? session.now() : Instant.ofEpochSecond(Long.parseLong(epoch));
        } catch (NumberFormatException | java.time.DateTimeException _) {
            return session.now(); // the builds will say what is wrong with it
        }
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
            results =
                    BakeBuilds.run(
                            session.store(),
                            plan,
                            requests,
                            ImageSource.pulling(() -> registries(session, shown)),
                            cancellation,
                            jobs);
            requests.writeMetadata();
        }
        if (shown) {
            for (Map.Entry<String, BuildResult> result : results.entrySet()) {
                session.err().print(result.getKey() + ": ");
                BuildCommand.report(result.getValue(), session);
            }
        }
    }

    private static Registries registries(Session session, boolean shown) {
        return RegistryAccess.open(session, RegistryAccess.progress(session, !shown));
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
