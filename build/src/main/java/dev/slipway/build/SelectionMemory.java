package dev.slipway.build;

import dev.slipway.dockerfile.IgnorePatterns;
import dev.slipway.image.FileList;
import dev.slipway.linux.Dir;
import dev.slipway.linux.DirSnapshot;
import dev.slipway.linux.Host;
import dev.slipway.linux.LinuxException;
import dev.slipway.linux.RawPath;
import dev.slipway.linux.Resolve;
import dev.slipway.linux.Uninterruptibly;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32;

/// What a COPY of whole directories of a context selected last time, and what these directories
/// held then, to the last stat. Where they still hold it, the selection is what it was: if all do,
/// there is nothing to list, match, sort or hash, and 20 000 files cost little more than 20 000
/// system calls; if few do not, only these are listed again ([ContextUpdate]).
///
/// The digest depends on nothing but the directories' names and stats, the patterns, and the
/// content, which is as it was where the stat is: that rule, and its exception for what changed a
/// moment ago, are those of [StatCache].
///
/// A file for each of a few selections of a context; only a cache, a damaged one counts as none.
final class SelectionMemory {
    /// Files kept for a context. Two selections that fall on one take turns.
    private static final int SLOTS = 8;

    private static final int MAX_FILE_BYTES = 128 << 20;
    private static final int CHECKSUM_BYTES = 4;

    /// Fewer files are compared sooner than a thread is started.
    private static final int WORTH_A_THREAD = 1000;

    /// Up to so many files are listed again, or half of all: else all are.
    private static final int FEW_FILES = 1000;

    private final Path file;
    private final byte[] key;

    /// A selection.
    ///
    /// @param digest as [CopySelection#contentDigest]
    record Selected(String digest, long fileCount) {}

    /// What is known of a selection from last time.
    ///
    /// @param changed directories that are no longer as they were; empty: all is as it was
    /// @param listings what each directory held last time
    /// @param list what was selected, with paths from the one source; null if that is not known, as
    ///   it is whenever anything changed
    record Recalled(
            Selected selected,
            List<RawPath> changed,
            Map<RawPath, DirSnapshot> listings,
            @Nullable RememberedList list) {}

    /// A list that is not read yet.
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record RememberedList(byte[] bytes, int offset, int length) {
        FileList read() throws IOException {
            return FileList.read(bytes, offset, length);
        }
    }

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
        FrameHash hash = new FrameHash("slipway selection 2");
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

    /// What was selected last time, if all that it came from is as it was, or little is not and the
    /// rest can be told.
    @Nullable Recalled recall(Dir root) {
        try {
            if (!Files.exists(file)) {
                return null;
            }
            byte[] bytes = StatCache.read(file, MAX_FILE_BYTES);
            int end = bytes.length - CHECKSUM_BYTES;
            if (end < key.length || checksum(bytes, end) != ByteBuffer.wrap(bytes).getInt(end)) {
                return null;
            }
            ByteBuffer in = ByteBuffer.wrap(bytes, 0, end);
            if (!text(in).equals(new String(key, StandardCharsets.US_ASCII))) {
                return null;
            }
            Selected selected = new Selected(text(in), in.getLong());
            int length = in.getInt();
            RememberedList list =
                    length == 0 ? null : new RememberedList(bytes, in.position(), length);
            in.position(in.position() + length);
            List<Directory> directories = directories(in, bytes);
            List<RawPath> changed = changed(root, directories, list != null);
            return changed == null
                    ? null
                    : new Recalled(selected, changed, listings(changed, directories), list);
        } catch (IOException | BufferUnderflowException | IllegalArgumentException _) {
            return null;
        }
    }

    /// Nobody asks for them if nothing changed.
    private static Map<RawPath, DirSnapshot> listings(
            List<RawPath> changed, List<Directory> directories) {
        if (changed.isEmpty()) {
            return Map.of();
        }
        Map<RawPath, DirSnapshot> listings = HashMap.newHashMap(directories.size());
        for (Directory directory : directories) {
            listings.put(directory.path, directory.snapshot);
        }
        return listings;
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

    /// The directories that are not as they were; null if that is so much that it does not matter
    /// which.
    ///
    /// @param some whether it matters at all
    private static @Nullable List<RawPath> changed(
            Dir root, List<Directory> directories, boolean some) {
        long files = 0;
        for (Directory directory : directories) {
            files += directory.snapshot.count();
        }
        AtomicLong left = new AtomicLong(some ? Math.max(FEW_FILES, files / 2) : -1);
        if (files < WORTH_A_THREAD || Host.cpuCount() < 2) {
            return new Comparison(root, directories, left).changed();
        }
        int middle = directories.size() / 2;
        Comparison second =
                new Comparison(root, directories.subList(middle, directories.size()), left);
        Thread other = Thread.ofPlatform().daemon().name("compare").unstarted(second);
        other.start();
        List<RawPath> changed =
                new Comparison(root, directories.subList(0, middle), left).changed();
        Uninterruptibly.join(other);
        List<RawPath> more = second.result;
        if (changed == null || more == null) {
            return null;
        }
        changed.addAll(more);
        return changed;
    }

    /// One thread's share. No lambda: it would be made when first needed.
    private static final class Comparison implements Runnable {
        private final Dir root;
        private final List<Directory> directories;

        /// How many files may be in changed directories, before it is too much: then no thread need
        /// go on.
        private final AtomicLong left;

        private volatile @Nullable List<RawPath> result;

        Comparison(Dir root, List<Directory> directories, AtomicLong left) {
            this.root = root;
            this.directories = directories;
            this.left = left;
        }

        @Override
        public void run() {
            result = changed();
        }

        @Nullable List<RawPath> changed() {
            List<RawPath> changed = new ArrayList<>();
            for (Directory directory : directories) {
                if (!isStill(directory)) {
                    changed.add(directory.path);
                    left.addAndGet(-directory.snapshot.count());
                }
                if (left.get() < 0 && !changed.isEmpty()) {
                    return null;
                }
            }
            return changed;
        }

        private boolean isStill(Directory directory) {
            try (Dir dir = root.openDir(directory.path, Resolve.NO_SYMLINKS)) {
                return dir.isStill(directory.snapshot);
            } catch (LinuxException _) {
                return false; // gone, or no longer to be read
            }
        }
    }

    /// What there is to remember of a selection. A failure is not told: the next build only looks
    /// closer.
    ///
    /// @param listings what the directories held when it was made
    /// @param list what was selected, with paths from the one source; null if it is no such list
    record Memory(
            SelectionMemory in,
            Selected selected,
            Map<RawPath, DirSnapshot> listings,
            @Nullable FileList list)
            implements Runnable {
        @Override
        public void run() {
            in.write(this);
        }
    }

    private void write(Memory memory) {
        Selected selected = memory.selected;
        Map<RawPath, DirSnapshot> listings = memory.listings;
        FileList list = memory.list;
        byte[] files = list == null ? new byte[0] : list.toBytes();
        int length = 5 * Integer.BYTES + Long.BYTES + key.length + selected.digest.length();
        length += files.length + CHECKSUM_BYTES;
        for (Map.Entry<RawPath, DirSnapshot> listing : listings.entrySet()) {
            length += 2 * Integer.BYTES + listing.getKey().latin1().length();
            length += listing.getValue().length();
        }
        ByteBuffer out = ByteBuffer.allocate(length);
        text(out, key);
        text(out, selected.digest.getBytes(StandardCharsets.ISO_8859_1));
        out.putLong(selected.fileCount);
        text(out, files);
        out.putInt(listings.size());
        for (Map.Entry<RawPath, DirSnapshot> listing : listings.entrySet()) {
            text(out, listing.getKey().toBytes());
            out.putInt(listing.getValue().length());
            listing.getValue().writeTo(out);
        }
        out.putInt(checksum(out.array(), out.position()));
        Path temporary = file.resolveSibling(file.getFileName() + "-" + Host.pid());
        StatCache.replace(file, temporary, out.array(), out.position());
    }

    private static void text(ByteBuffer out, byte[] text) {
        out.putInt(text.length).put(text);
    }

    /// Not CRC-32C: without the optimising compiler the JVM computes that in Java.
    private static int checksum(byte[] bytes, int length) {
        CRC32 crc = new CRC32();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }
}
