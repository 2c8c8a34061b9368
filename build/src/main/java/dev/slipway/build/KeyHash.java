package dev.slipway.build;

import dev.slipway.linux.Sha256;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;

/// SHA-256 over components, each preceded by its length, so that no two lists of components can run
/// together into the same bytes.
final class KeyHash {
    private final MessageDigest digest;

    KeyHash(String domain) {
        digest = sha256();
        add(domain);
    }

    static MessageDigest sha256() {
        return Sha256.create();
    }

    KeyHash add(String value) {
        return add(value.getBytes(StandardCharsets.UTF_8));
    }

    KeyHash add(byte[] value) {
        int n = value.length;
        digest.update((byte) (n >>> 24));
        digest.update((byte) (n >>> 16));
        digest.update((byte) (n >>> 8));
        digest.update((byte) n);
        digest.update(value);
        return this;
    }

    KeyHash addAll(List<KeyPart> parts) {
        add(Integer.toString(parts.size()));
        for (var part : parts) {
            add(part.name());
            add(part.value());
        }
        return this;
    }

    /// The digest in lower-case hex. Ends the hash.
    String hex() {
        return HexFormat.of().formatHex(digest.digest());
    }

    static String of(String domain, List<KeyPart> parts) {
        return new KeyHash(domain).addAll(parts).hex();
    }

    static String of(String domain, List<KeyPart> parts, List<KeyPart> inputs) {
        return new KeyHash(domain).addAll(parts).addAll(inputs).hex();
    }
}
