package dev.slipway.base;

import dev.slipway.image.compress.Decompression;
import dev.slipway.image.compress.DecompressionException;
import dev.slipway.image.compress.DecompressionLimits;
import dev.slipway.image.tar.TarEntry;
import dev.slipway.image.tar.TarException;
import dev.slipway.image.tar.TarLimits;
import dev.slipway.image.tar.TarReader;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/// What a `.deb` holds (deb(5)): an `ar` archive of a version, the control files and the data.
///
/// The data is kept as an uncompressed archive beside the list of its members, because a layer
/// wants all packages' files in one order.
///
/// @param control the control archive's files by name (`control`, `md5sums`, `postinst`, …)
/// @param members the data archive's, in its order
/// @param data the uncompressed data archive
record DebArchive(SortedMap<String, byte[]> control, List<Member> members, Path data) {
    /// @param offset of the content in the data archive
    record Member(TarEntry entry, long offset) {}

    private static final int AR_HEADER = 60;
    private static final int MAX_CONTROL_FILE = 16 << 20;
    private static final TarLimits CONTROL_LIMITS =
            new TarLimits(1000, 1 << 16, 255, 255, 1, 64 << 20, MAX_CONTROL_FILE);
    private static final TarLimits DATA_LIMITS =
            new TarLimits(500_000, 1 << 20, 4095, 4095, 1, 16L << 30, 8L << 30);

    /// Reads a package; nothing of it reaches the host's file system but `spool`.
    ///
    /// @param name for messages
    /// @param spool a file to be written: the uncompressed data
    static DebArchive read(InputStream deb, String name, Path spool)
            throws IOException, ArchiveException {
        try {
            return new Reader(deb, name).read(spool);
        } catch (TarException | DecompressionException | CutShortException e) {
            throw new ArchiveException(name + ": " + e.getMessage(), e);
        }
    }

    Control controlFile() throws ArchiveException {
        var file = control.get("control");
        if (file == null) {
            throw new ArchiveException(data + ": no control file");
        }
        return Control.parseOne(new String(file, StandardCharsets.UTF_8));
    }

    /// The content of a small regular file.
    byte[] read(Member member) throws IOException, ArchiveException {
        if (member.entry().size() > MAX_CONTROL_FILE) {
            throw new ArchiveException(member.entry().path() + " is too large");
        }
        try (var file = Files.newByteChannel(data)) {
            file.position(member.offset());
            return Channels.newInputStream(file).readNBytes((int) member.entry().size());
        }
    }

    private static final class Reader {
        private final InputStream in;
        private final String name;
        private @Nullable Slice member;

        Reader(InputStream in, String name) {
            this.in = in;
            this.name = name;
        }

        DebArchive read(Path spool) throws IOException, ArchiveException {
            var magic = new String(in.readNBytes(8), StandardCharsets.ISO_8859_1);
            if (!magic.equals("!<arch>\n")) {
                throw new ArchiveException(name + ": not a Debian package");
            }
            SortedMap<String, byte[]> control = null;
            List<Member> members = null;
            boolean versioned = false;
            for (var file = nextMember(); file != null; file = nextMember()) {
                var slice = Objects.requireNonNull(member);
                if (file.equals("debian-binary")) {
                    var version = new String(slice.readNBytes(16), StandardCharsets.US_ASCII);
                    if (!version.startsWith("2.")) {
                        throw new ArchiveException(name + ": unknown format " + version.strip());
                    }
                    versioned = true;
                } else if (versioned && control == null && file.startsWith("control.tar")) {
                    control = readControl(decompress(slice));
                } else if (control != null && members == null && file.startsWith("data.tar")) {
                    members = readData(decompress(slice), spool);
                }
            }
            if (control == null || members == null) {
                throw new ArchiveException(name + ": lacks its control or data archive");
            }
            return new DebArchive(control, members, spool);
        }

        /// Positions at the next member's content; null at the end.
        private @Nullable String nextMember() throws IOException, ArchiveException {
            if (member != null) {
                member.skipRest();
                if (member.odd) {
                    in.skipNBytes(1);
                }
            }
            byte[] header = in.readNBytes(AR_HEADER);
            if (header.length == 0) {
                return null;
            }
            if (header.length < AR_HEADER || header[58] != '`' || header[59] != '\n') {
                throw new ArchiveException(name + ": a broken ar header");
            }
            try {
                var text = new String(header, StandardCharsets.ISO_8859_1);
                long size = Long.parseLong(text.substring(48, 58).strip());
                if (size < 0) {
                    throw new NumberFormatException("negative");
                }
                member = new Slice(in, size);
                var file = text.substring(0, 16).strip();
                return file.endsWith("/") ? file.substring(0, file.length() - 1) : file;
            } catch (NumberFormatException e) {
                throw new ArchiveException(name + ": a broken ar header", e);
            }
        }

        /// The archive's own bytes say how it is compressed.
        private static InputStream decompress(InputStream slice) throws IOException {
            return Decompression.open(
                    slice, DecompressionLimits.DEFAULT.withBytes(DATA_LIMITS.archiveBytes()));
        }

        private SortedMap<String, byte[]> readControl(InputStream tar) throws IOException {
            var files = new TreeMap<String, byte[]>();
            try (var reader = new TarReader(tar, CONTROL_LIMITS)) {
                for (var entry = reader.next(); entry != null; entry = reader.next()) {
                    if (entry.kind() == TarEntry.Kind.REGULAR
                            && !entry.path().latin1().contains("/")) {
                        files.put(entry.path().latin1(), reader.content().readAllBytes());
                    }
                }
            }
            return files;
        }

        private List<Member> readData(InputStream tar, Path spool)
                throws IOException, ArchiveException {
            var members = new ArrayList<Member>();
            try (var out = Files.newOutputStream(spool);
                    var reader = new TarReader(new Tee(tar, out), DATA_LIMITS)) {
                for (var entry = reader.next(); entry != null; entry = reader.next()) {
                    if (reader.isSparse()) {
                        throw new ArchiveException(name + ": holds a sparse file");
                    }
                    members.add(new Member(entry, reader.dataOffset()));
                }
                reader.drain();
            }
            return List.copyOf(members);
        }
    }

    /// The file ends within a member.
    private static final class CutShortException extends IOException {
        private static final long serialVersionUID = 1L;

        CutShortException() {
            super("the package is cut short");
        }
    }

    /// The content of one ar member.
    private static final class Slice extends InputStream {
        private final InputStream in;
        private final boolean odd;
        private long left;

        Slice(InputStream in, long size) {
            this.in = in;
            this.left = size;
            this.odd = (size & 1) == 1;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int at, int length) throws IOException {
            if (left == 0) {
                return -1;
            }
            int n = in.read(into, at, (int) Math.min(length, left));
            if (n < 0) {
                throw new CutShortException();
            }
            left -= n;
            return n;
        }

        void skipRest() throws IOException {
            in.skipNBytes(left);
            left = 0;
        }

        /// Left open: the next member follows.
        @Override
        public void close() {}
    }

    /// Copies to a file what is read.
    private static final class Tee extends InputStream {
        private final InputStream in;
        private final OutputStream copy;

        Tee(InputStream in, OutputStream copy) {
            this.in = in;
            this.copy = copy;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int at, int length) throws IOException {
            int n = in.read(into, at, length);
            if (n > 0) {
                copy.write(into, at, n);
            }
            return n;
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
