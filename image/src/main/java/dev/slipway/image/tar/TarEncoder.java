package dev.slipway.image.tar;

import dev.slipway.image.tar.TarEntry.Kind;
import dev.slipway.linux.RawPath;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/// The one canonical form of a member's header: the same entry gives the same bytes, always.
///
/// A plain ustar header where everything fits it; else a pax header before it with just the records
/// needed, sorted by key. Owners are numbers only; there are no access and change times. Offsets in
/// the block are those of POSIX.1-2024 pax, "ustar Interchange Format".
public final class TarEncoder {
    private static final int BLOCK = TarHeader.BLOCK;
    private static final long MAX_OCTAL_11 = (1L << 33) - 1;
    private static final int MAX_OCTAL_7 = (1 << 21) - 1;
    private static final String PAX_NAME = "././@PaxHeader";

    /// The end of every archive.
    private static final byte[] END = new byte[2 * BLOCK];

    private TarEncoder() {}

    /// The blocks before the content of `entry`.
    public static byte[] header(TarEntry entry) {
        Map<String, byte[]> pax = new TreeMap<>();
        byte[] block = new byte[BLOCK];
        putName(block, pax, entry);
        octal(block, 100, 8, entry.mode());
        putNumber(block, 108, 8, MAX_OCTAL_7, entry.uid() & 0xffff_ffffL, "uid", pax);
        putNumber(block, 116, 8, MAX_OCTAL_7, entry.gid() & 0xffff_ffffL, "gid", pax);
        putNumber(block, 124, 12, MAX_OCTAL_11, entry.size(), "size", pax);
        putTime(block, pax, entry);
        block[156] = (byte) typeFlag(entry.kind());
        putLink(block, pax, entry.linkTarget());
        ascii(block, 257, "ustar\00000");
        octal(block, 329, 8, entry.deviceMajor());
        octal(block, 337, 8, entry.deviceMinor());
        for (Map.Entry<String, byte[]> xattr : entry.xattrs().entrySet()) {
            pax.put(PaxRecords.xattrKey(xattr.getKey()), xattr.getValue());
        }
        putChecksum(block);
        return pax.isEmpty() ? block : withPax(pax, block);
    }

    /// The number of zeros behind `size` bytes of content.
    public static int padding(long size) {
        return (int) (-size & (BLOCK - 1));
    }

    /// The blocks that end an archive.
    public static byte[] end() {
        return END.clone();
    }

    private static void putName(byte[] block, Map<String, byte[]> pax, TarEntry entry) {
        String path = entry.path().latin1();
        String name = entry.kind() == Kind.DIRECTORY ? path + "/" : path;
        if (path.isEmpty()) {
            name = "./";
        }
        int split = isAscii(name) ? prefixLength(name) : -1;
        if (split < 0) {
            putPath(pax, "path", name);
            ascii(block, 0, printable(name));
        } else {
            ascii(block, 0, split == 0 ? name : name.substring(split + 1));
            ascii(block, 345, name.substring(0, split));
        }
    }

    /// Where to cut a name that does not fit the name field: 0 for nowhere, -1 if no cut helps.
    private static int prefixLength(String name) {
        if (name.length() <= 100) {
            return 0;
        }
        int slash = name.lastIndexOf('/', Math.min(155, name.length() - 2));
        return slash > 0 && name.length() - slash - 1 <= 100 ? slash : -1;
    }

    private static void putLink(byte[] block, Map<String, byte[]> pax, @Nullable RawPath target) {
        if (target == null) {
            return;
        }
        String link = target.latin1();
        if (link.length() > 100 || !isAscii(link)) {
            putPath(pax, "linkpath", link);
            link = printable(link);
        }
        ascii(block, 157, link);
    }

    private static void putPath(Map<String, byte[]> pax, String key, String path) {
        byte[] bytes = path.getBytes(StandardCharsets.ISO_8859_1);
        pax.put(key, bytes);
        if (!isUtf8(bytes)) {
            pax.put("hdrcharset", "BINARY".getBytes(StandardCharsets.US_ASCII));
        }
    }

    private static void putTime(byte[] block, Map<String, byte[]> pax, TarEntry entry) {
        long seconds = entry.mtime().seconds();
        boolean fits = seconds >= 0 && seconds <= MAX_OCTAL_11;
        octal(block, 136, 12, fits ? seconds : 0);
        if (!fits || entry.mtime().nanos() != 0) {
            String time = TarNumbers.formatTime(entry.mtime());
            pax.put("mtime", time.getBytes(StandardCharsets.US_ASCII));
        }
    }

    private static void putNumber(
            byte[] block,
            int at,
            int length,
            long max,
            long value,
            String key,
            Map<String, byte[]> pax) {
        octal(block, at, length, value <= max ? value : 0);
        if (value > max) {
            pax.put(key, Long.toString(value).getBytes(StandardCharsets.US_ASCII));
        }
    }

    private static byte[] withPax(Map<String, byte[]> pax, byte[] block) {
        ByteArrayOutputStream records = new ByteArrayOutputStream();
        pax.forEach((key, value) -> records.writeBytes(PaxRecords.format(key, value)));
        int size = records.size();
        byte[] header = new byte[BLOCK];
        ascii(header, 0, PAX_NAME);
        octal(header, 100, 8, 0644);
        octal(header, 108, 8, 0);
        octal(header, 116, 8, 0);
        octal(header, 124, 12, size);
        octal(header, 136, 12, 0);
        header[156] = 'x';
        ascii(header, 257, "ustar\00000");
        octal(header, 329, 8, 0);
        octal(header, 337, 8, 0);
        putChecksum(header);
        ByteArrayOutputStream out = new ByteArrayOutputStream(size + 3 * BLOCK);
        out.writeBytes(header);
        out.writeBytes(records.toByteArray());
        out.write(END, 0, padding(size));
        out.writeBytes(block);
        return out.toByteArray();
    }

    private static char typeFlag(Kind kind) {
        return switch (kind) {
            case REGULAR -> '0';
            case HARD_LINK -> '1';
            case SYMLINK -> '2';
            case CHARACTER_DEVICE -> '3';
            case BLOCK_DEVICE -> '4';
            case DIRECTORY -> '5';
            case FIFO -> '6';
        };
    }

    private static void putChecksum(byte[] block) {
        ascii(block, 148, "        ");
        int sum = 0;
        for (byte b : block) {
            sum += b & 0xff;
        }
        octal(block, 148, 7, sum);
    }

    /// `length - 1` digits and a NUL.
    private static void octal(byte[] block, int at, int length, long value) {
        long rest = value;
        for (int i = at + length - 2; i >= at; i--) {
            block[i] = (byte) ('0' + (rest & 7));
            rest >>>= 3;
        }
        block[at + length - 1] = 0;
    }

    private static void ascii(byte[] block, int at, String text) {
        for (int i = 0; i < text.length(); i++) {
            block[at + i] = (byte) text.charAt(i);
        }
    }

    private static boolean isAscii(String latin1) {
        for (int i = 0; i < latin1.length(); i++) {
            if (latin1.charAt(i) >= 0x80) {
                return false;
            }
        }
        return true;
    }

    /// What a reader that knows no pax will see.
    private static String printable(String latin1) {
        int length = Math.min(latin1.length(), 100);
        StringBuilder out = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            char c = latin1.charAt(i);
            out.append(c < 0x80 ? c : '_');
        }
        return out.toString();
    }

    private static boolean isUtf8(byte[] bytes) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException _) {
            return false;
        }
    }
}
