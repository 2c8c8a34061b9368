package dev.slipway.image;

import dev.slipway.image.tar.TarEncoder;
import dev.slipway.image.tar.TarEntry;
import dev.slipway.linux.Errno;
import dev.slipway.linux.Fd;
import dev.slipway.linux.FileType;
import dev.slipway.linux.LinuxException;
import dev.slipway.linux.RawPath;
import dev.slipway.linux.Timespec;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;

/// An archive as a tar. Into a file, contents are copied inside the kernel where it can.
final class TarSink implements ArchiveSink {
    private static final int BUFFER = 256 << 10;
    private static final int FILE_MODE = 0644;
    private static final int DIRECTORY_MODE = 0755;

    private final OutputStream out;
    private final @Nullable Fd file;
    private final Set<String> names = new HashSet<>();
    private final byte[] buffer = new byte[BUFFER];
    private boolean copiesInKernel;
    private long position;

    private TarSink(OutputStream out, @Nullable Fd file) {
        this.out = out;
        this.file = file;
        this.copiesInKernel = file != null;
    }

    /// Writes to a stream, which is not closed.
    static TarSink to(OutputStream out) {
        return new TarSink(out, null);
    }

    /// Writes to a descriptor, from its start if it is a file; it is not closed.
    static TarSink to(Fd out) throws LinuxException {
        boolean regular = out.stat().type() == FileType.REGULAR;
        return new TarSink(out.outputStream(), regular ? out : null);
    }

    @Override
    public boolean has(String name) {
        return names.contains(name);
    }

    @Override
    public void add(String name, byte[] content) throws IOException {
        if (begin(name, content.length)) {
            write(content, content.length);
            pad(content.length);
        }
    }

    @Override
    public void add(String name, long size, InputStream content) throws IOException {
        if (!begin(name, size)) {
            return;
        }
        long left = size;
        while (left > 0) {
            int n = content.read(buffer, 0, (int) Math.min(left, buffer.length));
            if (n < 0) {
                throw new InvalidImageException(name + " is " + left + " bytes too short");
            }
            write(buffer, n);
            left -= n;
        }
        pad(size);
    }

    @Override
    public void add(String name, long size, Fd content) throws IOException {
        if (!begin(name, size)) {
            return;
        }
        long done = copyInKernel(content, size);
        if (done < size) {
            copyByHand(name, content, done, size);
        }
        pad(size);
    }

    /// Returns how many bytes were copied: all or nothing, unless the file is too short.
    private long copyInKernel(Fd content, long size) throws LinuxException {
        Fd target = file;
        if (target == null || !copiesInKernel || size == 0) {
            return 0;
        }
        try {
            long done = Fd.copyRange(content, 0, target, position, size);
            position += done;
            target.seek(position);
            return done;
        } catch (LinuxException e) {
            boolean unable =
                    e.errno() == Errno.EXDEV
                            || e.errno() == Errno.EINVAL
                            || e.errno() == Errno.EOPNOTSUPP
                            || e.errno() == Errno.ENOSYS;
            if (!unable) {
                throw e;
            }
            copiesInKernel = false;
            return 0;
        }
    }

    private void copyByHand(String name, Fd content, long from, long size) throws IOException {
        long at = from;
        while (at < size) {
            int n = content.readAt(buffer, 0, (int) Math.min(size - at, buffer.length), at);
            if (n < 0) {
                throw new InvalidImageException(name + " is " + (size - at) + " bytes too short");
            }
            write(buffer, n);
            at += n;
        }
    }

    /// Returns false if the name is there.
    private boolean begin(String name, long size) throws IOException {
        if (!names.add(name)) {
            return false;
        }
        for (int slash = name.indexOf('/'); slash > 0; slash = name.indexOf('/', slash + 1)) {
            String parent = name.substring(0, slash);
            if (names.add(parent)) {
                header(parent, TarEntry.Kind.DIRECTORY, DIRECTORY_MODE, 0);
            }
        }
        header(name, TarEntry.Kind.REGULAR, FILE_MODE, size);
        return true;
    }

    private void header(String name, TarEntry.Kind kind, int mode, long size) throws IOException {
        var entry =
                new TarEntry(
                        RawPath.of(name),
                        kind,
                        mode,
                        0,
                        0,
                        size,
                        Timespec.EPOCH,
                        null,
                        0,
                        0,
                        Collections.emptySortedMap());
        byte[] header = TarEncoder.header(entry);
        write(header, header.length);
    }

    private void pad(long size) throws IOException {
        int padding = TarEncoder.padding(size);
        if (padding > 0) {
            write(new byte[padding], padding);
        }
    }

    private void write(byte[] bytes, int length) throws IOException {
        out.write(bytes, 0, length);
        position += length;
    }

    @Override
    public void finish() throws IOException {
        byte[] end = TarEncoder.end();
        write(end, end.length);
        out.flush();
    }

    @Override
    public void close() {
        // The caller owns where this writes to.
    }
}
