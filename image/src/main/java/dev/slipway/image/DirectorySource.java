package dev.slipway.image;

import dev.slipway.linux.Dir;
import dev.slipway.linux.Errno;
import dev.slipway.linux.Fd;
import dev.slipway.linux.FileStat;
import dev.slipway.linux.FileType;
import dev.slipway.linux.LinuxException;
import dev.slipway.linux.OpenFlags;
import dev.slipway.linux.RawPath;
import dev.slipway.linux.Resolve;

import java.io.InputStream;
import java.nio.file.Path;

/// An archive unpacked in a directory, such as an OCI layout. Links that lead out are not followed.
final class DirectorySource implements ArchiveSource {
    private final Dir dir;

    DirectorySource(Path directory) throws LinuxException {
        this.dir = Dir.open(directory);
    }

    @Override
    public boolean has(String name) throws LinuxException {
        try (Fd fd = openFile(name)) {
            return fd.stat().type() == FileType.REGULAR;
        } catch (LinuxException e) {
            if (e.errno() == Errno.ENOENT || e.errno() == Errno.ENOTDIR) {
                return false;
            }
            throw e;
        }
    }

    @Override
    public long size(String name) throws ImageException, LinuxException {
        try (Fd fd = require(name)) {
            return fd.stat().size();
        }
    }

    @Override
    public InputStream open(String name) throws ImageException, LinuxException {
        return require(name).inputStream();
    }

    private Fd require(String name) throws ImageException, LinuxException {
        Fd fd;
        try {
            fd = openFile(name);
        } catch (LinuxException e) {
            if (e.errno() == Errno.ENOENT || e.errno() == Errno.ENOTDIR) {
                throw new InvalidImageException("the layout has no " + Texts.quote(name));
            }
            throw e;
        }
        FileStat stat = fd.stat();
        if (stat.type() != FileType.REGULAR) {
            fd.close();
            throw new InvalidImageException("the layout's " + Texts.quote(name) + " is no file");
        }
        return fd;
    }

    private Fd openFile(String name) throws LinuxException {
        // A FIFO must not keep us waiting for its writer.
        int flags = OpenFlags.O_RDONLY | OpenFlags.O_NONBLOCK;
        return dir.open(RawPath.ofLatin1(name).normalize(), flags, 0, Resolve.IN_ROOT);
    }

    @Override
    public void close() {
        dir.close();
    }
}
