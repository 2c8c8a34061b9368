package dev.slipway.linux;

import org.jspecify.annotations.Nullable;

import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Objects;

/// SHA-256 by the processor's own instructions, at full speed from the first byte on.
///
/// The JDK's is as fast only once its optimising compiler got to it, and ten times slower without:
/// a process that lives a fifth of a second is over before that.
public final class Sha256 extends MessageDigest {
    static final int BLOCK = 64;

    private static final int DIGEST_BYTES = 32;
    private static final int STATE_BYTES = 32;
    private static final int LENGTH_BYTES = 8;

    /// The first 32 bits of the fractional parts of the square roots of the first 8 primes; FIPS
    /// 180-4, 5.3.3.
    private static final int[] INITIAL = {
        0x6a09e667,
        0xbb67ae85,
        0x3c6ef372,
        0xa54ff53a,
        0x510e527f,
        0x9b05688c,
        0x1f83d9ab,
        0x5be0cd19
    };

    private final int[] state = INITIAL.clone();
    private final byte[] pending = new byte[BLOCK];
    private int pendingBytes;
    private long totalBytes;

    private Sha256() {
        super("SHA-256");
    }

    /// A new calculation: this, or the JDK's where the processor or [NativeMethods] are not up to
    /// it.
    public static MessageDigest create() {
        if (NativeMethods.SHA256) {
            return new Sha256();
        }
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every JDK has it: MessageDigest's own promise
        }
    }

    /// What a digest has come to, for [#resume]: 32 bytes.
    ///
    /// @return null if that cannot be said: it is not one of ours, or has not taken in whole blocks
    public static byte @Nullable [] midstate(MessageDigest digest) {
        if (!(digest instanceof Sha256 ours) || !ours.isAligned()) {
            return null;
        }
        return ours.words();
    }

    /// A calculation that goes on where another stood.
    ///
    /// @param midstate what [#midstate] returned
    /// @param bytes how many the other had taken in
    /// @return null if this processor or process cannot
    public static @Nullable MessageDigest resume(byte[] midstate, long bytes) {
        if (midstate.length != STATE_BYTES || bytes < 0 || bytes % BLOCK != 0) {
            throw new IllegalArgumentException(midstate.length + " bytes, after " + bytes);
        }
        if (!NativeMethods.SHA256) {
            return null;
        }
        Sha256 resumed = new Sha256();
        ByteBuffer words = ByteBuffer.wrap(midstate);
        for (int i = 0; i < resumed.state.length; i++) {
            resumed.state[i] = words.getInt();
        }
        resumed.totalBytes = bytes;
        return resumed;
    }

    private byte[] words() {
        ByteBuffer words = ByteBuffer.allocate(STATE_BYTES);
        for (int word : state) {
            words.putInt(word);
        }
        return words.array();
    }

    @Override
    protected int engineGetDigestLength() {
        return DIGEST_BYTES;
    }

    @Override
    protected void engineUpdate(byte input) {
        totalBytes++;
        pending[pendingBytes++] = input;
        if (pendingBytes == BLOCK) {
            compress(pending, 0, BLOCK);
            pendingBytes = 0;
        }
    }

    @Override
    protected void engineUpdate(byte[] input, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, input.length);
        int at = offset;
        int end = offset + length;
        totalBytes += length;
        if (pendingBytes > 0) {
            int n = Math.min(end - at, BLOCK - pendingBytes);
            System.arraycopy(input, at, pending, pendingBytes, n);
            pendingBytes += n;
            at += n;
            if (pendingBytes == BLOCK) {
                compress(pending, 0, BLOCK);
                pendingBytes = 0;
            }
        }
        int whole = (end - at) / BLOCK * BLOCK;
        if (whole > 0) {
            compress(input, at, whole);
            at += whole;
        }
        if (at < end) {
            System.arraycopy(input, at, pending, 0, end - at);
            pendingBytes = end - at;
        }
    }

    @Override
    protected byte[] engineDigest() {
        long bits = totalBytes * Byte.SIZE;
        int room = pendingBytes < BLOCK - LENGTH_BYTES ? BLOCK : 2 * BLOCK;
        byte[] padding = new byte[room - pendingBytes];
        padding[0] = (byte) 0x80;
        ByteBuffer.wrap(padding).putLong(padding.length - LENGTH_BYTES, bits);
        engineUpdate(padding, 0, padding.length);
        byte[] digest = words();
        engineReset();
        return digest;
    }

    @Override
    protected int engineDigest(byte[] buffer, int offset, int length) throws DigestException {
        if (length < DIGEST_BYTES) {
            throw new DigestException("room for " + length + " bytes of a digest");
        }
        System.arraycopy(engineDigest(), 0, buffer, offset, DIGEST_BYTES);
        return DIGEST_BYTES;
    }

    @Override
    protected void engineReset() {
        System.arraycopy(INITIAL, 0, state, 0, INITIAL.length);
        pendingBytes = 0;
        totalBytes = 0;
    }

    /// Whether all that was given so far is whole blocks.
    boolean isAligned() {
        return pendingBytes == 0;
    }

    /// Takes in bytes of a file, if [#isAligned]. They do not pass through the heap.
    ///
    /// @param also takes in the same, and is aligned too; null: none
    /// @param length at least 1
    /// @return how many bytes that was: all, or whole blocks
    /// @throws EOFException if the file ends before
    int update(@Nullable Sha256 also, Fd file, long offset, long length) throws IOException {
        try (Native n = Native.take()) {
            MemorySegment transfer = n.transfer();
            int wanted = (int) Math.min(length, Native.TRANSFER_BYTES);
            int filled = 0;
            while (filled < wanted) {
                int count =
                        file.readAt(n, transfer.asSlice(filled), wanted - filled, offset + filled);
                if (count == 0) {
                    throw new EOFException("a file ends at " + (offset + filled));
                }
                filled += count;
            }
            int whole = filled / BLOCK * BLOCK;
            MemorySegment words = n.allocate(2 * STATE_BYTES);
            store(words, 0);
            VectorState.clean();
            if (also == null) {
                NativeMethods.sha256(words.address(), transfer.address(), whole / BLOCK);
            } else {
                also.store(words, STATE_BYTES);
                NativeMethods.sha256Twice(words.address(), transfer.address(), whole / BLOCK);
                also.load(words, STATE_BYTES);
                also.rest(transfer, whole, filled);
            }
            load(words, 0);
            rest(transfer, whole, filled);
            return filled;
        }
    }

    /// Keeps what is no whole block.
    private void rest(MemorySegment bytes, int whole, int filled) {
        totalBytes += filled;
        pendingBytes = filled - whole;
        MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, whole, pending, 0, pendingBytes);
    }

    /// Takes in whole blocks.
    private void compress(byte[] input, int offset, int length) {
        try (Native n = Native.take()) {
            MemorySegment words = n.allocate(STATE_BYTES);
            store(words, 0);
            MemorySegment transfer = n.transfer();
            int done = 0;
            while (done < length) {
                int chunk = Math.min(length - done, Native.TRANSFER_BYTES);
                MemorySegment.copy(input, offset + done, transfer, ValueLayout.JAVA_BYTE, 0, chunk);
                VectorState.clean();
                NativeMethods.sha256(words.address(), transfer.address(), chunk / BLOCK);
                done += chunk;
            }
            load(words, 0);
        }
    }

    private void store(MemorySegment words, int offset) {
        ByteBuffer bytes = Native.bytes(words);
        for (int i = 0; i < state.length; i++) {
            bytes.putInt(offset + Integer.BYTES * i, state[i]);
        }
    }

    private void load(MemorySegment words, int offset) {
        ByteBuffer bytes = Native.bytes(words);
        for (int i = 0; i < state.length; i++) {
            state[i] = bytes.getInt(offset + Integer.BYTES * i);
        }
    }
}
