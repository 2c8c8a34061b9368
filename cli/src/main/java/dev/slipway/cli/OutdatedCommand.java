package dev.slipway.cli;

import dev.slipway.build.BaseLocking;
import dev.slipway.build.BuildRequest;
import dev.slipway.build.ImageLock;
import dev.slipway.build.LockEntry;
import dev.slipway.cli.options.CommandSpec;
import dev.slipway.cli.options.Option;
import dev.slipway.cli.options.Parsed;
import dev.slipway.cli.output.Human;
import dev.slipway.cli.output.JsonText;
import dev.slipway.cli.output.Table;
import dev.slipway.cli.progress.TransferProgress;
import dev.slipway.distribution.Registries;
import dev.slipway.distribution.RegistryException;
import dev.slipway.distribution.Updates;
import dev.slipway.distribution.Updates.Update;
import dev.slipway.image.Digest;
import dev.slipway.image.ImageException;
import dev.slipway.image.Reference;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// `slipway outdated`: what is newer than the base images of a Dockerfile.
final class OutdatedCommand implements Command {
    private static final Option FORMAT =
            Option.value("format", "FORMAT", "Form of the list")
                    .choices("table", "json")
                    .standard("table");
    private static final Option EXIT_CODE =
            Option.flag("exit-code", "End with 3 if anything is outdated");

    /// An image of the Dockerfile.
    ///
    /// @param digest that it is pinned to; null: it is not
    /// @param place in the Dockerfile; null: only the lock has it
    /// @param onlyInStore whether registries need not know it
    private record Base(
            Reference name, @Nullable Digest digest, @Nullable String place, boolean onlyInStore) {}

    /// An image and what is newer.
    private record Row(Base base, Update update) {
        boolean isMoved() {
            Digest pinned = base.digest();
            return pinned != null && update.current() != null && !pinned.equals(update.current());
        }

        boolean isOutdated() {
            return isMoved() || !update.newer().isEmpty();
        }

        /// Why not all is known; null: it is.
        @Nullable IOException failure() {
            boolean expected =
                    base.onlyInStore()
                            && update.failure() instanceof RegistryException e
                            && e.status() != 0;
            return expected ? null : update.failure();
        }

        String now() {
            if (base.name().tag() == null) {
                return "-";
            }
            Digest current = update.current();
            if (current == null) {
                return failure() != null ? "?" : base.onlyInStore() ? "only in the store" : "gone";
            }
            return isMoved() || base.digest() == null ? current.shortHex() : "the same";
        }

        String newer() {
            List<String> parts = new ArrayList<>();
            update.newer().forEach((level, tag) -> parts.add(level + " " + tag));
            return parts.isEmpty() ? "-" : String.join(", ", parts);
        }
    }

    @Override
    public CommandSpec spec() {
        return new CommandSpec("outdated", "Show what is newer than a Dockerfile's base images")
                .usage("[OPTIONS] [PATH]")
                .arguments(0, 1, Option.Offer.DIRECTORIES)
                .options("Options", FORMAT, EXIT_CODE)
                .options(
                        "What is built",
                        BuildFlags.FILE,
                        BuildFlags.TARGET,
                        BuildFlags.BUILD_ARG,
                        BuildFlags.PLATFORM,
                        BuildFlags.BUILD_CONTEXT)
                .options(
                        "Registry",
                        RegistryAccess.AUTH_FILE,
                        RegistryAccess.CREDS,
                        RegistryAccess.TLS_VERIFY)
                .describe(
                        """
                        For every image that the lock or the Dockerfile names: whether its tag stands for another digest by now, and the newest patch, minor and major version among the tags that differ from it in nothing but the version. 3.12-slim is followed by 3.13-slim, not by 3.13.

                        A registry that cannot be asked is an error, and the other images are shown all the same. Nothing is pulled.\
                        """)
                .example("What could be updated?", "slipway outdated")
                .example("A job that reminds", "slipway outdated --exit-code --format json .")
                .exitCode("3", "--exit-code: something is outdated");
    }

    @Override
    public int run(Parsed line, Session session) throws Exception {
        line.defaultArgument(".");
        BuildRequest.Builder request = new BuildArguments(line, session).request();
        Path file = BuildArguments.lock(request);
        List<Base> bases = bases(ImageLock.read(file), request.build(), session);
        List<Row> rows = new ArrayList<>();
        try (TransferProgress progress = RegistryAccess.progress(session, false);
                Registries registries = RegistryAccess.open(line, session, progress)) {
            List<Reference> names = new ArrayList<>();
            bases.forEach(base -> names.add(base.name()));
            Map<Reference, Update> updates =
                    RegistryAccess.stoppably(session, () -> new Updates(registries).find(names));
            for (Base base : bases) {
                Update update = updates.get(base.name());
                if (update != null) {
                    rows.add(new Row(base, update));
                }
            }
        }
        if (line.text(FORMAT, "table").equals("json")) {
            session.out().println(JsonText.indented(json(rows)));
        } else if (!rows.isEmpty()) {
            table(rows).print(session.out());
        }
        session.out().flush();
        boolean failed = failures(rows, session);
        boolean outdated = rows.stream().anyMatch(Row::isOutdated);
        if (outdated && line.is(EXIT_CODE)) {
            return Main.REFUSED;
        }
        return failed ? Main.FAILED : Main.OK;
    }

    /// Those of the lock, and those the Dockerfile names and the lock does not have.
    private static List<Base> bases(@Nullable ImageLock lock, BuildRequest request, Session session)
            throws Exception {
        Map<Reference, String> places = new BaseLocking(session.store(), request).names();
        Map<Reference, Base> bases = new TreeMap<>();
        places.forEach(
                (name, place) -> bases.put(name, new Base(name, name.digest(), place, false)));
        if (lock != null) {
            for (LockEntry entry : lock.entries()) {
                Reference name = entry.reference();
                boolean store = entry.source().equals(LockEntry.STORE);
                bases.put(name, new Base(name, entry.digest(), places.get(name), store));
            }
        }
        return List.copyOf(bases.values());
    }

    private static Table table(List<Row> rows) {
        Table table = new Table("REFERENCE", "PINNED", "NOW", "NEWER TAGS", "PLACE");
        for (Row row : rows) {
            Base base = row.base();
            Reference name = base.name();
            table.row(
                    name.tag() == null ? name.familiar() : name.withTag(name.tag()).familiar(),
                    base.digest() == null ? "-" : base.digest().shortHex(),
                    row.now(),
                    row.newer(),
                    base.place() == null ? "-" : base.place());
        }
        return table;
    }

    /// Says what could not be asked: once for a registry that is not there.
    private static boolean failures(List<Row> rows, Session session) {
        Set<String> told = new LinkedHashSet<>();
        for (Row row : rows) {
            IOException failure = row.failure();
            if (failure == null) {
                continue;
            }
            String hint = failure instanceof ImageException e ? e.hint() : null;
            told.add(
                    "error: "
                            + Human.printable(String.valueOf(failure.getMessage()))
                            + (hint == null ? "" : "\nhint: " + Human.printable(hint)));
        }
        told.forEach(session.err()::println);
        return !told.isEmpty();
    }

    private static List<Map<String, Object>> json(List<Row> rows) {
        List<Map<String, Object>> list = new ArrayList<>();
        for (Row row : rows) {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("reference", row.base().name().familiar());
            put(json, "place", row.base().place());
            put(json, "digest", row.base().digest());
            put(json, "current", row.update().current());
            json.put("outdated", row.isOutdated());
            Map<String, Object> newer = new LinkedHashMap<>();
            row.update().newer().forEach((level, tag) -> newer.put(level.toString(), tag));
            json.put("newer", newer);
            IOException failure = row.failure();
            put(json, "error", failure == null ? null : failure.getMessage());
            list.add(json);
        }
        return list;
    }

    private static void put(Map<String, Object> json, String name, @Nullable Object value) {
        if (value != null) {
            json.put(name, value.toString());
        }
    }
}
