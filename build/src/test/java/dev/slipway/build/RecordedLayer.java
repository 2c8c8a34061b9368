package dev.slipway.build;

import dev.slipway.image.FileEntry;
import dev.slipway.image.Layer;
import dev.slipway.image.LayerWriter;
import dev.slipway.linux.Fd;
import dev.slipway.linux.RawPath;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/// A layer as a list of what was written, and a check of the order it must have.
final class RecordedLayer implements LayerWriter {
    final SortedMap<String, FileEntry> entries = new TreeMap<>();
    final SortedMap<String, String> contents = new TreeMap<>();
    final SortedMap<String, String> links = new TreeMap<>();
    final List<String> opaque = new ArrayList<>();
    private @Nullable RawPath last;

    /// Every path with type letter and octal mode, as `d0755 usr/bin`.
    List<String> modes() {
        List<String> lines = new ArrayList<>();
        entries.forEach((path, entry) -> lines.add(mode(entry) + " " + path));
        return lines;
    }

    private static String mode(FileEntry entry) {
        char type =
                switch (entry.type()) {
                    case DIRECTORY -> 'd';
                    case SYMLINK -> 'l';
                    case FIFO -> 'p';
                    case CHARACTER_DEVICE -> 'c';
                    case BLOCK_DEVICE -> 'b';
                    case SOCKET -> 's';
                    case REGULAR -> '-';
                };
        return type + String.format("%04o", entry.mode());
    }

    FileEntry entry(String path) {
        return Objects.requireNonNull(entries.get(path), path);
    }

    private void add(FileEntry entry) {
        if (last != null && last.compareTree(entry.path()) >= 0) {
            throw new IllegalArgumentException(entry.path() + " after " + last);
        }
        last = entry.path();
        entries.put(entry.path().toString(), entry);
    }

    @Override
    public void put(FileEntry entry, @Nullable InputStream content) throws IOException {
        add(entry);
        if (entry.isRegular()) {
            byte[] bytes = content == null ? new byte[0] : content.readAllBytes();
            if (bytes.length != entry.size()) {
                throw new IllegalArgumentException(entry.path() + " has not the size it says");
            }
            contents.put(entry.path().toString(), new String(bytes, StandardCharsets.UTF_8));
        }
    }

    @Override
    public void put(FileEntry entry, Fd content, @Nullable MessageDigest also) throws IOException {
        byte[] bytes = content.inputStream().readNBytes((int) entry.size());
        if (bytes.length < entry.size()) {
            throw new EOFException();
        }
        if (also != null) {
            also.update(bytes);
        }
        put(entry, new ByteArrayInputStream(bytes));
    }

    @Override
    public void hardLink(FileEntry entry, RawPath existing) {
        add(entry);
        links.put(entry.path().toString(), existing.toString());
    }

    @Override
    public void whiteout(RawPath path) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void opaque(RawPath directory) {
        if (last == null || !directory.equals(last)) {
            throw new IllegalArgumentException(directory + " was not put last");
        }
        opaque.add(directory.toString());
    }

    @Override
    public long size() {
        return 0;
    }

    @Override
    public Layer seal() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}
