package dev.slipway.cli;

import dev.slipway.image.Digest;
import dev.slipway.image.FileEntry;
import dev.slipway.image.History;
import dev.slipway.image.Image;
import dev.slipway.image.Layer;
import dev.slipway.image.LayerChange;
import dev.slipway.image.MergedView;
import dev.slipway.image.RunConfig;
import dev.slipway.linux.RawPath;
import dev.slipway.linux.Timespec;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/// What differs between two images: their files as a container sees them, and how they are run.
///
/// @param files what is not the same, in tree order; those that differ in nothing but their time
///   are only counted
/// @param timesOnly how many those are
/// @param settings a line for each setting that differs, as `User: root → app`
/// @param history whether their histories name other instructions
record ImageComparison(
        Facts before,
        Facts after,
        List<Change> files,
        int timesOnly,
        List<String> settings,
        boolean history) {
    private static final int BUFFER_BYTES = 64 << 10;

    ImageComparison {
        files = List.copyOf(files);
        settings = List.copyOf(settings);
    }

    /// An image in figures.
    ///
    /// @param bytes of its layers, uncompressed
    record Facts(Digest id, int layers, long bytes) {}

    /// A file that differs.
    ///
    /// @param how what about it; empty if it is in one image only
    /// @param bytes of its content, in the image that has it; in the second, if both do
    record Change(Kind kind, String path, String how, long bytes) {}

    enum Kind {
        ADDED,
        REMOVED,
        CHANGED
    }

    /// Whether the configurations, and with them all layers, are the same byte for byte.
    boolean isSame() {
        return before.id().equals(after.id());
    }

    /// Whether both have the same files, times aside.
    boolean hasSameFiles() {
        return files.isEmpty();
    }

    /// How many files differ in that way.
    int count(Kind kind) {
        int n = 0;
        for (Change change : files) {
            n += change.kind() == kind ? 1 : 0;
        }
        return n;
    }

    /// Compares two images of one store.
    static ImageComparison of(Image before, Image after) throws IOException {
        Walk walk = new Walk(before, after);
        if (!before.config().diffIds().equals(after.config().diffIds())) {
            walk.run();
        }
        return new ImageComparison(
                facts(before),
                facts(after),
                walk.changes,
                walk.timesOnly,
                settings(before, after),
                !commands(before).equals(commands(after)));
    }

    private static Facts facts(Image image) throws IOException {
        long bytes = 0;
        for (Layer layer : image.layers()) {
            bytes += layer.size();
        }
        return new Facts(image.id(), image.config().diffIds().size(), bytes);
    }

    private static List<String> commands(Image image) {
        List<String> commands = new ArrayList<>();
        for (History entry : image.config().history()) {
            commands.add(String.valueOf(entry.createdBy()));
        }
        return commands;
    }

    private static List<String> settings(Image before, Image after) {
        List<String> lines = new ArrayList<>();
        RunConfig a = before.config().config();
        RunConfig b = after.config().config();
        setting(lines, "Platform", before.config().platform(), after.config().platform());
        setting(lines, "User", a.user(), b.user());
        setting(lines, "ExposedPorts", a.exposedPorts(), b.exposedPorts());
        setting(lines, "Env", a.env(), b.env());
        setting(lines, "Entrypoint", a.entrypoint(), b.entrypoint());
        setting(lines, "Cmd", a.cmd(), b.cmd());
        setting(lines, "Volumes", a.volumes(), b.volumes());
        setting(lines, "WorkingDir", a.workingDir(), b.workingDir());
        setting(lines, "Labels", new TreeMap<>(a.labels()), new TreeMap<>(b.labels()));
        setting(lines, "StopSignal", a.stopSignal(), b.stopSignal());
        setting(lines, "Healthcheck", a.healthcheck(), b.healthcheck());
        setting(lines, "Shell", a.shell(), b.shell());
        setting(lines, "OnBuild", a.onBuild(), b.onBuild());
        return lines;
    }

    private static void setting(
            List<String> lines, String name, @Nullable Object before, @Nullable Object after) {
        if (!Objects.equals(before, after)) {
            lines.add(name + ": " + shown(before) + " → " + shown(after));
        }
    }

    private static String shown(@Nullable Object value) {
        String text = value == null ? "" : value.toString();
        return text.isEmpty() ? "none" : text;
    }

    /// Goes through both trees side by side.
    private static final class Walk {
        private final Image before;
        private final Image after;
        private final List<Change> changes = new ArrayList<>();
        private int timesOnly;

        Walk(Image before, Image after) {
            this.before = before;
            this.after = after;
        }

        void run() throws IOException {
            List<Layer> a = before.layers();
            List<Layer> b = after.layers();
            int common = 0;
            while (common < Math.min(a.size(), b.size())
                    && a.get(common).diffId().equals(b.get(common).diffId())) {
                common++;
            }
            // What only layers below say that both have is the same: its content is not read.
            Set<RawPath> touched = new HashSet<>();
            touch(a.subList(common, a.size()), touched);
            touch(b.subList(common, b.size()), touched);
            try (MergedView left = MergedView.of(a);
                    MergedView right = MergedView.of(b)) {
                List<RawPath> open = new ArrayList<>(List.of(RawPath.of("")));
                while (!open.isEmpty()) {
                    RawPath directory = open.removeLast();
                    directories(left, right, directory, touched, open);
                }
            }
            changes.sort((x, y) -> x.path().compareTo(y.path()));
        }

        private static void touch(List<Layer> layers, Set<RawPath> touched) throws IOException {
            for (Layer layer : layers) {
                for (LayerChange change : layer.index().changes()) {
                    touched.add(change.path());
                }
            }
        }

        private void directories(
                MergedView left,
                MergedView right,
                RawPath directory,
                Set<RawPath> touched,
                List<RawPath> open)
                throws IOException {
            List<FileEntry> a = left.children(directory);
            List<FileEntry> b = right.children(directory);
            int i = 0;
            int j = 0;
            while (i < a.size() || j < b.size()) {
                int order =
                        i == a.size()
                                ? 1
                                : j == b.size() ? -1 : a.get(i).path().compareTo(b.get(j).path());
                FileEntry old = order <= 0 ? a.get(i++) : null;
                FileEntry now = order >= 0 ? b.get(j++) : null;
                FileEntry any = old != null ? old : now;
                if (any == null) {
                    continue;
                }
                boolean isDirectory =
                        (old != null && old.isDirectory()) || (now != null && now.isDirectory());
                if (isDirectory) {
                    open.add(any.path());
                }
                if (old != null && now != null) {
                    both(left, right, old, now, touched.contains(any.path()));
                } else {
                    Kind kind = old == null ? Kind.ADDED : Kind.REMOVED;
                    changes.add(new Change(kind, "/" + any.path(), "", any.size()));
                }
            }
        }

        private void both(
                MergedView left, MergedView right, FileEntry old, FileEntry now, boolean touched)
                throws IOException {
            List<String> how = new ArrayList<>();
            if (old.type() != now.type()) {
                how.add(old.type() + " → " + now.type());
            } else if (old.isRegular()
                    && (old.size() != now.size()
                            || (touched && !sameContent(left, right, old, now)))) {
                how.add("content");
            } else if (!Objects.equals(old.linkTarget(), now.linkTarget())) {
                how.add("target " + old.linkTarget() + " → " + now.linkTarget());
            }
            if (old.mode() != now.mode()) {
                how.add("mode " + octal(old.mode()) + " → " + octal(now.mode()));
            }
            if (old.uid() != now.uid() || old.gid() != now.gid()) {
                how.add("owner " + owner(old) + " → " + owner(now));
            }
            boolean devices =
                    old.deviceMajor() != now.deviceMajor()
                            || old.deviceMinor() != now.deviceMinor();
            if (devices) {
                how.add("device");
            }
            // Times made equal, only attributes are left to differ.
            boolean timeDiffers = !old.mtime().equals(now.mtime());
            FileEntry timeless = withTime(now, old.mtime());
            if (how.isEmpty() && !old.sameAttributes(timeless)) {
                how.add("attributes");
            }
            if (!how.isEmpty()) {
                String path = "/" + now.path();
                changes.add(new Change(Kind.CHANGED, path, String.join(", ", how), now.size()));
            } else if (timeDiffers) {
                timesOnly++;
            }
        }

        private static FileEntry withTime(FileEntry entry, Timespec time) {
            return new FileEntry(
                    entry.path(),
                    entry.type(),
                    entry.mode(),
                    entry.uid(),
                    entry.gid(),
                    entry.size(),
                    time,
                    entry.linkTarget(),
                    entry.deviceMajor(),
                    entry.deviceMinor(),
                    entry.xattrs(),
                    entry.hardlinkGroup());
        }

        private static String octal(int mode) {
            return "0" + Integer.toOctalString(mode);
        }

        private static String owner(FileEntry entry) {
            return Integer.toUnsignedString(entry.uid())
                    + ":"
                    + Integer.toUnsignedString(entry.gid());
        }

        private static boolean sameContent(
                MergedView left, MergedView right, FileEntry old, FileEntry now)
                throws IOException {
            byte[] x = new byte[BUFFER_BYTES];
            byte[] y = new byte[BUFFER_BYTES];
            try (InputStream a = left.open(old);
                    InputStream b = right.open(now)) {
                while (true) {
                    int n = a.readNBytes(x, 0, x.length);
                    int m = b.readNBytes(y, 0, y.length);
                    if (n != m || !Arrays.equals(x, 0, n, y, 0, m)) {
                        return false;
                    }
                    if (n == 0) {
                        return true;
                    }
                }
            }
        }
    }
}
