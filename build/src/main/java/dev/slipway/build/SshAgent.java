package dev.slipway.build;

import java.io.EOFException;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.WritableByteChannel;
import java.util.List;

/// Speaks the agent protocol with one client, draft-ietf-sshm-ssh-agent: lists keys and signs, with
/// keys of its own or through the user's agent, and refuses all that would change an agent.
final class SshAgent {
    static final int FAILURE = 5;
    static final int REQUEST_IDENTITIES = 11;
    static final int IDENTITIES_ANSWER = 12;
    static final int SIGN_REQUEST = 13;
    static final int SIGN_RESPONSE = 14;
    static final int EXTENSION = 27;
    // OpenSSH's limit.
    private static final int MAX_BYTES = 256 * 1024;

    private final SshSource source;

    SshAgent(SshSource source) {
        this.source = source;
    }

    /// Answers until the client hangs up.
    void serve(SocketChannel client) throws IOException {
        if (source instanceof SshSource.Keys own) {
            for (var request = read(client); request.length > 0; request = read(client)) {
                write(client, answer(own.keys(), request));
            }
            return;
        }
        var socket = ((SshSource.Agent) source).socket();
        try (var agent = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            for (var request = read(client); request.length > 0; request = read(client)) {
                if (isHarmless(request[0])) {
                    write(agent, request);
                    var response = read(agent);
                    write(client, response.length == 0 ? failure() : response);
                } else {
                    write(client, failure());
                }
            }
        }
    }

    private static boolean isHarmless(byte type) {
        return type == REQUEST_IDENTITIES || type == SIGN_REQUEST || type == EXTENSION;
    }

    private static byte[] failure() {
        return new byte[] {FAILURE};
    }

    private static byte[] answer(List<SshKey> keys, byte[] request) {
        try {
            return switch (request[0]) {
                case REQUEST_IDENTITIES -> identities(keys);
                case SIGN_REQUEST -> signature(keys, request);
                default -> failure();
            };
        } catch (IOException e) {
            return failure(); // the protocol has no room for the reason
        }
    }

    private static byte[] identities(List<SshKey> keys) {
        var out = new SshWire.Writer().octet(IDENTITIES_ANSWER).uint32(keys.size());
        for (var key : keys) {
            out.string(key.publicBlob()).text(key.comment());
        }
        return out.bytes();
    }

    private static byte[] signature(List<SshKey> keys, byte[] request) throws IOException {
        var in = new SshWire.Reader(java.util.Arrays.copyOfRange(request, 1, request.length));
        var blob = in.string();
        var data = in.string();
        int flags = in.isAtEnd() ? 0 : in.uint32();
        for (var key : keys) {
            if (key.hasPublic(blob)) {
                return new SshWire.Writer()
                        .octet(SIGN_RESPONSE)
                        .string(key.sign(data, flags))
                        .bytes();
            }
        }
        return failure();
    }

    /// One message without its length; empty at the end.
    private static byte[] read(ReadableByteChannel from) throws IOException {
        var head = ByteBuffer.allocate(Integer.BYTES);
        if (!fill(from, head)) {
            return new byte[0];
        }
        int length = head.getInt(0);
        if (length < 1 || length > MAX_BYTES) {
            throw new IOException("an agent message of " + length + " bytes");
        }
        var body = ByteBuffer.allocate(length);
        if (!fill(from, body)) {
            throw new EOFException();
        }
        return body.array();
    }

    private static boolean fill(ReadableByteChannel from, ByteBuffer into) throws IOException {
        while (into.hasRemaining()) {
            if (from.read(into) < 0) {
                return false;
            }
        }
        return true;
    }

    private static void write(WritableByteChannel to, byte[] message) throws IOException {
        var all = ByteBuffer.allocate(Integer.BYTES + message.length);
        all.putInt(message.length).put(message).flip();
        while (all.hasRemaining()) {
            to.write(all);
        }
    }
}
