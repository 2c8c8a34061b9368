package dev.slipway.build;

import dev.slipway.linux.Dir;
import dev.slipway.linux.FileType;
import dev.slipway.linux.RawPath;
import dev.slipway.linux.Resolve;
import dev.slipway.linux.Timespec;

import java.io.IOException;
import java.nio.file.Path;

/// Sets back times that are later than a build allows: `SOURCE_DATE_EPOCH`.
final class TimeClamp {
    private TimeClamp() {}

    /// Clamps the times of all files in `directory`, and its own.
    static void clamp(Path directory, Timespec latest) throws IOException {
        try (var dir = Dir.open(directory)) {
            inside(dir, latest);
            if (dir.stat().mtime().compareTo(latest) > 0) {
                dir.setTimes(RawPath.ROOT, null, latest);
            }
        }
    }

    private static void inside(Dir dir, Timespec latest) throws IOException {
        for (var entry : dir.list()) {
            var stat = dir.stat(entry.name());
            if (stat.type() == FileType.DIRECTORY) {
                try (var child = dir.openDir(entry.name(), Resolve.NO_SYMLINKS)) {
                    inside(child, latest);
                }
            }
            if (stat.mtime().compareTo(latest) > 0) {
                dir.setTimes(entry.name(), null, latest);
            }
        }
    }
}
