package dev.slipway.build.fetch;

import dev.slipway.linux.Dir;
import dev.slipway.linux.FileType;
import dev.slipway.linux.LinuxException;
import dev.slipway.linux.RawPath;
import dev.slipway.linux.Resolve;
import dev.slipway.linux.Timespec;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Path;

/// Makes a checkout the same on every machine: files 0644 or 0755, directories 0755 whatever the
/// umask was, and all with one time. Nothing outside it is reached, whatever links it holds.
final class CheckoutFiles {
    private static final RawPath GIT = RawPath.of(".git");
    private static final int MAX_DEPTH = 2000;

    private final boolean keepGit;
    private final @Nullable Timespec time;

    private CheckoutFiles(boolean keepGit, @Nullable Timespec time) {
        this.keepGit = keepGit;
        this.time = time;
    }

    /// @param seconds since 1970, the time of all files; null: as they are
    static void settle(Path checkout, boolean keepGit, @Nullable Long seconds) throws IOException {
        Timespec time = seconds == null ? null : new Timespec(seconds, 0);
        try (Dir dir = Dir.open(checkout)) {
            new CheckoutFiles(keepGit, time).settle(dir, 0);
        }
    }

    private void settle(Dir dir, int depth) throws IOException {
        if (depth > MAX_DEPTH) {
            throw new IOException("the checkout's directories nest too deep");
        }
        for (var entry : dir.listStats()) {
            RawPath name = entry.name();
            if (!keepGit && name.equals(GIT)) { // git tracks no file of that name
                dir.removeTree(name);
            } else if (entry.stat().type() == FileType.DIRECTORY) {
                try (Dir child = dir.openDir(name, Resolve.NO_SYMLINKS)) {
                    settle(child, depth + 1);
                }
            } else {
                settle(dir, name, entry.stat().type(), (entry.stat().mode() & 0100) != 0);
            }
        }
        dir.chmod(RawPath.ROOT, 0755);
        stamp(dir, RawPath.ROOT);
    }

    private void settle(Dir dir, RawPath name, FileType type, boolean executable)
            throws LinuxException {
        if (type == FileType.REGULAR) {
            dir.chmod(name, executable ? 0755 : 0644);
        }
        stamp(dir, name);
    }

    private void stamp(Dir dir, RawPath name) throws LinuxException {
        if (time != null) {
            dir.setTimes(name, null, time);
        }
    }
}
