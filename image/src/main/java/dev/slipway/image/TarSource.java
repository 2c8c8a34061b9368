package dev.slipway.image;

import dev.slipway.image.compress.Decompression;
import dev.slipway.image.compress.DecompressionLimits;
import dev.slipway.image.compress.Format;
import dev.slipway.image.tar.TarEncoder;
import dev.slipway.image.tar.TarEntry;
import dev.slipway.image.tar.TarLimits;
import dev.slipway.image.tar.TarReader;
import dev.slipway.linux.Fd;
import dev.slipway.linux.FileType;
import dev.slipway.linux.LinuxException;
import dev.slipway.linux.OpenFlags;
import dev.slipway.linux.RawPath;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/// An archive in a tar, read in place where it is a file that is not compressed, and otherwise from
/// an unpacked copy in the store's `tmp/`.
final class TarSource implements ArchiveSource {
    private static final int MAX_MEMBERS = 100_000;
    private static final int MAX_LINKS = 8;
    private static final int BUFFER = 128 << 10;

    /// What is larger is jumped over, not read, while members are looked up.
    private static final long JUMP_OVER = 1 << 20;

    private record Member(long offset, long size) {}

    private final Fd fd;
    private final @Nullable Path temp;
    private final Map<String, Member> members = new HashMap<>();
    private final Map<String, RawPath> links = new HashMap<>();

    private TarSource(Fd fd, @Nullable Path temp) {
        this.fd = fd;
        this.temp = temp;
    }

    /// Opens an archive file, which is closed with the source.
    static TarSource open(Store store, Fd fd) throws IOException {
        try {
            boolean regular = fd.stat().type() == FileType.REGULAR;
            if (regular && sniff(fd) == Format.NONE) {
                return new TarSource(fd, null).index();
            }
        } catch (IOException | RuntimeException e) {
            fd.close();
            throw e;
        }
        try (InputStream in = fd.inputStream()) {
            return open(store, in);
        }
    }

    private static Format sniff(Fd fd) throws LinuxException {
        var head = new byte[Format.SNIFFED_BYTES];
        int length = 0;
        while (length < head.length) {
            int n = fd.readAt(head, length, head.length - length, length);
            if (n < 0) {
                break;
            }
            length += n;
        }
        return Format.sniff(head, length);
    }

    /// Copies an archive from a stream, decompressed; the stream is not closed.
    static TarSource open(Store store, InputStream in) throws IOException {
        Path temp = store.newTempFile("load");
        Fd fd = Fd.open(temp, OpenFlags.O_RDWR | OpenFlags.O_CREAT | OpenFlags.O_EXCL, 0600);
        var source = new TarSource(fd, temp);
        try {
            InputStream plain = Decompression.open(in, DecompressionLimits.DEFAULT);
            var buffer = new byte[BUFFER];
            for (int n = plain.read(buffer); n >= 0; n = plain.read(buffer)) {
                write(store, fd, buffer, n);
            }
            return source.index();
        } catch (IOException | RuntimeException e) {
            source.close();
            throw e;
        }
    }

    private static void write(Store store, Fd fd, byte[] bytes, int length) throws ImageException {
        try {
            fd.write(bytes, 0, length);
        } catch (LinuxException e) {
            throw StoreException.of(store.home(), "unpack the archive", e);
        }
    }

    private TarSource index() throws IOException {
        try {
            long end = fd.stat().size();
            long next = 0;
            while (next >= 0) {
                next = index(next, end);
            }
            return this;
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /// Looks up members from an offset on, up to one to jump over.
    ///
    /// @return where to go on; -1 at the end
    private long index(long from, long end) throws IOException {
        InputStream in = new FdRange(fd, from, end);
        try (var reader = new TarReader(in, TarLimits.DEFAULT, from)) {
            for (TarEntry entry = reader.next(); entry != null; entry = reader.next()) {
                add(entry, reader, end);
                if (entry.size() > JUMP_OVER) {
                    long data = reader.dataOffset() + entry.size();
                    return data + TarEncoder.padding(entry.size());
                }
            }
        }
        return -1;
    }

    private void add(TarEntry entry, TarReader reader, long end) throws IOException {
        String name = entry.path().latin1();
        if (members.size() + links.size() >= MAX_MEMBERS) {
            throw new InvalidImageException("the archive has over " + MAX_MEMBERS + " members");
        }
        switch (entry.kind()) {
            case REGULAR -> {
                if (reader.isSparse()) {
                    throw new InvalidImageException(
                            "the archive's " + Texts.quote(name) + " is sparse");
                }
                if (reader.dataOffset() + entry.size() > end) {
                    throw new InvalidImageException("the archive ends early");
                }
                put(name, new Member(reader.dataOffset(), entry.size()));
            }
            case SYMLINK, HARD_LINK -> {
                RawPath target = entry.linkTarget();
                boolean symlink = entry.kind() == TarEntry.Kind.SYMLINK;
                if (target != null && !members.containsKey(name)) {
                    RawPath parent = symlink ? entry.path().parent() : RawPath.ROOT;
                    links.put(name, parent.child(target).normalize());
                }
            }
            case DIRECTORY, CHARACTER_DEVICE, BLOCK_DEVICE, FIFO -> {}
        }
    }

    /// Of two members with one name a reader may take either, so an archive could mean two things.
    private void put(String name, Member member) throws InvalidImageException {
        if (members.put(name, member) != null || links.containsKey(name)) {
            throw new InvalidImageException("the archive holds " + Texts.quote(name) + " twice");
        }
    }

    private @Nullable Member find(String name) {
        String at = name;
        for (int i = 0; i < MAX_LINKS; i++) {
            Member member = members.get(at);
            if (member != null) {
                return member;
            }
            RawPath target = links.get(at);
            if (target == null) {
                return null;
            }
            at = target.latin1();
        }
        return null;
    }

    private Member require(String name) throws InvalidImageException {
        Member member = find(name);
        if (member == null) {
            throw new InvalidImageException("the archive has no " + Texts.quote(name));
        }
        return member;
    }

    @Override
    public boolean has(String name) {
        return find(name) != null;
    }

    @Override
    public long size(String name) throws InvalidImageException {
        return require(name).size();
    }

    @Override
    public InputStream open(String name) throws InvalidImageException {
        Member member = require(name);
        return new FdRange(fd, member.offset(), member.offset() + member.size());
    }

    @Override
    public void close() {
        fd.close();
        if (temp != null) {
            Store.discard(temp);
        }
    }
}
