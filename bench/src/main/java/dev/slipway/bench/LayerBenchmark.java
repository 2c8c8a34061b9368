package dev.slipway.bench;

import dev.slipway.image.Digest;
import dev.slipway.image.FileEntry;
import dev.slipway.image.Layer;
import dev.slipway.image.LayerIndex;
import dev.slipway.image.LayerWriter;
import dev.slipway.image.MergedView;
import dev.slipway.image.Store;
import dev.slipway.image.tar.TarEntry;
import dev.slipway.image.tar.TarLimits;
import dev.slipway.image.tar.TarReader;
import dev.slipway.image.tar.TarWriter;
import dev.slipway.linux.RawPath;
import dev.slipway.linux.Timespec;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/// A layer of 20 000 files of 1 KiB as a tar, and its index: `bench/micro Layer`.
@State(Scope.Benchmark)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@SuppressWarnings("NullAway.Init") // JMH calls the method for it first
public class LayerBenchmark extends ShortRun {
    private static final int FILES = 20_000;
    private static final int FILE_BYTES = 1024;

    private final byte[] content = new byte[FILE_BYTES];
    private final List<TarEntry> entries = new ArrayList<>();
    private byte[] tar = {};
    private Path home = Path.of("");
    private Store store;
    private Digest diffId;
    private MergedView view;
    private RawPath there = RawPath.ROOT;
    private RawPath missing = RawPath.ROOT;

    /// Makes the entries, the tar, and a store that has the layer.
    @Setup
    public void write() throws IOException {
        Timespec mtime = new Timespec(1_767_225_600, 0);
        for (int i = 0; i < FILES; i++) {
            RawPath path = RawPath.of("usr/share/d%03d/f%05d.txt".formatted(i / 100, i));
            entries.add(
                    new TarEntry(
                            path,
                            TarEntry.Kind.REGULAR,
                            0644,
                            0,
                            0,
                            FILE_BYTES,
                            mtime,
                            null,
                            0,
                            0,
                            new TreeMap<>()));
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        writeTar(out);
        tar = out.toByteArray();
        home = Files.createTempDirectory("slipway-micro");
        store = Store.open(home);
        try (LayerWriter writer = store.layers().create()) {
            for (TarEntry entry : entries) {
                writer.put(
                        FileEntry.file(entry.path(), entry.mode(), entry.size()),
                        new ByteArrayInputStream(content));
            }
            Layer layer = writer.seal();
            diffId = layer.diffId();
            view = MergedView.of(List.of(layer));
        }
        store.commit();
        there = entries.get(FILES / 2).path();
        missing = RawPath.of("usr/share/d100/none");
    }

    /// Removes the store.
    @TearDown
    public void remove() throws IOException {
        store.close();
        try (var files = Files.walk(home)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private void writeTar(OutputStream out) throws IOException {
        try (TarWriter writer = new TarWriter(out)) {
            for (TarEntry entry : entries) {
                writer.begin(entry);
                writer.write(content, 0, FILE_BYTES);
            }
            writer.finish();
        }
    }

    /// Writes the tar, to nowhere.
    @Benchmark
    public void writeTar() throws IOException {
        writeTar(OutputStream.nullOutputStream());
    }

    /// Reads the tar, headers and content.
    @Benchmark
    public long readTar() throws IOException {
        byte[] buffer = new byte[64 << 10];
        long bytes = 0;
        try (TarReader reader = new TarReader(new ByteArrayInputStream(tar), TarLimits.DEFAULT)) {
            while (reader.next() != null) {
                for (int n; (n = reader.read(buffer, 0, buffer.length)) > 0; ) {
                    bytes += n;
                }
            }
        }
        return bytes;
    }

    /// Finds the layer in the store and decodes its index.
    @Benchmark
    public LayerIndex openIndex() throws IOException {
        return store.layers().find(diffId).orElseThrow().index();
    }

    /// Finds a file in the merged view of the image.
    @Benchmark
    public Optional<FileEntry> lookup() {
        return view.lookup(there);
    }

    /// Asks the merged view for a file that is not there.
    @Benchmark
    public Optional<FileEntry> lookupMissing() {
        return view.lookup(missing);
    }
}
