package dev.slipway.cli;

import dev.slipway.build.BuildRequest;
import dev.slipway.build.Locking;
import dev.slipway.build.bake.BakePlan;
import dev.slipway.build.bake.BakeTarget;
import dev.slipway.cli.options.Option;
import dev.slipway.cli.options.Parsed;
import dev.slipway.cli.options.UsageException;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// A Dockerfile whose names are looked at by `slipway lock` and `slipway outdated`.
///
/// @param file its lock, which need not be there
record LockSubject(Path file, Locking locking) {
    /// What a build of the Dockerfile would be given, as its names may depend on it.
    static final Option[] BUILD = {
        BuildFlags.FILE,
        BuildFlags.TARGET,
        BuildFlags.BUILD_ARG,
        BuildFlags.PLATFORM,
        BuildFlags.BUILD_CONTEXT
    };

    private static final Option BAKE =
            Option.list(
                            "bake",
                            "FILE",
                            "The Dockerfiles of a bake or Compose file's targets; alone it means"
                                    + " the usual files; arguments are targets")
                    .implied("")
                    .offers(Option.Offer.FILES);

    /// Many Dockerfiles at once.
    static final Option[] MANY = {BAKE, BakeFlags.SET, BakeFlags.VAR, BakeFlags.ALLOW};

    static final Option[] REGISTRY = {
        RegistryAccess.AUTH_FILE, RegistryAccess.CREDS, RegistryAccess.TLS_VERIFY
    };

    /// Those that a command line is about, by the place of their locks.
    ///
    /// @param writes whether locks will be written
    static List<LockSubject> of(Parsed line, Session session, boolean writes) throws Exception {
        if (line.has(BAKE)) {
            return ofTargets(line, session, writes);
        }
        for (Option option : MANY) {
            if (line.has(option)) {
                throw new UsageException(option + " is for --bake");
            }
        }
        if (line.arguments().size() > 1) {
            throw new UsageException(
                    "one Dockerfile at a time", "Those of a bake file's targets: --bake.");
        }
        line.defaultArgument(".");
        BuildRequest.Builder request = new BuildArguments(line, session).request();
        Path file = BuildArguments.lock(request);
        var use = new Locking.Use(request.build(), Set.of());
        return List.of(new LockSubject(file, new Locking(session.store(), List.of(use))));
    }

    private static List<LockSubject> ofTargets(Parsed line, Session session, boolean writes)
            throws Exception {
        for (Option option : BUILD) {
            if (line.has(option)) {
                throw new UsageException(
                        option + " is not for --bake", "Change targets: --set TARGET.KEY=VALUE.");
            }
        }
        List<String> files = new ArrayList<>(line.texts(BAKE));
        files.removeIf(String::isEmpty);
        BakeReading reading = new BakeReading(line, session, files);
        BakePlan plan = reading.plan(line.texts(BakeFlags.SET));
        Map<Path, List<Locking.Use>> uses = new TreeMap<>();
        for (BakeTarget target : plan.targets().values()) {
            Parsed parsed = TargetRequests.parse(target, List.of(), session);
            BuildRequest.Builder request = TargetRequests.request(target, parsed, session);
            Path dockerfile = request.build().dockerfileFile();
            if (dockerfile == null) {
                session.err()
                        .println(
                                "The target "
                                        + target.name()
                                        + " has no lock: its Dockerfile is no file of this"
                                        + " machine");
                continue;
            }
            Set<String> results = target.targetContexts().keySet();
            results.forEach(name -> request.namedContext(name, "docker-image://" + name));
            uses.computeIfAbsent(BuildArguments.lock(request).normalize(), _ -> new ArrayList<>())
                    .add(new Locking.Use(request.build(), results));
        }
        if (writes && !"0".equals(session.variable("BUILDX_BAKE_ENTITLEMENTS_FS"))) {
            reading.permissions().checkWrites(uses.keySet());
        }
        List<LockSubject> subjects = new ArrayList<>();
        for (Map.Entry<Path, List<Locking.Use>> each : uses.entrySet()) {
            var locking = new Locking(session.store(), each.getValue());
            subjects.add(new LockSubject(each.getKey(), locking));
        }
        return subjects;
    }
}
