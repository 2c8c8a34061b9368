package dev.slipway.cli;

import dev.slipway.build.BaseLocking;
import dev.slipway.build.BaseLocking.Change;
import dev.slipway.build.BaseLocking.Kind;
import dev.slipway.build.BaseLocking.Locked;
import dev.slipway.build.BuildRequest;
import dev.slipway.build.ImageLock;
import dev.slipway.build.LockEntry;
import dev.slipway.cli.options.CommandSpec;
import dev.slipway.cli.options.Option;
import dev.slipway.cli.options.Parsed;
import dev.slipway.cli.options.UsageException;
import dev.slipway.cli.output.JsonText;
import dev.slipway.cli.output.Table;
import dev.slipway.cli.progress.TransferProgress;
import dev.slipway.distribution.Registries;
import dev.slipway.image.Reference;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;

/// `slipway lock`: writes what the names of base images stand for beside the Dockerfile.
final class LockCommand implements Command {
    /// No image can be called so.
    private static final String ALL = "*";

    private static final Option UPDATE =
            Option.list(
                            "update",
                            "REF",
                            "Look REF up anew, or all tags of it if it has none; alone it means all"
                                    + " images")
                    .implied(ALL);
    private static final Option CHECK =
            Option.flag("check", "Write nothing; fail if the lock does not fit the Dockerfile");
    private static final Option KEEP =
            Option.flag("keep-unused", "Keep entries that nothing uses with these arguments");
    private static final Option PULL =
            Option.value("pull", "WHEN", "never: take what the store has, and ask no registry")
                    .choices("always", "never")
                    .standard("always");
    private static final Option FORMAT =
            Option.value("format", "FORMAT", "Form of the list")
                    .choices("table", "json")
                    .standard("table");

    @Override
    public CommandSpec spec() {
        return new CommandSpec("lock", "Pin the base images of a Dockerfile by digest")
                .usage("[OPTIONS] [PATH]")
                .arguments(0, 1, Option.Offer.DIRECTORIES)
                .options("What to do", UPDATE, CHECK, KEEP, PULL)
                .options(
                        "What is built",
                        BuildFlags.FILE,
                        BuildFlags.TARGET,
                        BuildFlags.BUILD_ARG,
                        BuildFlags.PLATFORM,
                        BuildFlags.BUILD_CONTEXT)
                .options("Display", FORMAT, RegistryAccess.QUIET)
                .options(
                        "Registry",
                        RegistryAccess.AUTH_FILE,
                        RegistryAccess.CREDS,
                        RegistryAccess.TLS_VERIFY)
                .describe(
                        """
                        Dockerfile.lock, beside the Dockerfile, gets an entry for every image that FROM, COPY --from and RUN --mount name, in all stages or those --target needs. Entries that are there hold until --update; those of images no longer named go. Commit the file, and build with slipway build --locked.

                        What no registry has is taken from the store, and the list says so. No layer is pulled. docs/lock.md tells more.\
                        """)
                .example("After a change of the Dockerfile", "slipway lock .")
                .example("In CI, before the build", "slipway lock --check .")
                .example("The newest build of one base", "slipway lock --update=alpine:3.20 .")
                .exitCode("3", "--check: the lock is missing or does not fit the Dockerfile");
    }

    @Override
    public int run(Parsed line, Session session) throws Exception {
        line.defaultArgument(".");
        BuildRequest.Builder request = new BuildArguments(line, session).request();
        Path file = BuildArguments.lock(request);
        ImageLock before = ImageLock.read(file);
        if (before == null && line.is(CHECK)) {
            session.err().println("error: there is no lock " + file);
            session.err().println("hint: Write it with slipway lock, and commit it.");
            return Main.REFUSED;
        }
        ImageLock lock = before == null ? ImageLock.EMPTY : before;
        boolean alone = line.text(PULL, "always").equals("never");
        BaseLocking locking = new BaseLocking(session.store(), request.build());
        try (TransferProgress progress =
                        RegistryAccess.progress(session, line.is(RegistryAccess.QUIET));
                Registries open = RegistryAccess.open(line, session, progress)) {
            Registries registries = alone ? null : open;
            Locked locked =
                    RegistryAccess.stoppably(
                            session, () -> locked(line, session, locking, lock, registries));
            return line.is(CHECK)
                    ? checked(locked, file, line, session)
                    : written(locked, file, before, line, session);
        }
    }

    private static Locked locked(
            Parsed line,
            Session session,
            BaseLocking locking,
            ImageLock before,
            @Nullable Registries registries)
            throws Exception {
        boolean keep = line.is(KEEP);
        if (line.is(CHECK)) {
            return locking.check(before, registries, keep);
        }
        List<Reference> wanted = new ArrayList<>();
        for (String text : line.texts(UPDATE)) {
            if (!text.equals(ALL)) {
                wanted.add(Reference.parse(text));
            }
        }
        boolean all = line.texts(UPDATE).contains(ALL);
        Predicate<Reference> anew =
                name -> all || wanted.stream().anyMatch(each -> isMeant(each, name));
        Locked locked = locking.lock(before, registries, anew, keep, session.now());
        for (Reference each : wanted) {
            if (locked.lock().entries().stream().noneMatch(e -> isMeant(each, e.reference()))) {
                throw new CommandException(
                        "the Dockerfile names no image " + each.familiar(), named(locked.lock()));
            }
        }
        return locked;
    }

    private static boolean isMeant(Reference wanted, Reference name) {
        boolean anyTag = wanted.tag() == null && wanted.digest() == null;
        return wanted.equals(anyTag ? name.nameOnly() : name);
    }

    private static @Nullable String named(ImageLock lock) {
        List<String> names = new ArrayList<>();
        lock.entries().forEach(entry -> names.add(entry.reference().familiar()));
        return names.isEmpty() ? null : "It names " + String.join(", ", names) + ".";
    }

    private static int checked(Locked locked, Path file, Parsed line, Session session)
            throws UsageException {
        if (line.text(FORMAT, "table").equals("json")) {
            session.out().println(JsonText.indented(json(locked.changes())));
        }
        if (!locked.isChanged()) {
            if (!line.is(RegistryAccess.QUIET)) {
                session.err().println(file + " fits: " + images(locked.lock()));
            }
            return Main.OK;
        }
        session.err().println("error: " + file + " does not fit the Dockerfile");
        for (Change change : locked.changes()) {
            String name = change.reference().familiar();
            if (change.kind() == Kind.MISSING) {
                session.err().println("  + " + name + " is not locked" + at(change));
            } else if (change.kind() == Kind.REMOVED) {
                session.err().println("  - " + name + " is not used any more");
            }
        }
        session.err().println("hint: Bring the lock up with slipway lock, and commit it.");
        return Main.REFUSED;
    }

    private static String at(Change change) {
        return change.place() == null ? "" : ": " + change.place();
    }

    private static int written(
            Locked locked, Path file, @Nullable ImageLock before, Parsed line, Session session)
            throws Exception {
        boolean write = before == null || locked.isChanged();
        if (write) {
            locked.lock().write(file);
        }
        if (line.text(FORMAT, "table").equals("json")) {
            session.out().println(JsonText.indented(json(locked.changes())));
        } else if (!line.is(RegistryAccess.QUIET) && !locked.changes().isEmpty()) {
            table(locked.changes()).print(session.out());
        }
        if (!line.is(RegistryAccess.QUIET)) {
            session.out().flush();
            String what = write ? "Wrote " : "Nothing changed in ";
            session.err().println(what + file + ": " + images(locked.lock()));
        }
        return Main.OK;
    }

    private static String images(ImageLock lock) {
        int count = lock.entries().size();
        return count + (count == 1 ? " image" : " images");
    }

    private static Table table(List<Change> changes) {
        Table table = new Table("REFERENCE", "DIGEST", "CHANGE", "SOURCE", "PLACE");
        for (Change change : changes) {
            LockEntry entry = change.entry();
            table.row(
                    change.reference().familiar(),
                    entry == null ? "-" : entry.digest().shortHex(),
                    change.kind().name().toLowerCase(Locale.ROOT),
                    entry == null ? "-" : entry.source(),
                    change.place() == null ? "-" : change.place());
        }
        return table;
    }

    private static List<Map<String, Object>> json(List<Change> changes) {
        List<Map<String, Object>> list = new ArrayList<>();
        for (Change change : changes) {
            LockEntry entry = change.entry();
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("reference", change.reference().familiar());
            json.put("change", change.kind().name().toLowerCase(Locale.ROOT));
            if (entry != null) {
                json.put("digest", entry.digest().toString());
                json.put("platforms", entry.platforms());
                json.put("source", entry.source());
                json.put("resolved", entry.resolved().toString());
            }
            if (change.place() != null) {
                json.put("place", change.place());
            }
            list.add(json);
        }
        return list;
    }
}
