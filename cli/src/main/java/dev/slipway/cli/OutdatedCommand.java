package dev.slipway.cli;

import dev.slipway.build.BuildException;
import dev.slipway.build.DockerfileLock;
import dev.slipway.build.LockEntry;
import dev.slipway.build.LockedSource;
import dev.slipway.build.Locking;
import dev.slipway.build.OpenSource;
import dev.slipway.cli.options.CommandSpec;
import dev.slipway.cli.options.Option;
import dev.slipway.cli.options.Parsed;
import dev.slipway.cli.output.Human;
import dev.slipway.cli.output.JsonText;
import dev.slipway.cli.output.Table;
import dev.slipway.cli.progress.TransferProgress;
import dev.slipway.distribution.Registries;
import dev.slipway.distribution.Updates;
import dev.slipway.distribution.Updates.Update;
import dev.slipway.image.ImageException;
import dev.slipway.image.Reference;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// `slipway outdated`: what is newer than the base images of a Dockerfile.
final class OutdatedCommand implements Command {
    private static final Option FORMAT =
            Option.value("format", "FORMAT", "Form of the list")
                    .choices("table", "json")
                    .standard("table");
    private static final Option EXIT_CODE =
            Option.flag("exit-code", "End with 3 if anything is outdated");

    @Override
    public CommandSpec spec() {
        return new CommandSpec("outdated", "Show what is newer than what a Dockerfile takes")
                .usage("[OPTIONS] [PATH]")
                .usage("[OPTIONS] --bake[=FILE] [TARGET...]")
                .arguments(0, -1, Option.Offer.DIRECTORIES)
                .options("Options", FORMAT, EXIT_CODE)
                .options("What is built", LockSubject.BUILD)
                .options("Many Dockerfiles", LockSubject.MANY)
                .options("Registry", LockSubject.REGISTRY)
                .describe(
"""
                        For every image that the lock or the Dockerfile names: whether its tag stands for another digest by now, and the newest patch, minor and major version among the tags that differ from it in nothing but the version. 3.12-slim is followed by 3.13-slim, not by 3.13.

                        For every address that ADD names without --checksum: whether it has another content by now.

Who cannot be asked is an error, and the rest is shown all the same. No image is pulled; what ADD names is downloaded unless the store knows that it is unchanged.\
""")
                .example("What could be updated?", "slipway outdated")
                .example("A job that reminds", "slipway outdated --exit-code --format json .")
                .exitCode("3", "--exit-code: something is outdated");
    }

    @Override
    public int run(Parsed line, Session session) throws Exception {
        List<LockSubject> subjects = LockSubject.of(line, session, false);
        List<Outdated> rows = new ArrayList<>();
        try (TransferProgress progress = RegistryAccess.progress(session, false);
                Registries registries = RegistryAccess.open(line, session, progress)) {
            for (LockSubject subject : subjects) {
                rows.addAll(RegistryAccess.stoppably(session, () -> rows(subject, registries)));
            }
        }
        if (line.text(FORMAT, "table").equals("json")) {
            List<Map<String, Object>> json = new ArrayList<>();
            rows.forEach(row -> json.add(row.json()));
            session.out().println(JsonText.indented(json));
        } else if (!rows.isEmpty()) {
            table(rows).print(session.out());
        }
        session.out().flush();
        boolean failed = failures(rows, session);
        boolean outdated = rows.stream().anyMatch(Outdated::isOutdated);
        if (outdated && line.is(EXIT_CODE)) {
            return Main.REFUSED;
        }
        return failed ? Main.FAILED : Main.OK;
    }

    /// What the lock has, and what the Dockerfile names and the lock does not have.
    private static List<Outdated> rows(LockSubject subject, Registries registries)
            throws Exception {
        DockerfileLock found = DockerfileLock.read(subject.file());
        DockerfileLock lock = found == null ? DockerfileLock.EMPTY : found;
        Locking.Names names = subject.locking().names();
        Set<Reference> images = new TreeSet<>(names.images().keySet());
        lock.entries().forEach(entry -> images.add(entry.reference()));
        Map<Reference, Update> updates = new Updates(registries).find(images);
        List<Outdated> rows = new ArrayList<>();
        for (Reference name : images) {
            Update update = updates.get(name);
            LockEntry entry = lock.find(name);
            String place = names.images().get(name);
            if (update != null) {
                rows.add(
                        entry == null
                                ? new Outdated.OfImage(name, name.digest(), place, false, update)
                                : Outdated.OfImage.locked(entry, place, update));
            }
        }
        for (OpenSource source : names.sources().values()) {
            rows.add(row(source, lock, names.places().get(source.address())));
        }
        return rows;
    }

    /// An address that only the lock has is nobody's business any more.
    private static Outdated row(OpenSource source, DockerfileLock lock, @Nullable String place)
            throws InterruptedException {
        LockedSource pin = lock.source(source.address());
        String checksum = pin == null ? null : pin.checksum();
        try {
            String current = source.current();
            return new Outdated.OfAddress(source.address(), checksum, current, place, null);
        } catch (BuildException | IOException e) {
            return new Outdated.OfAddress(source.address(), checksum, null, place, e);
        }
    }

    private static Table table(List<Outdated> rows) {
        Table table = new Table("REFERENCE", "PINNED", "NOW", "NEWER TAGS", "PLACE");
        for (Outdated row : rows) {
            String pinned = row.pinned();
            String place = row.place();
            table.row(
                    row.name(),
                    pinned == null ? "-" : pinned,
                    row.now(),
                    row.newer(),
                    place == null ? "-" : place);
        }
        return table;
    }

    /// Says what could not be asked: once for a registry that is not there.
    private static boolean failures(List<Outdated> rows, Session session) {
        Set<String> told = new LinkedHashSet<>();
        for (Outdated row : rows) {
            Exception failure = row.failure();
            if (failure == null) {
                continue;
            }
            String hint =
                    switch (failure) {
                        case ImageException e -> e.hint();
                        case BuildException e -> e.hint();
                        default -> null;
                    };
            told.add(
                    "error: "
                            + Human.printable(String.valueOf(failure.getMessage()))
                            + (hint == null ? "" : "\nhint: " + Human.printable(hint)));
        }
        told.forEach(session.err()::println);
        return !told.isEmpty();
    }
}
