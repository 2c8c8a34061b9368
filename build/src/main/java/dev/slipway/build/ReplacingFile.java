package dev.slipway.build;

import dev.slipway.linux.Fd;
import dev.slipway.linux.OpenFlags;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/// A file that takes its name when it is kept, replacing what had it; one that is only closed
/// leaves what was there.
final class ReplacingFile implements AutoCloseable {
    private static final int MODE = 0644;

    private final Path target;
    private final Path temporary;
    private final Fd fd;
    private boolean kept;

    ReplacingFile(Path target) throws IOException {
        this.target = target;
        Path directory = target.toAbsolutePath().getParent();
        if (directory != null && !Files.isDirectory(directory)) {
            // Else the failure would name the temporary file, of which nobody has heard.
            throw new NoSuchFileException(target.toString());
        }
        // Not beside a device such as /dev/stdout, which is written as it is.
        boolean replace = !Files.exists(target) || Files.isRegularFile(target);
        long pid = ProcessHandle.current().pid();
        this.temporary =
                replace ? target.resolveSibling("." + target.getFileName() + "." + pid) : target;
        int create = replace ? OpenFlags.O_CREAT | OpenFlags.O_TRUNC : 0;
        this.fd = Fd.open(temporary, OpenFlags.O_WRONLY | create, MODE);
    }

    Fd fd() {
        return fd;
    }

    /// Gives the file its name.
    void keep() throws IOException {
        fd.close();
        if (!temporary.equals(target)) {
            Files.move(temporary, target, StandardCopyOption.REPLACE_EXISTING);
        }
        kept = true;
    }

    @Override
    public void close() throws IOException {
        fd.close();
        if (!kept && !temporary.equals(target)) {
            Files.deleteIfExists(temporary);
        }
    }
}
