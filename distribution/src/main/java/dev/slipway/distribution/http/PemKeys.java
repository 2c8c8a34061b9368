package dev.slipway.distribution.http;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;

/// Reads private keys in PEM: PKCS#8, and the older form of RSA keys, which is wrapped in it.
final class PemKeys {
    /// AlgorithmIdentifier of rsaEncryption, with the version before it: RFC 5208, 5.
    private static final byte[] RSA_HEAD = {
        2,
        1,
        0,
        0x30,
        0x0d,
        6,
        9,
        0x2a,
        (byte) 0x86,
        0x48,
        (byte) 0x86,
        (byte) 0xf7,
        0x0d,
        1,
        1,
        1,
        5,
        0
    };

    private PemKeys() {}

    static PrivateKey read(Path file) throws IOException, GeneralSecurityException {
        String pem = Files.readString(file, StandardCharsets.US_ASCII);
        byte[] rsa = section(pem, "RSA PRIVATE KEY");
        byte[] pkcs8 = rsa == null ? section(pem, "PRIVATE KEY") : wrapped(rsa);
        if (pkcs8 == null) {
            throw new IOException(
                    "the key in "
                            + file
                            + " is of a form that is not read; convert it with"
                            + " openssl pkcs8 -topk8 -nocrypt");
        }
        GeneralSecurityException last = null;
        for (String algorithm : new String[] {"RSA", "EC", "Ed25519"}) {
            try {
                return KeyFactory.getInstance(algorithm)
                        .generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
            } catch (GeneralSecurityException e) {
                last = e;
            }
        }
        throw new IOException("the key in " + file + " is of an unknown kind", last);
    }

    private static byte @org.jspecify.annotations.Nullable [] section(String pem, String kind)
            throws IOException {
        String begin = "-----BEGIN " + kind + "-----";
        int from = pem.indexOf(begin);
        int to = pem.indexOf("-----END " + kind + "-----");
        if (from < 0 || to < from) {
            return null;
        }
        try {
            return Base64.getMimeDecoder().decode(pem.substring(from + begin.length(), to));
        } catch (IllegalArgumentException e) {
            throw new IOException("a key is no base64", e);
        }
    }

    private static byte[] wrapped(byte[] rsa) {
        byte[] octets = der(4, rsa, new byte[0]);
        return der(0x30, RSA_HEAD, octets);
    }

    private static byte[] der(int tag, byte[] first, byte[] second) {
        int length = first.length + second.length;
        byte[] head =
                length < 128
                        ? new byte[] {(byte) tag, (byte) length}
                        : new byte[] {(byte) tag, (byte) 0x82, (byte) (length >> 8), (byte) length};
        byte[] all = new byte[head.length + length];
        System.arraycopy(head, 0, all, 0, head.length);
        System.arraycopy(first, 0, all, head.length, first.length);
        System.arraycopy(second, 0, all, head.length + first.length, second.length);
        return all;
    }
}
