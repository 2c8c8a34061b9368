package dev.slipway.build;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPrivateKeySpec;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAPrivateCrtKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/// Reads private keys: OpenSSH's own form (`PROTOCOL.key`) with RSA, ECDSA and Ed25519 keys, and
/// RSA keys in the two PEM forms. Those with a passphrase are refused: nobody could type it.
final class SshKeyFile {
    private static final int MAX_BYTES = 1 << 20;
    private static final int MAX_KEYS = 100;
    private static final String MAGIC = "openssh-key-v1\0";

    private final Path path;

    private SshKeyFile(Path path) {
        this.path = path;
    }

    static List<SshKey> read(Path path) throws IOException {
        if (Files.size(path) > MAX_BYTES) {
            throw new IOException(path + " is too large for a private key");
        }
        var text = new String(Files.readAllBytes(path), StandardCharsets.ISO_8859_1);
        return new SshKeyFile(path).parse(text);
    }

    private List<SshKey> parse(String text) throws IOException {
        int begin = text.indexOf("-----BEGIN ");
        int labelEnd = begin < 0 ? -1 : text.indexOf("-----", begin + 11);
        if (labelEnd < 0) {
            throw wrong("is no private key", "give a private key's file or an agent's socket");
        }
        var label = text.substring(begin + 11, labelEnd);
        int end = text.indexOf("-----END " + label, labelEnd);
        if (end < 0) {
            throw wrong("is cut short", "check the file");
        }
        var body = text.substring(labelEnd + 5, end);
        if (label.startsWith("ENCRYPTED") || body.contains("ENCRYPTED")) {
            throw encrypted();
        }
        try {
            var bytes = Base64.getMimeDecoder().decode(body);
            return switch (label) {
                case "OPENSSH PRIVATE KEY" -> openSsh(bytes);
                case "RSA PRIVATE KEY" -> List.of(rsa(pkcs8(bytes)));
                case "PRIVATE KEY" -> List.of(rsa(bytes));
                default -> throw unsupported(label);
            };
        } catch (IllegalArgumentException | GeneralSecurityException e) {
            throw new IOException(path + " holds a key that cannot be read", e);
        }
    }

    private IOException wrong(String what, String advice) {
        return new IOException(path + " " + what + ": " + advice);
    }

    private IOException encrypted() {
        return wrong("has a passphrase", "add it to an ssh agent (ssh-add) and give --ssh default");
    }

    private IOException unsupported(String kind) {
        return wrong(
                "is of a kind that is not read (" + kind + ")",
                "rewrite it with ssh-keygen -p -f FILE, or add it to an ssh agent");
    }

    private List<SshKey> openSsh(byte[] bytes) throws IOException, GeneralSecurityException {
        var magic = MAGIC.getBytes(StandardCharsets.ISO_8859_1);
        if (!new String(bytes, StandardCharsets.ISO_8859_1).startsWith(MAGIC)) {
            throw wrong("is damaged", "it does not begin as OpenSSH's keys do");
        }
        var file =
                new SshWire.Reader(java.util.Arrays.copyOfRange(bytes, magic.length, bytes.length));
        var cipher = file.text();
        file.string(); // how the key is derived from the passphrase
        file.string();
        if (!cipher.equals("none")) {
            throw encrypted();
        }
        int count = file.uint32();
        if (count < 1 || count > MAX_KEYS) {
            throw wrong("is damaged", "it says it holds " + count + " keys");
        }
        var blobs = new ArrayList<byte[]>();
        for (int i = 0; i < count; i++) {
            blobs.add(file.string());
        }
        var secret = new SshWire.Reader(file.string());
        int check = secret.uint32();
        if (check != secret.uint32()) {
            throw wrong("is damaged", "its check numbers differ");
        }
        var keys = new ArrayList<SshKey>();
        for (var blob : blobs) {
            var type = secret.text();
            var key = privateKey(type, secret);
            keys.add(new SshKey(type, blob, secret.text(), key));
        }
        return keys;
    }

    private PrivateKey privateKey(String type, SshWire.Reader in)
            throws IOException, GeneralSecurityException {
        return switch (type) {
            case "ssh-rsa" -> rsa(in);
            case "ssh-ed25519" -> {
                in.string();
                var seed = java.util.Arrays.copyOf(in.string(), 32); // the public key follows it
                var spec = new EdECPrivateKeySpec(NamedParameterSpec.ED25519, seed);
                yield KeyFactory.getInstance("Ed25519").generatePrivate(spec);
            }
            case "ecdsa-sha2-nistp256" -> ec("secp256r1", in);
            case "ecdsa-sha2-nistp384" -> ec("secp384r1", in);
            case "ecdsa-sha2-nistp521" -> ec("secp521r1", in);
            default -> throw unsupported(type);
        };
    }

    private static PrivateKey rsa(SshWire.Reader in) throws IOException, GeneralSecurityException {
        var n = in.mpint();
        var e = in.mpint();
        var d = in.mpint();
        var inverse = in.mpint();
        var p = in.mpint();
        var q = in.mpint();
        var one = BigInteger.ONE;
        if (p.compareTo(one) <= 0 || q.compareTo(one) <= 0) {
            throw new IOException("damaged RSA key");
        }
        var spec =
                new RSAPrivateCrtKeySpec(
                        n, e, d, p, q, d.mod(p.subtract(one)), d.mod(q.subtract(one)), inverse);
        return KeyFactory.getInstance("RSA").generatePrivate(spec);
    }

    private static PrivateKey ec(String curve, SshWire.Reader in)
            throws IOException, GeneralSecurityException {
        in.string(); // the curve's name once more
        in.string(); // the public point
        var parameters = AlgorithmParameters.getInstance("EC");
        parameters.init(new ECGenParameterSpec(curve));
        var spec =
                new ECPrivateKeySpec(
                        in.mpint(), parameters.getParameterSpec(ECParameterSpec.class));
        return KeyFactory.getInstance("EC").generatePrivate(spec);
    }

    private SshKey rsa(byte[] pkcs8) throws IOException, GeneralSecurityException {
        PrivateKey key;
        try {
            key = KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
        } catch (GeneralSecurityException e) {
            throw unsupported("PKCS #8, not RSA");
        }
        if (!(key instanceof RSAPrivateCrtKey rsa)) {
            throw unsupported("RSA without its primes");
        }
        var blob =
                new SshWire.Writer()
                        .text("ssh-rsa")
                        .mpint(rsa.getPublicExponent())
                        .mpint(rsa.getModulus())
                        .bytes();
        return new SshKey("ssh-rsa", blob, path.toString(), key);
    }

    /// Puts a PKCS #1 key into the frame of PKCS #8, RFC 5208: version 0, rsaEncryption, the key.
    private static byte[] pkcs8(byte[] pkcs1) {
        byte[] head = {2, 1, 0, 0x30, 13, 6, 9, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7};
        byte[] tail = {13, 1, 1, 1, 5, 0};
        var octets = der(4, pkcs1);
        var all = new byte[head.length + tail.length + octets.length];
        System.arraycopy(head, 0, all, 0, head.length);
        System.arraycopy(tail, 0, all, head.length, tail.length);
        System.arraycopy(octets, 0, all, head.length + tail.length, octets.length);
        return der(0x30, all);
    }

    private static byte[] der(int tag, byte[] content) {
        var out = new SshWire.Writer().octet(tag);
        int n = content.length;
        if (n < 0x80) {
            out.octet(n);
        } else if (n < 0x100) {
            out.octet(0x81).octet(n);
        } else if (n < 0x10000) {
            out.octet(0x82).octet(n >> 8).octet(n & 0xff);
        } else {
            out.octet(0x83).octet(n >> 16).octet(n >> 8 & 0xff).octet(n & 0xff);
        }
        for (byte b : content) {
            out.octet(b);
        }
        return out.bytes();
    }
}
