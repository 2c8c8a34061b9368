package dev.slipway.image;

import dev.slipway.image.tar.TarEntry;
import dev.slipway.image.tar.TarEntry.Kind;
import dev.slipway.image.tar.TarWriter;
import dev.slipway.linux.RawPath;
import dev.slipway.linux.Timespec;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.TreeMap;

/// A tar put together entry by entry, as no honest tool would.
final class TestTar {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final TarWriter writer = new TarWriter(out);

    TestTar dir(String path) {
        return dir(path, 0755);
    }

    TestTar dir(String path, int mode) {
        return add(path, Kind.DIRECTORY, mode, null, new byte[0]);
    }

    TestTar file(String path, String content) {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        return add(path, Kind.REGULAR, 0644, null, bytes);
    }

    TestTar symlink(String path, String target) {
        return add(path, Kind.SYMLINK, 0777, target, new byte[0]);
    }

    TestTar link(String path, String target) {
        return add(path, Kind.HARD_LINK, 0644, target, new byte[0]);
    }

    TestTar fifo(String path) {
        return add(path, Kind.FIFO, 0600, null, new byte[0]);
    }

    TestTar device(String path, int major, int minor) {
        return add(
                new TarEntry(
                        RawPath.of(path),
                        Kind.CHARACTER_DEVICE,
                        0666,
                        0,
                        0,
                        0,
                        Timespec.EPOCH,
                        null,
                        major,
                        minor,
                        new TreeMap<>()),
                new byte[0]);
    }

    private TestTar add(String path, Kind kind, int mode, @Nullable String target, byte[] content) {
        return add(
                new TarEntry(
                        RawPath.of(path),
                        kind,
                        mode,
                        0,
                        0,
                        content.length,
                        new Timespec(1_000_000, 0),
                        target == null ? null : RawPath.of(target),
                        0,
                        0,
                        new TreeMap<>()),
                content);
    }

    TestTar add(TarEntry entry, byte[] content) {
        try {
            writer.begin(entry);
            writer.content(new ByteArrayInputStream(content));
            return this;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    byte[] bytes() {
        try {
            writer.finish();
            return out.toByteArray();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
