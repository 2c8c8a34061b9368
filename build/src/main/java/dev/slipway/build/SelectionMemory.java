package dev.slipway.build;

import dev.slipway.dockerfile.IgnorePatterns;
import dev.slipway.linux.Dir;
import dev.slipway.linux.DirSnapshot;
import dev.slipway.linux.Host;
import dev.slipway.linux.LinuxException;
import dev.slipway.linux.RawPath;
import dev.slipway.linux.Resolve;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.zip.CRC32C;

/// What a COPY of whole directories of a context selected last time, and what these directories
/// held then, to the last stat. If they still hold it, the selection is what it was: there is
/// nothing to list, match, sort or hash, and 20 000 files cost little more than 20 000 system
/// calls.
///
/// The digest depends on nothing but the directories' names and stats, the patterns, and the
/// content, which is as it was where the stat is: that rule, and its exception for what changed a
/// moment ago, are those of [StatCache].
///
/// A file for each of a few selections of a context; only a cache, a damaged one counts as none.
final class SelectionMemory {
    /// Files kept for a context. Two selections that fall on one take turns.
    private static final int SLOTS = 8;

    private static final int MAX_FILE_BYTES = 64 << 20;
    private static final int CHECKSUM_BYTES = 4;

    /// Fewer files are compared sooner than a thread is started.
    private static final int WORTH_A_THREAD = 1000;

    private final Path file;
    private final byte[] key;

    /// A selection.
    ///
    /// @param digest as [CopySelection#contentDigest]
    record Selected(String digest, long fileCount) {}

    private record Directory(RawPath path, DirSnapshot snapshot) {}

    private SelectionMemory(Path file, byte[] key) {
        this.file = file;
        this.key = key;
    }

    /// The memory for what `spec` selects; null if it selects anything but whole directories.
    ///
    /// @param context the file name that all memories of the context start with
    static @Nullable SelectionMemory of(
            Path context, CopySpec spec, IgnorePatterns ignore, ContextRoot.Preserved preserved) {
        if (spec.parents() || spec.sources().isEmpty()) {
            return null;
        }
        FrameHash hash = new FrameHash("slipway selection 1");
        hash.add(spec.sources().size());
        for (String source : spec.sources()) {
            if (GoGlob.isPattern(source) || source.indexOf('\\') >= 0) {
                return null;
            }
            hash.add(source.getBytes(StandardCharsets.UTF_8));
        }
        for (String exclude : spec.excludes()) {
            hash.add(exclude.getBytes(StandardCharsets.UTF_8));
        }
        hash.add(ignore.rules().size());
        for (IgnorePatterns.Rule rule : ignore.rules()) {
            hash.add(rule.pattern().getBytes(StandardCharsets.UTF_8));
        }
        hash.add((preserved.owner() ? 1 : 0) + (preserved.times() ? 2 : 0));
        byte[] key = hash.hex().getBytes(StandardCharsets.US_ASCII);
        String slot = context.getFileName() + "." + key[0] % SLOTS;
        return new SelectionMemory(context.resolveSibling(slot), key);
    }

    /// What was selected last time, if all that it came from is as it was.
    @Nullable Selected recall(Dir root) {
        try {
            if (!Files.exists(file) || Files.size(file) > MAX_FILE_BYTES) {
                return null;
            }
            byte[] bytes = Files.readAllBytes(file);
            int end = bytes.length - CHECKSUM_BYTES;
            if (end < key.length || checksum(bytes, end) != ByteBuffer.wrap(bytes).getInt(end)) {
                return null;
            }
            ByteBuffer in = ByteBuffer.wrap(bytes, 0, end);
            if (!text(in).equals(new String(key, StandardCharsets.US_ASCII))) {
                return null;
            }
            Selected selected = new Selected(text(in), in.getLong());
            return areStill(root, directories(in, bytes)) ? selected : null;
        } catch (IOException | BufferUnderflowException | IllegalArgumentException _) {
            return null;
        }
    }

    private static String text(ByteBuffer in) {
        byte[] text = new byte[Math.min(in.getInt(), in.remaining())];
        in.get(text);
        return new String(text, StandardCharsets.ISO_8859_1);
    }

    private static List<Directory> directories(ByteBuffer in, byte[] bytes) {
        List<Directory> directories = new ArrayList<>();
        for (int left = in.getInt(); left > 0; left--) {
            RawPath path = RawPath.ofLatin1(text(in));
            int length = in.getInt();
            directories.add(new Directory(path, DirSnapshot.of(bytes, in.position(), length)));
            in.position(in.position() + length);
        }
        return directories;
    }

    private static boolean areStill(Dir root, List<Directory> directories) {
        long files = 0;
        for (Directory directory : directories) {
            files += directory.snapshot.count();
        }
        if (files < WORTH_A_THREAD || Host.cpuCount() < 2) {
            return new Comparison(root, directories, new AtomicBoolean()).areStill();
        }
        int middle = directories.size() / 2;
        AtomicBoolean differs = new AtomicBoolean();
        Comparison second =
                new Comparison(root, directories.subList(middle, directories.size()), differs);
        Thread other = Thread.ofPlatform().daemon().name("compare").unstarted(second);
        other.start();
        boolean same = new Comparison(root, directories.subList(0, middle), differs).areStill();
        boolean interrupted = false;
        while (other.isAlive()) {
            try {
                other.join();
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return same && second.result;
    }

    /// One thread's share. No lambda: it would be made when first needed.
    private static final class Comparison implements Runnable {
        private final Dir root;
        private final List<Directory> directories;
        private final AtomicBoolean differs; // shared: the other need not go on
        private volatile boolean result;

        Comparison(Dir root, List<Directory> directories, AtomicBoolean differs) {
            this.root = root;
            this.directories = directories;
            this.differs = differs;
        }

        @Override
        public void run() {
            result = areStill();
        }

        boolean areStill() {
            for (Directory directory : directories) {
                if (differs.get() || !isStill(directory)) {
                    differs.set(true);
                    return false;
                }
            }
            return true;
        }

        private boolean isStill(Directory directory) {
            try (Dir dir = root.openDir(directory.path, Resolve.NO_SYMLINKS)) {
                return dir.isStill(directory.snapshot);
            } catch (LinuxException _) {
                return false; // gone, or no longer to be read
            }
        }
    }

    /// Remembers a selection. A failure is not told: the next build only looks closer.
    ///
    /// @param listings what the directories held when it was made
    void remember(Selected selected, Map<RawPath, DirSnapshot> listings) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        text(out, key);
        text(out, selected.digest.getBytes(StandardCharsets.ISO_8859_1));
        out.writeBytes(ByteBuffer.allocate(Long.BYTES).putLong(selected.fileCount).array());
        number(out, listings.size());
        for (Map.Entry<RawPath, DirSnapshot> listing : listings.entrySet()) {
            text(out, listing.getKey().toBytes());
            number(out, listing.getValue().length());
            listing.getValue().writeTo(out);
        }
        byte[] bytes = out.toByteArray();
        number(out, checksum(bytes, bytes.length));
        Path temporary = file.resolveSibling(file.getFileName() + "-" + Host.pid());
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.write(temporary, out.toByteArray());
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException _) {
            StatCache.deleteQuietly(temporary);
        }
    }

    private static void text(ByteArrayOutputStream out, byte[] text) {
        number(out, text.length);
        out.writeBytes(text);
    }

    private static void number(ByteArrayOutputStream out, int number) {
        out.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(number).array());
    }

    private static int checksum(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }
}
