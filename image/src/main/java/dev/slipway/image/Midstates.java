package dev.slipway.image;

import dev.slipway.linux.Sha256;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.zip.CRC32C;

/// What the SHA-256 of a layer's tar had come to after each [#STEP_BYTES], so that a later layer
/// that begins alike need not digest what they have in common.
///
/// The file: the states, and a CRC-32C of them. A damaged one counts as none.
final class Midstates {
    static final int STEP_BYTES = 1 << 20;

    private static final int STATE_BYTES = 32;
    private static final int TRAILER_BYTES = 4;

    private final ByteArrayOutputStream states = new ByteArrayOutputStream();

    /// Whether all were recorded so far.
    private boolean whole = true;

    /// Returns null if there is no such file, or not a whole one.
    static @Nullable Midstates read(Path file) {
        try {
            byte[] bytes = Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
            int length = bytes.length - TRAILER_BYTES;
            if (length <= 0
                    || length % STATE_BYTES != 0
                    || ByteBuffer.wrap(bytes).getInt(length) != checksum(bytes, length)) {
                return null;
            }
            Midstates read = new Midstates();
            read.states.write(bytes, 0, length);
            return read;
        } catch (IOException _) {
            return null;
        }
    }

    private static int checksum(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }

    int count() {
        return states.size() / STATE_BYTES;
    }

    /// The state after `steps` steps, of which there are as many at least.
    byte[] after(int steps) {
        byte[] all = states.toByteArray();
        return Arrays.copyOfRange(all, (steps - 1) * STATE_BYTES, steps * STATE_BYTES);
    }

    /// Adds the first `steps` of `other`.
    void addAll(Midstates other, int steps) {
        states.write(other.states.toByteArray(), 0, steps * STATE_BYTES);
    }

    /// Adds what `digest` is after the next step. Where it does not tell, none follow.
    void add(MessageDigest digest) {
        byte[] state = whole ? Sha256.midstate(digest) : null;
        whole = state != null;
        if (state != null) {
            states.write(state, 0, state.length);
        }
    }

    byte[] toBytes() {
        byte[] all = states.toByteArray();
        ByteBuffer bytes = ByteBuffer.allocate(all.length + TRAILER_BYTES).put(all);
        return bytes.putInt(checksum(all, all.length)).array();
    }
}
