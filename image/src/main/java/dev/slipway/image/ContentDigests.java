package dev.slipway.image;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32C;

/// The SHA-256 of the content of a layer's files, by the number of their record in the index. Where
/// one is not known there are zeros.
///
/// The file: the digests, [#FORM], and a CRC-32C of all before it. Only a later layer looks at it,
/// to take over what it has in common; a damaged one counts as none.
final class ContentDigests {
    private static final int DIGEST_BYTES = 32;
    private static final int TRAILER_BYTES = 8;

    /// Which headers [dev.slipway.image.tar.TarEncoder] wrote. Another number whenever these
    /// change: then a layer must not take them over, or it would not be the one that is written
    /// anew.
    private static final int FORM = 1;

    private byte[] digests;
    private int length;

    ContentDigests() {
        this(new byte[0]);
    }

    private ContentDigests(byte[] digests) {
        this.digests = digests;
        this.length = digests.length;
    }

    /// Returns null if there is no such file, or not a whole one.
    static @Nullable ContentDigests read(Path file) {
        try {
            byte[] bytes = Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
            int length = bytes.length - TRAILER_BYTES;
            if (length <= 0 || length % DIGEST_BYTES != 0) {
                return null;
            }
            ByteBuffer in = ByteBuffer.wrap(bytes).position(length);
            boolean whole = in.getInt() == FORM && in.getInt() == checksum(bytes, length + 4);
            return whole ? new ContentDigests(Arrays.copyOf(bytes, length)) : null;
        } catch (IOException _) {
            return null;
        }
    }

    private static int checksum(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }

    void set(int record, byte[] sha256) {
        makeRoom(record);
        System.arraycopy(sha256, 0, digests, record * DIGEST_BYTES, DIGEST_BYTES);
        length = Math.max(length, (record + 1) * DIGEST_BYTES);
    }

    private void makeRoom(int record) {
        int end = (record + 1) * DIGEST_BYTES;
        if (end > digests.length) {
            digests = Arrays.copyOf(digests, Math.max(end, digests.length * 2));
        }
    }

    boolean is(int record, byte[] sha256) {
        return is(record, sha256, 0);
    }

    /// As [#is(int, byte[])], with the digest from `at` on.
    boolean is(int record, byte[] sha256, int at) {
        int start = record * DIGEST_BYTES;
        int end = start + DIGEST_BYTES;
        return end <= length && Arrays.equals(digests, start, end, sha256, at, at + DIGEST_BYTES);
    }

    /// Takes the digest of `other`'s record over, if there is one.
    void copy(int record, ContentDigests other, int from) {
        int start = from * DIGEST_BYTES;
        if (start + DIGEST_BYTES > other.length) {
            return;
        }
        makeRoom(record);
        System.arraycopy(other.digests, start, digests, record * DIGEST_BYTES, DIGEST_BYTES);
        length = Math.max(length, (record + 1) * DIGEST_BYTES);
    }

    boolean isEmpty() {
        return length == 0;
    }

    byte[] toBytes() {
        ByteBuffer bytes = ByteBuffer.allocate(length + TRAILER_BYTES);
        bytes.put(digests, 0, length).putInt(FORM);
        return bytes.putInt(checksum(bytes.array(), length + 4)).array();
    }
}
