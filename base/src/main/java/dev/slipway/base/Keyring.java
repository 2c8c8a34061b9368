package dev.slipway.base;

import dev.slipway.base.VerificationException.Reason;

import org.bouncycastle.bcpg.ArmoredInputStream;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.bouncycastle.bcpg.PublicKeyAlgorithmTags;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPPublicKey;
import org.bouncycastle.openpgp.PGPPublicKeyRing;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.PGPSignatureList;
import org.bouncycastle.openpgp.bc.BcPGPObjectFactory;
import org.bouncycastle.openpgp.operator.bc.BcPGPContentVerifierBuilderProvider;
import org.jspecify.annotations.Nullable;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/// Public keys that may sign a release. The only class that touches BouncyCastle, which is loaded
/// with it. The keyring files are this machine's own and trusted; what they sign is not.
final class Keyring {
    private static final int MAX_FILE_BYTES = 8 << 20;
    private static final int MAX_SIGNATURES = 32;
    private static final int RSA_SIGN = 3; // RFC 9580, 9.1: deprecated, but keys have it
    private static final String KEY_BLOCK = "-----BEGIN PGP PUBLIC KEY BLOCK-----";

    private record Key(PGPPublicKey key, PGPPublicKey primary) {}

    private final List<Key> keys;
    private final String name;

    private Keyring(List<Key> keys, String name) {
        this.keys = List.copyOf(keys);
        this.name = name;
    }

    /// @param files those that do not exist are skipped
    /// @param fingerprints when not empty, only these keys (primary or subkey) are taken
    static Keyring load(Collection<Path> files, Collection<String> fingerprints)
            throws IOException, VerificationException {
        var keys = new ArrayList<Key>();
        var names = new ArrayList<String>();
        for (var file : files) {
            if (Files.isRegularFile(file)) {
                try (var in = Files.newInputStream(file)) {
                    keys.addAll(parse(in.readNBytes(MAX_FILE_BYTES)));
                }
                names.add(file.toString());
            }
        }
        if (!fingerprints.isEmpty()) {
            keys.removeIf(key ->
                    fingerprints.stream()
                            .noneMatch(wanted ->
                                    matches(key.key(), wanted) || matches(key.primary(), wanted)));
        }
        if (keys.isEmpty()) {
            throw new VerificationException(
                    Reason.NO_KEYRING,
                    "no keyring to verify the distribution's signature with: "
                            + (names.isEmpty() ? "none of " : "no such key in ")
                            + (names.isEmpty() ? files : names)
                            + (names.isEmpty() ? " exists" : ""),
                    "install the package debian-archive-keyring (Ubuntu: ubuntu-keyring), or name"
                            + " a keyring file with 'keyring:'");
        }
        return new Keyring(keys, String.join(", ", names));
    }

    static Keyring ofArmored(String text) throws VerificationException {
        var keys = parse(text.getBytes(StandardCharsets.US_ASCII));
        if (keys.isEmpty()) {
            throw new VerificationException(Reason.NO_KEYRING, "the embedded key cannot be read");
        }
        return new Keyring(keys, "the key in the sources");
    }

    private static boolean matches(PGPPublicKey key, String fingerprint) {
        return fingerprint.length() >= 16 && fingerprint(key).endsWith(fingerprint);
    }

    private static String fingerprint(PGPPublicKey key) {
        return HexFormat.of().formatHex(key.getFingerprint()).toUpperCase(Locale.ROOT);
    }

    private static List<Key> parse(byte[] file) throws VerificationException {
        var keys = new ArrayList<Key>();
        var text = new String(file, StandardCharsets.ISO_8859_1);
        try {
            if (!text.contains(KEY_BLOCK)) {
                read(new ByteArrayInputStream(file), keys);
            }
            for (int at = text.indexOf(KEY_BLOCK); at >= 0; ) {
                int next = text.indexOf(KEY_BLOCK, at + 1);
                var block = text.substring(at, next < 0 ? text.length() : next);
                var bytes = block.getBytes(StandardCharsets.ISO_8859_1);
                read(new ArmoredInputStream(new ByteArrayInputStream(bytes)), keys);
                at = next;
            }
        } catch (IOException e) {
            throw new VerificationException(
                    Reason.NO_KEYRING, "a keyring cannot be read: " + e.getMessage());
        }
        return keys;
    }

    private static void read(InputStream in, List<Key> keys) throws IOException {
        var objects = new BcPGPObjectFactory(in);
        for (var object = objects.nextObject(); object != null; object = objects.nextObject()) {
            if (object instanceof PGPPublicKeyRing ring) {
                var primary = ring.getPublicKey();
                for (var each = ring.getPublicKeys(); each.hasNext(); ) {
                    keys.add(new Key(each.next(), primary));
                }
            }
        }
    }

    /// Verifies `InRelease` and returns the text that was signed, and nothing else of it.
    String verifyClearSigned(byte[] message, String what, Instant now)
            throws VerificationException {
        var signed = ClearSigned.parse(new String(message, StandardCharsets.UTF_8), what);
        verify(
                signed.canonical().getBytes(StandardCharsets.UTF_8),
                signed.armoredSignature(),
                PGPSignature.CANONICAL_TEXT_DOCUMENT,
                what,
                now);
        return signed.text();
    }

    /// Verifies a `Release` by its `Release.gpg`.
    void verifyDetached(byte[] content, byte[] signature, String what, Instant now)
            throws VerificationException {
        var armored = new String(signature, StandardCharsets.ISO_8859_1);
        verify(content, armored, PGPSignature.BINARY_DOCUMENT, what, now);
    }

    /// One good signature is needed; a wrong one by a key we know spoils all.
    private void verify(byte[] content, String armored, int type, String what, Instant now)
            throws VerificationException {
        VerificationException refused = null;
        var unknown = new ArrayList<String>();
        boolean good = false;
        for (var signature : signatures(armored, what)) {
            var key = find(signature);
            if (key == null) {
                unknown.add(String.format(Locale.ROOT, "%016X", signature.getKeyID()));
                continue;
            }
            var distrust = distrust(signature, key, type, what, now);
            if (distrust != null) {
                refused = distrust;
            } else if (fits(signature, key.key(), content)) {
                good = true;
            } else {
                throw new VerificationException(
                        Reason.BAD_SIGNATURE,
                        what + ": the signature does not fit the content",
                        "it was changed on its way; do not use this mirror until you know why");
            }
        }
        if (good) {
            return;
        }
        if (refused != null) {
            throw refused;
        }
        throw new VerificationException(
                unknown.isEmpty() ? Reason.UNSIGNED : Reason.UNKNOWN_KEY,
                unknown.isEmpty()
                        ? what + " bears no signature"
                        : what
                                + " is signed by keys that are not in "
                                + name
                                + ": "
                                + String.join(", ", unknown),
                "if the repository is to be trusted, add its keyring with 'signed-by:'");
    }

    private static List<PGPSignature> signatures(String armored, String what)
            throws VerificationException {
        var found = new ArrayList<PGPSignature>();
        try {
            var bytes = armored.getBytes(StandardCharsets.ISO_8859_1);
            var in = new ArmoredInputStream(new ByteArrayInputStream(bytes));
            var objects = new BcPGPObjectFactory(in);
            for (var object = objects.nextObject(); object != null; object = objects.nextObject()) {
                if (object instanceof PGPSignatureList list) {
                    for (var signature : list) {
                        found.add(signature);
                    }
                }
                if (found.size() > MAX_SIGNATURES) {
                    throw new IOException("too many signatures");
                }
            }
        } catch (IOException | RuntimeException e) {
            throw new VerificationException(
                    Reason.UNSIGNED, what + ": the signature cannot be read: " + e.getMessage());
        }
        return found;
    }

    private @Nullable Key find(PGPSignature signature) {
        for (var key : keys) {
            if (key.key().getKeyID() == signature.getKeyID()) {
                return key;
            }
        }
        return null;
    }

    private static @Nullable VerificationException distrust(
            PGPSignature signature, Key key, int type, String what, Instant now) {
        var by = what + ": signed by key " + fingerprint(key.key());
        if (!isStrong(signature.getHashAlgorithm())) {
            return new VerificationException(
                    Reason.WEAK_HASH, by + " over a broken hash (SHA-1, MD5 or alike)");
        }
        if (isWeak(key.key())) {
            return new VerificationException(Reason.WEAK_HASH, by + ", which is too short");
        }
        if (signature.getSignatureType() != type) {
            return new VerificationException(
                    Reason.BAD_SIGNATURE, by + ", but not as a signature of a file");
        }
        for (var each : List.of(key.key(), key.primary())) {
            if (each.hasRevocation()) {
                return new VerificationException(Reason.EXPIRED_KEY, by + ", which was revoked");
            }
            var end = expiry(each.getCreationTime().toInstant(), each.getValidSeconds());
            if (end != null && end.isBefore(now)) {
                return new VerificationException(
                        Reason.EXPIRED_KEY,
                        by + ", which expired on " + end,
                        "update the keyring package (debian-archive-keyring), or the clock");
            }
        }
        var hashed = signature.getHashedSubPackets();
        var until =
                hashed == null
                        ? null
                        : expiry(
                                signature.getCreationTime().toInstant(),
                                hashed.getSignatureExpirationTime());
        return until != null && until.isBefore(now)
                ? new VerificationException(
                        Reason.OUT_OF_DATE, by + ", and the signature expired on " + until)
                : null;
    }

    private static @Nullable Instant expiry(Instant from, long seconds) {
        return seconds <= 0 ? null : from.plusSeconds(seconds);
    }

    private static boolean isStrong(int hash) {
        return switch (hash) {
            case HashAlgorithmTags.SHA256,
                    HashAlgorithmTags.SHA384,
                    HashAlgorithmTags.SHA512,
                    HashAlgorithmTags.SHA3_256,
                    HashAlgorithmTags.SHA3_512 ->
                    true;
            default -> false;
        };
    }

    private static boolean isWeak(PGPPublicKey key) {
        return switch (key.getAlgorithm()) {
            case PublicKeyAlgorithmTags.RSA_GENERAL, RSA_SIGN -> key.getBitStrength() < 2048;
            case PublicKeyAlgorithmTags.DSA -> true;
            default -> false;
        };
    }

    private static boolean fits(PGPSignature signature, PGPPublicKey key, byte[] content) {
        try {
            signature.init(new BcPGPContentVerifierBuilderProvider(), key);
            signature.update(content);
            return signature.verify();
        } catch (PGPException | RuntimeException e) {
            return false;
        }
    }
}
