package dev.slipway.cli;

import dev.slipway.build.RemoteFiles;
import dev.slipway.build.bake.BakeDefinition;
import dev.slipway.build.bake.BakeEnvironment;
import dev.slipway.build.bake.BakeFiles;
import dev.slipway.build.bake.BakePermissions;
import dev.slipway.build.bake.BakePlan;
import dev.slipway.cli.options.Parsed;
import dev.slipway.cli.options.UsageException;
import dev.slipway.image.Platform;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The bake files that a command line names, and what is to be built of them.
final class BakeReading {
    private final Parsed line;
    private final Session session;
    private final Path here = Path.of("").toAbsolutePath();
    private final List<String> targets;
    private final @Nullable BakeRemote remote;
    private final BakeDefinition definition;

    /// @param given the files named; empty: what the environment names, else the usual ones
    BakeReading(Parsed line, Session session, List<String> given) throws Exception {
        this.line = line;
        this.session = session;
        // As in buildx: an address before the targets is where the files are.
        List<String> words = line.arguments();
        boolean elsewhere = !words.isEmpty() && RemoteFiles.isAddress(words.getFirst());
        this.remote = elsewhere ? new BakeRemote(words.getFirst(), line, session) : null;
        this.targets = elsewhere ? words.subList(1, words.size()) : words;
        List<String> files = given.isEmpty() ? environmentFiles() : given;
        this.definition =
                BakeDefinition.parse(
                        remote == null
                                ? BakeFiles.read(files, here, session.in())
                                : remote.read(files, here),
                        environment());
    }

    BakeDefinition definition() {
        return definition;
    }

    /// The plan for people: of files from elsewhere with addresses that show no credentials.
    BakePlan shown(List<String> overrides) throws Exception {
        BakePlan plan = definition.plan(targets, overrides);
        return remote == null ? plan : remote.shown(plan);
    }

    /// The plan to be built; it asks for nothing that is not allowed.
    BakePlan plan(List<String> overrides) throws Exception {
        BakePlan asked = definition.plan(targets, overrides);
        BakePlan plan = remote == null ? asked : remote.moved(asked);
        if (!"0".equals(session.variable("BUILDX_BAKE_ENTITLEMENTS_FS"))) {
            permissions().check(plan);
        }
        return plan;
    }

    BakePermissions permissions() throws Exception {
        return BakePermissions.parse(line.texts(BakeFlags.ALLOW), here);
    }

    private List<String> environmentFiles() {
        String variable = session.variable("BUILDX_BAKE_FILE");
        if (variable == null) {
            return List.of();
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

    private BakeEnvironment environment() throws UsageException {
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
                Clock.fixed(now(), ZoneOffset.UTC),
                Platform.host().toString());
    }

    /// The time files see: SOURCE_DATE_EPOCH, so that the same files give the same build.
    private Instant now() {
        String epoch = session.variable("SOURCE_DATE_EPOCH");
        try {
            return epoch == null ? session.now() : Instant.ofEpochSecond(Long.parseLong(epoch));
        } catch (NumberFormatException | java.time.DateTimeException _) {
            return session.now(); // the builds will say what is wrong with it
        }
    }
}
