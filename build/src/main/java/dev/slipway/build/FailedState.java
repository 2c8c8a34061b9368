package dev.slipway.build;

import dev.slipway.image.Digest;
import dev.slipway.image.ImageException;
import dev.slipway.image.InvalidDigestException;
import dev.slipway.image.Json;
import dev.slipway.image.JsonWriter;
import dev.slipway.linux.Dir;
import dev.slipway.linux.FileLock;
import dev.slipway.linux.RawPath;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// What a failed RUN left: the upper directory of its overlay, kept with the record of its build in
/// `builds/<id>/failed/`, and the names of the layers that lie below it and of those it mounted,
/// which the collector leaves alone for as long as this is here.
///
/// Only so many are kept; who looks around in one holds a share of its lock.
///
/// @param directory `failed/` of the record
/// @param step the number of the step
/// @param layers all it needs
record FailedState(Path directory, int step, Set<Digest> layers) {
    private static final int KEPT = 5;

    /// One part in so many of the disk stays free.
    private static final int SPARE = 20;

    private static final String NAME = "failed";
    private static final String STATE = "state.json";

    FailedState {
        layers = Set.copyOf(layers);
    }

    /// The upper directory.
    Path upper() {
        return directory.resolve("upper");
    }

    private static Path lockFile(Path directory) {
        return directory.resolve("lock");
    }

    /// Keeps it from being dropped until the lock is closed.
    FileLock lock() throws IOException {
        return FileLock.shared(lockFile(directory));
    }

    /// Takes the upper directory of a failed step over into the record of its build, in place of
    /// what another attempt or another step left, and drops the oldest of other builds.
    ///
    /// @param record the directory of the record
    /// @param upper on the store's file system; gone afterwards
    static FailedState keep(Path record, Workshop.Job job, Path upper)
            throws BuildException, IOException, InterruptedException {
        var layers = new HashSet<>(job.below().diffIds());
        for (var input : job.step().inputs()) {
            if (input != job.step().below() && !(input instanceof Step.Origin)) {
                layers.addAll(job.views().snapshot(input).diffIds());
            }
        }
        var directory = record.resolve(NAME);
        drop(record);
        Files.createDirectories(directory);
        Files.move(upper, directory.resolve("upper"));
        var state = new FailedState(directory, job.step().number(), layers);
        // Last: without it the rest is no state.
        Files.write(directory.resolve(STATE), state.encode());
        dropOldest(record.resolveSibling("."));
        return state;
    }

    /// Whether so little of the disk is free that nothing may be kept for later there: perhaps that
    /// is why the step failed, and the next one would fail for what this one left.
    static boolean isTooMuch(Path record) throws IOException {
        var disk = Files.getFileStore(record);
        return disk.getUsableSpace() < disk.getTotalSpace() / SPARE;
    }

    private byte[] encode() {
        var json = JsonWriter.compact().beginObject().member("step", step);
        json.name("layers").beginArray();
        for (var layer : layers) {
            json.value(layer.toString());
        }
        return json.endArray().endObject().toString().getBytes(StandardCharsets.UTF_8);
    }

    /// What the build of this record left; null if nothing.
    static @Nullable FailedState find(Path record) throws IOException {
        var directory = record.resolve(NAME);
        try {
            var json = Json.parseObject(Files.readAllBytes(directory.resolve(STATE)));
            var layers = new ArrayList<Digest>();
            var texts = json.texts("layers");
            for (var text : texts == null ? List.<String>of() : texts) {
                layers.add(Digest.parse(text));
            }
            return new FailedState(directory, (int) json.number("step", 0), new HashSet<>(layers));
        } catch (NoSuchFileException | InvalidDigestException e) {
            return null;
        } catch (ImageException e) {
            return null; // cut short by a crash
        }
    }

    /// The layers that the states in a store need.
    static Collection<Digest> layersOf(Path builds) throws IOException {
        var layers = new HashSet<Digest>();
        for (var record : records(builds)) {
            var state = find(record);
            if (state != null) {
                layers.addAll(state.layers());
            }
        }
        return layers;
    }

    private static List<Path> records(Path builds) throws IOException {
        var records = new ArrayList<Path>();
        try (var all = Files.newDirectoryStream(builds)) {
            for (var record : all) {
                if (Files.exists(record.resolve(NAME))) {
                    records.add(record);
                }
            }
        } catch (NoSuchFileException e) {
            return List.of();
        }
        return records;
    }

    private static void dropOldest(Path builds) throws IOException {
        var records = new ArrayList<>(records(builds));
        // Ids begin with the time.
        records.sort(Comparator.comparing(record -> String.valueOf(record.getFileName())));
        for (int i = 0; i < records.size() - KEPT; i++) {
            drop(records.get(i));
        }
    }

    /// Removes what the build of this record left.
    ///
    /// @return false if somebody looks around in it
    static boolean drop(Path record) throws IOException {
        var directory = record.resolve(NAME);
        if (!Files.exists(directory)) {
            return true;
        }
        try (var lock = FileLock.tryExclusive(lockFile(directory));
                var parent = Dir.open(record)) {
            if (lock == null) {
                return false;
            }
            parent.removeTree(RawPath.of(NAME));
            return true;
        }
    }
}
