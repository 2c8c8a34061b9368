package dev.slipway.build.record;

import dev.slipway.image.Json;
import dev.slipway.linux.Dir;
import dev.slipway.linux.RawPath;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// The records of builds in a store. Reading them takes no lock: a record of a build that runs is
/// read as far as it is written.
public final class BuildRecords {
    private final Path directory;

    /// @param home the store's directory
    public BuildRecords(Path home) {
        this.directory = home.resolve("builds");
    }

    /// All builds, the newest first. What cannot be read is left out.
    public List<BuildSummary> list() throws IOException {
        var builds = new ArrayList<BuildSummary>();
        for (var id : ids()) {
            try {
                builds.add(new RecordReader(directory.resolve(id), id).summary());
            } catch (NoSuchFileException _) {
                // Removed meanwhile, or never begun.
            }
        }
        builds.sort(
                Comparator.comparing(BuildSummary::started)
                        .thenComparing(BuildSummary::id)
                        .reversed());
        return builds;
    }

    private List<String> ids() throws IOException {
        var ids = new ArrayList<String>();
        try (var files = Files.newDirectoryStream(directory)) {
            for (var file : files) {
                ids.add(String.valueOf(file.getFileName()));
            }
        } catch (NoSuchFileException e) {
            ids.clear(); // nothing was built yet
        }
        return ids;
    }

    /// The ids of builds, the last begun first, without reading any. A record may be gone, or never
    /// have been whole, when it is read.
    public List<String> newestIds() throws IOException {
        var ids = ids();
        ids.sort(Comparator.reverseOrder()); // they begin with the time, in as many digits
        return ids;
    }

    /// The id that `name` stands for: an id, the beginning of one, or `^N`, the build N before the
    /// last.
    ///
    /// @throws BuildNotFoundException if it stands for none or for several
    public String resolve(String name) throws IOException {
        if (name.startsWith("^") || name.isEmpty()) {
            return before(name);
        }
        var found = new ArrayList<String>();
        for (var id : ids()) {
            if (id.equals(name)) {
                return id;
            }
            if (id.startsWith(name)) {
                found.add(id);
            }
        }
        if (found.size() == 1) {
            return found.getFirst();
        }
        throw new BuildNotFoundException(
                found.isEmpty()
                        ? "there is no record of a build " + name
                        : "several builds begin with " + name);
    }

    private String before(String name) throws IOException {
        var builds = list();
        int back = 0;
        if (name.length() > 1) {
            try {
                back = Integer.parseInt(name.substring(1));
            } catch (NumberFormatException e) {
                back = -1;
            }
        }
        if (back < 0) {
            throw new BuildNotFoundException(name + " is no build: ^1 is the one before the last");
        }
        if (back >= builds.size()) {
            throw new BuildNotFoundException(
                    builds.isEmpty()
                            ? "nothing was built here yet"
                            : "there are only " + builds.size() + " builds");
        }
        return builds.get(back).id();
    }

    /// Everything of one build but its logs.
    public RecordedBuild read(String id) throws IOException {
        return new RecordReader(directory.resolve(id), id).build();
    }

    /// Tells `visitor` of each line a build's steps wrote, in the order they were written.
    public void logs(String id, LogVisitor visitor) throws IOException {
        new RecordReader(directory.resolve(id), id).logs(visitor);
    }

    /// What a build was asked for, as it was recorded: for who asks for the same again.
    public Json.Obj request(String id) throws IOException {
        return new RecordReader(directory.resolve(id), id).request();
    }

    /// Where a build's record is.
    public Path directory(String id) {
        return directory.resolve(id);
    }

    /// Removes a record.
    ///
    /// @return whether it was there
    public boolean remove(String id) throws IOException {
        try (var builds = Dir.open(directory)) {
            var name = RawPath.of(id);
            if (builds.statIfExists(name) == null) {
                return false;
            }
            builds.removeTree(name);
            return true;
        }
    }

    /// Is told of lines.
    @FunctionalInterface
    public interface LogVisitor {
        /// Hears of one line.
        ///
        /// @throws IOException to stop
        void visit(LogLine line) throws IOException;
    }
}
