package dev.slipway.cli;

import dev.slipway.build.DockerfileLock;
import dev.slipway.build.LockEntry;
import dev.slipway.build.Locking.Change;
import dev.slipway.build.Locking.Kind;
import dev.slipway.build.Locking.Locked;
import dev.slipway.build.Pin;
import dev.slipway.cli.options.CommandSpec;
import dev.slipway.cli.options.Option;
import dev.slipway.cli.options.Parsed;
import dev.slipway.cli.options.UsageException;
import dev.slipway.cli.output.JsonText;
import dev.slipway.cli.output.Table;
import dev.slipway.cli.progress.TransferProgress;
import dev.slipway.distribution.Registries;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// `slipway lock`: writes what the names of base images and the addresses of `ADD` stand for beside
/// the Dockerfile.
final class LockCommand implements Command {
    private static final Option UPDATE =
            Option.list(
                            "update",
                            "NAME",
                            "Look an image or address up anew, all tags of an image if none is"
                                    + " given; alone it means everything")
                    .implied(LockUpdates.ALL);
    private static final Option CHECK =
            Option.flag("check", "Write nothing; fail if the lock does not fit the Dockerfile");
    private static final Option KEEP =
            Option.flag("keep-unused", "Keep entries that nothing uses with these arguments");
    private static final Option PULL =
            Option.value("pull", "WHEN", "never: take what the store has, and ask nobody")
                    .choices("always", "never")
                    .standard("always");
    private static final Option FORMAT =
            Option.value("format", "FORMAT", "Form of the list")
                    .choices("table", "json")
                    .standard("table");

    @Override
    public CommandSpec spec() {
        return new CommandSpec("lock", "Pin what a Dockerfile takes from elsewhere")
                .usage("[OPTIONS] [PATH]")
                .usage("[OPTIONS] --bake[=FILE] [TARGET...]")
                .arguments(0, -1, Option.Offer.DIRECTORIES)
                .options("What to do", UPDATE, CHECK, KEEP, PULL)
                .options("What is built", LockSubject.BUILD)
                .options("Many Dockerfiles", LockSubject.MANY)
                .options("Display", FORMAT, RegistryAccess.QUIET)
                .options("Registry", LockSubject.REGISTRY)
                .describe(
                        """
                        Dockerfile.lock, beside the Dockerfile, gets an entry for every image that FROM, COPY --from and RUN --mount name, and for every address that ADD names without --checksum, in all stages or those --target needs. Entries that are there hold until --update; those of what is no longer named go. Commit the file, and build with slipway build --locked.

                        Images that no registry has are taken from the store, and the list says so. No layer is pulled; what ADD names is downloaded. docs/lock.md tells more.\
                        """)
                .example("After a change of the Dockerfile", "slipway lock .")
                .example("In CI, before the build", "slipway lock --check .")
                .example("The newest build of one base", "slipway lock --update=alpine:3.20 .")
                .example("The Dockerfiles of docker-bake.hcl", "slipway lock --bake")
                .exitCode("3", "--check: the lock is missing or does not fit the Dockerfile");
    }

    @Override
    public int run(Parsed line, Session session) throws Exception {
        List<LockSubject> subjects = LockSubject.of(line, session, !line.is(CHECK));
        try (TransferProgress progress =
                        RegistryAccess.progress(session, line.is(RegistryAccess.QUIET));
                Registries open = RegistryAccess.open(line, session, progress)) {
            boolean alone = line.text(PULL, "always").equals("never");
            Registries registries = alone ? null : open;
            return line.is(CHECK)
                    ? check(subjects, registries, line, session)
                    : write(subjects, registries, line, session);
        }
    }

    private static int check(
            List<LockSubject> subjects,
            @Nullable Registries registries,
            Parsed line,
            Session session)
            throws Exception {
        boolean keep = line.is(KEEP);
        int code = Main.OK;
        List<Change> changes = new ArrayList<>();
        for (LockSubject subject : subjects) {
            DockerfileLock lock = DockerfileLock.read(subject.file());
            if (lock == null) {
                session.err().println("error: there is no lock " + subject.file());
                session.err().println("hint: Write it with slipway lock, and commit it.");
                code = Main.REFUSED;
                continue;
            }
            Locked locked =
                    RegistryAccess.stoppably(
                            session, () -> subject.locking().check(lock, registries, keep));
            changes.addAll(locked.changes());
            code = Math.max(code, checked(locked, subject.file(), line, session));
        }
        printJson(changes, line, session);
        return code;
    }

    /// Nothing is written before all is known.
    private static int write(
            List<LockSubject> subjects,
            @Nullable Registries registries,
            Parsed line,
            Session session)
            throws Exception {
        var updates = new LockUpdates(line.texts(UPDATE));
        boolean keep = line.is(KEEP);
        List<@Nullable DockerfileLock> before = new ArrayList<>();
        List<Locked> all = new ArrayList<>();
        List<Change> changes = new ArrayList<>();
        for (LockSubject subject : subjects) {
            DockerfileLock there = DockerfileLock.read(subject.file());
            DockerfileLock lock = there == null ? DockerfileLock.EMPTY : there;
            Locked locked =
                    RegistryAccess.stoppably(
                            session,
                            () ->
                                    subject.locking()
                                            .lock(lock, registries, updates, keep, session.now()));
            updates.note(locked.lock());
            before.add(there);
            all.add(locked);
            changes.addAll(locked.changes());
        }
        updates.checkUsed();
        for (int i = 0; i < all.size(); i++) {
            written(all.get(i), subjects.get(i).file(), before.get(i), line, session);
        }
        printJson(changes, line, session);
        return Main.OK;
    }

    private static void printJson(List<Change> changes, Parsed line, Session session)
            throws UsageException {
        if (line.text(FORMAT, "table").equals("json")) {
            session.out().println(JsonText.indented(json(changes)));
        }
    }

    private static int checked(Locked locked, Path file, Parsed line, Session session)
            throws UsageException {
        if (!locked.isChanged()) {
            if (!line.is(RegistryAccess.QUIET)) {
                session.err().println(file + " fits: " + counted(locked.lock()));
            }
            return Main.OK;
        }
        session.err().println("error: " + file + " does not fit the Dockerfile");
        for (Change change : locked.changes()) {
            if (change.kind() == Kind.MISSING) {
                session.err().println("  + " + change.name() + " is not locked" + at(change));
            } else if (change.kind() == Kind.REMOVED) {
                session.err().println("  - " + change.name() + " is not used any more");
            }
        }
        session.err().println("hint: Bring the lock up with slipway lock, and commit it.");
        return Main.REFUSED;
    }

    private static String at(Change change) {
        return change.place() == null ? "" : ": " + change.place();
    }

    private static void written(
            Locked locked, Path file, @Nullable DockerfileLock before, Parsed line, Session session)
            throws Exception {
        boolean write = before == null || locked.isChanged();
        if (write) {
            locked.lock().write(file);
        }
        boolean quiet = line.is(RegistryAccess.QUIET);
        boolean table = line.text(FORMAT, "table").equals("table");
        if (table && !quiet && !locked.changes().isEmpty()) {
            table(locked.changes()).print(session.out());
        }
        if (!quiet) {
            session.out().flush();
            String what = write ? "Wrote " : "Nothing changed in ";
            session.err().println(what + file + ": " + counted(locked.lock()));
        }
    }

    private static String counted(DockerfileLock lock) {
        int images = lock.entries().size();
        int sources = lock.sources().size();
        String text = images + (images == 1 ? " image" : " images");
        return sources == 0
                ? text
                : text + ", " + sources + (sources == 1 ? " address" : " addresses");
    }

    private static Table table(List<Change> changes) {
        Table table = new Table("REFERENCE", "DIGEST", "CHANGE", "SOURCE", "PLACE");
        for (Change change : changes) {
            Pin pin = change.pin();
            table.row(
                    change.name(),
                    pin == null ? "-" : pin.shortContent(),
                    change.kind().name().toLowerCase(Locale.ROOT),
                    pin == null ? "-" : pin.source(),
                    change.place() == null ? "-" : change.place());
        }
        return table;
    }

    private static List<Map<String, Object>> json(List<Change> changes) {
        List<Map<String, Object>> list = new ArrayList<>();
        for (Change change : changes) {
            Pin pin = change.pin();
            Map<String, Object> json = new LinkedHashMap<>();
            json.put(change.isImage() ? "reference" : "address", change.name());
            json.put("change", change.kind().name().toLowerCase(Locale.ROOT));
            if (pin != null) {
                json.put(change.isImage() ? "digest" : "checksum", pin.content());
                if (pin instanceof LockEntry image) {
                    json.put("platforms", image.platforms());
                }
                json.put("source", pin.source());
                json.put("resolved", pin.resolved().toString());
            }
            if (change.place() != null) {
                json.put("place", change.place());
            }
            list.add(json);
        }
        return list;
    }
}
