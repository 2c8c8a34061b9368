package dev.slipway.image.tar;

import dev.slipway.image.tar.TarEntry.Kind;
import dev.slipway.linux.RawPath;
import dev.slipway.linux.Timespec;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/// Reads a tar archive from a stream, member by member: ustar, pax (global headers too), GNU, star
/// and v7, sparse files in all four GNU forms. Names are bytes and come out cleaned (see
/// [RawPath#normalize]). Nothing is trusted: a broken or oversized archive ends in [TarException].
/// Not for use by several threads.
public final class TarReader implements AutoCloseable {
    private final TarInput input;
    private final TarLimits limits;
    private @Nullable PaxRecords globals;
    private long entries;
    private boolean finished;
    private long headerOffset;
    private long dataOffset;
    private @Nullable SparseMap sparse;
    private int region;
    private long sparseAt;

    /// @param in the archive, uncompressed; read in large pieces, closed by [#close]
    public TarReader(InputStream in, TarLimits limits) {
        this(in, limits, 0);
    }

    /// Starts in the middle of an archive, at a member's header.
    ///
    /// @param offset of the first byte of `in` in the archive
    public TarReader(InputStream in, TarLimits limits, long offset) {
        this.input = new TarInput(in, limits.archiveBytes(), offset);
        this.limits = limits;
    }

    /// The next member, or null at the end of the archive. What is left of the current member's
    /// content is passed over.
    public @Nullable TarEntry next() throws IOException {
        sparse = null;
        input.skipData();
        if (finished) {
            return null;
        }
        headerOffset = input.position();
        Extensions extensions = new Extensions();
        while (true) {
            TarHeader header = header(extensions);
            if (header == null) {
                finished = true;
                return null;
            }
            if (!isExtension(header, extensions)) {
                if (++entries > limits.entries()) {
                    throw new TarException(headerOffset, "over " + limits.entries() + " entries");
                }
                return member(header, extensions);
            }
        }
    }

    /// Reads content of the current member, holes as zeros.
    ///
    /// @return the number of bytes, at least 1 if `length` is; -1 at the end of the member
    public int read(byte[] into, int at, int length) throws IOException {
        SparseMap map = sparse;
        if (map == null) {
            return input.readData(into, at, length);
        }
        if (sparseAt == map.realSize()) {
            return -1;
        }
        long hole = hole(map);
        if (hole > 0) {
            int zeros = (int) Math.min(hole, length);
            Arrays.fill(into, at, at + zeros, (byte) 0);
            sparseAt += zeros;
            return zeros;
        }
        int n = input.readData(into, at, (int) Math.min(length, map.end(region) - sparseAt));
        sparseAt += n;
        if (sparseAt == map.end(region)) {
            region++;
        }
        return n;
    }

    /// Passes over the hole that starts here.
    ///
    /// @return its length in bytes; 0 if there is data, or the end
    public long skipHole() {
        long hole = sparse == null ? 0 : hole(sparse);
        sparseAt += hole;
        return hole;
    }

    /// The current member's content as a stream that ends with it. Closing it does nothing.
    public InputStream content() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return TarReader.this.read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] into, int at, int length) throws IOException {
                return length == 0 ? 0 : TarReader.this.read(into, at, length);
            }
        };
    }

    /// Where the current member starts in the archive, extended headers included.
    public long headerOffset() {
        return headerOffset;
    }

    /// Where the current member's data starts in the archive. What lies there is its content,
    /// unless it is [#isSparse].
    public long dataOffset() {
        return dataOffset;
    }

    /// Whether the current member is stored without its holes.
    public boolean isSparse() {
        return sparse != null;
    }

    /// Reads what follows the end of the archive, so that a stream digested on the way is complete.
    public void drain() throws IOException {
        input.drain();
    }

    @Override
    public void close() throws IOException {
        input.close();
    }

    private long hole(SparseMap map) {
        long data = region < map.count() ? map.start(region) : map.realSize();
        return data - sparseAt;
    }

    /// What extended headers before a member say of it.
    private final class Extensions {
        private PaxRecords pax = PaxRecords.over(globals);
        private @Nullable String longName;
        private @Nullable String longLink;
        private boolean any;
    }

    /// The next header block; null at the end.
    private @Nullable TarHeader header(Extensions extensions) throws IOException {
        long at = input.position();
        byte[] block = input.block();
        if (block != null && !TarHeader.isZero(block)) {
            return new TarHeader(block, at);
        }
        if (extensions.any) {
            throw new TarException(at, "the archive ends behind an extended header");
        }
        if (block != null) {
            byte[] second = input.block();
            if (second != null && !TarHeader.isZero(second)) {
                throw new TarException(at, "a lone block of zeros");
            }
        }
        return null;
    }

    /// Takes in a header that only says something of the members behind it.
    private boolean isExtension(TarHeader header, Extensions extensions) throws IOException {
        switch (header.type()) {
            case 'x', 'X' -> extensions.pax.parse(extension(header), header.offset());
            case 'g' -> {
                PaxRecords merged = PaxRecords.over(globals);
                merged.parse(extension(header), header.offset());
                merged.dropMemberRecords();
                globals = merged;
                if (!extensions.any) {
                    extensions.pax = PaxRecords.over(merged);
                }
                return true;
            }
            case 'L' -> extensions.longName = cString(extension(header));
            case 'K' -> extensions.longLink = cString(extension(header));
            case 'V' -> { // GNU volume label
                return true;
            }
            default -> {
                return false;
            }
        }
        extensions.any = true;
        return true;
    }

    private byte[] extension(TarHeader header) throws IOException {
        long size = header.size();
        if (size < 0 || size > limits.extendedHeaderBytes()) {
            throw new TarException(header.offset(), "an extended header of " + size + " bytes");
        }
        input.startData(size);
        byte[] data = new byte[(int) size];
        for (int at = 0; at < data.length; ) {
            at += input.readData(data, at, data.length - at);
        }
        input.skipData();
        return data;
    }

    private static String cString(byte[] data) {
        int end = 0;
        while (end < data.length && data[end] != 0) {
            end++;
        }
        return TarHeader.latin1(data, 0, end);
    }

    private TarEntry member(TarHeader header, Extensions ext) throws IOException {
        long at = header.offset();
        PaxRecords pax = ext.pax;
        String name = path(pax, "path", ext.longName == null ? header.name() : ext.longName);
        name = path(pax, "GNU.sparse.name", name);
        if (name.isEmpty() || name.length() > limits.pathBytes()) {
            throw new TarException(at, "a path of " + name.length() + " bytes");
        }
        Kind kind = kind(header, name);
        long stored = TarFields.number(pax, "size", header.size(), at);
        long size = startContent(header, pax, kind, stored);
        RawPath target = null;
        if (kind == Kind.HARD_LINK || kind == Kind.SYMLINK) {
            String link = ext.longLink == null ? header.linkName() : ext.longLink;
            target = target(kind, path(pax, "linkpath", link), at);
        }
        boolean device = kind == Kind.CHARACTER_DEVICE || kind == Kind.BLOCK_DEVICE;
        byte[] mtime = pax.get("mtime");
        return new TarEntry(
                RawPath.ofLatin1(name).normalize(),
                kind,
                (int) header.mode() & 07777,
                TarFields.id(pax, "uid", header.uid(), at),
                TarFields.id(pax, "gid", header.gid(), at),
                size,
                mtime == null ? new Timespec(header.mtime(), 0) : TarNumbers.parseTime(mtime, at),
                target,
                device ? TarFields.device(header.deviceMajor(), at) : 0,
                device ? TarFields.device(header.deviceMinor(), at) : 0,
                pax.xattrs());
    }

    /// Positions at the content; its size, holes included.
    private long startContent(TarHeader header, PaxRecords pax, Kind kind, long stored)
            throws IOException {
        long at = header.offset();
        boolean hasData = kind == Kind.REGULAR || header.type() == 'D';
        if (stored < 0) {
            throw new TarException(at, "a file of " + stored + " bytes");
        }
        if (kind != Kind.REGULAR) {
            input.startData(hasData ? stored : 0);
            dataOffset = input.position();
            return 0;
        }
        sparse = new SparseReader(input, limits, at).read(header, pax, stored);
        region = 0;
        sparseAt = 0;
        if (sparse == null) {
            input.startData(stored);
        }
        dataOffset = input.position();
        long size = sparse == null ? stored : sparse.realSize();
        if (size > limits.fileBytes()) {
            throw new TarException(at, "a file of " + size + " bytes");
        }
        return size;
    }

    private RawPath target(Kind kind, String link, long at) throws TarException {
        if (link.isEmpty() || link.length() > limits.linkBytes()) {
            throw new TarException(at, "a link to a path of " + link.length() + " bytes");
        }
        RawPath target = RawPath.ofLatin1(link);
        return kind == Kind.HARD_LINK ? target.normalize() : target;
    }

    private static String path(PaxRecords pax, String key, String otherwise) {
        byte[] value = pax.get(key);
        return value == null ? otherwise : TarHeader.latin1(value, 0, value.length);
    }

    private static Kind kind(TarHeader header, String name) throws TarException {
        return switch (header.type()) {
            // Before ustar a directory was a file whose name ends in a slash.
            case '0', '7' -> name.endsWith("/") ? Kind.DIRECTORY : Kind.REGULAR;
            case 'S' -> Kind.REGULAR;
            case '1' -> Kind.HARD_LINK;
            case '2' -> Kind.SYMLINK;
            case '3' -> Kind.CHARACTER_DEVICE;
            case '4' -> Kind.BLOCK_DEVICE;
            case '5', 'D' -> Kind.DIRECTORY;
            case '6' -> Kind.FIFO;
            default ->
                    throw new TarException(
                            header.offset(),
                            "a member of unknown type 0x" + Integer.toHexString(header.type()));
        };
    }
}
