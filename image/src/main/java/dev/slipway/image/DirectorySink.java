package dev.slipway.image;

import dev.slipway.linux.Dir;
import dev.slipway.linux.Errno;
import dev.slipway.linux.Fd;
import dev.slipway.linux.LinuxException;
import dev.slipway.linux.OpenFlags;
import dev.slipway.linux.RawPath;
import dev.slipway.linux.Resolve;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/// An archive as a directory, which may hold images already: blobs that are there stay, the rest is
/// replaced.
final class DirectorySink implements ArchiveSink {
    private static final int BUFFER = 256 << 10;
    private static final String BLOBS = "blobs/";

    private final Dir dir;

    /// Makes the directory if it is missing; its parent must be there.
    DirectorySink(Path directory) throws LinuxException {
        Path absolute = directory.toAbsolutePath();
        try (Dir root = Dir.open(Path.of("/"))) {
            dir = root.createDirs(RawPath.of(absolute.toString()).normalize(), 0755);
        }
    }

    @Override
    public boolean has(String name) throws LinuxException {
        return dir.statIfExists(RawPath.of(name)) != null;
    }

    @Override
    public void add(String name, byte[] content) throws IOException {
        add(name, content.length, new ByteArrayInputStream(content));
    }

    @Override
    public void add(String name, long size, InputStream content) throws IOException {
        write(name, out -> copy(name, content, size, out));
    }

    private static void copy(String name, InputStream from, long size, Fd to) throws IOException {
        var buffer = new byte[BUFFER];
        long left = size;
        while (left > 0) {
            int n = from.read(buffer, 0, (int) Math.min(left, buffer.length));
            if (n < 0) {
                throw new InvalidImageException(name + " is " + left + " bytes too short");
            }
            to.write(buffer, 0, n);
            left -= n;
        }
    }

    @Override
    public void add(String name, long size, Fd content) throws IOException {
        write(
                name,
                out -> {
                    if (out.cloneFrom(content)) {
                        return;
                    }
                    long done;
                    try {
                        done = Fd.copyRange(content, 0, out, 0, size);
                    } catch (LinuxException e) {
                        if (e.errno() == Errno.ENOSPC || e.errno() == Errno.EDQUOT) {
                            throw e;
                        }
                        done = 0;
                    }
                    out.seek(done);
                    copy(name, new FdRange(content, done, size), size - done, out);
                });
    }

    private interface Content {
        void writeTo(Fd out) throws IOException;
    }

    private void write(String name, Content content) throws IOException {
        if (name.startsWith(BLOBS) && has(name)) {
            return;
        }
        RawPath path = RawPath.of(name);
        dir.createDirs(path.parent(), 0755).close();
        RawPath temp = path.parent().child(RawPath.of(".tmp-" + path.name().latin1()));
        int flags = OpenFlags.O_WRONLY | OpenFlags.O_CREAT | OpenFlags.O_TRUNC;
        boolean done = false;
        try (Fd out = dir.open(temp, flags, 0644, Resolve.BENEATH)) {
            content.writeTo(out);
            dir.rename(temp, dir, path);
            done = true;
        } finally {
            if (!done) {
                dir.unlink(temp);
            }
        }
    }

    @Override
    public void finish() {
        // Each file is complete as it is.
    }

    @Override
    public void close() {
        dir.close();
    }
}
