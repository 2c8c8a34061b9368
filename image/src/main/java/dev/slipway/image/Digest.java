package dev.slipway.image;

import dev.slipway.linux.Sha256;

import org.jspecify.annotations.Nullable;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// The digest of some bytes, as `sha256:<64 hex digits>`: OCI image-spec, `descriptor.md`,
/// "Digests".
///
/// A digest holds nothing but a registered algorithm and lower-case hex digits of that algorithm's
/// length, so both parts are safe as file names (the lesson of CVE-2024-3727). Ordered by
/// algorithm, then by value.
public record Digest(String algorithm, String hex) implements Comparable<Digest> {
    /// The algorithm of everything this program writes.
    public static final String SHA256 = "sha256";

    private static final String SHA512 = "sha512";

    public Digest {
        int length = hexLength(algorithm);
        if (length < 0 || hex.length() != length || !Texts.isHex(hex)) {
            throw new IllegalArgumentException("not a digest: " + algorithm + ":" + hex);
        }
    }

    /// Reads `algorithm:hex`. Only `sha256` and `sha512` are known.
    ///
    /// @throws InvalidDigestException if the text is anything else
    public static Digest parse(String text) throws InvalidDigestException {
        int colon = text.indexOf(':');
        if (colon < 0) {
            throw new InvalidDigestException(text, "expected algorithm:hex, such as sha256:e3b0…");
        }
        String algorithm = text.substring(0, colon);
        String hex = text.substring(colon + 1);
        int length = hexLength(algorithm);
        if (length < 0) {
            throw new InvalidDigestException(text, "the algorithm must be sha256 or sha512");
        }
        if (hex.length() != length || !Texts.isHex(hex)) {
            throw new InvalidDigestException(
                    text, algorithm + " takes " + length + " lower-case hex digits");
        }
        return new Digest(algorithm, hex);
    }

    /// Returns the SHA-256 of `content`.
    public static Digest sha256(byte[] content) {
        return of(newSha256().digest(content));
    }

    /// Returns the digest whose SHA-256 value is these 32 bytes.
    public static Digest of(byte[] sha256) {
        return new Digest(SHA256, HexFormat.of().formatHex(sha256));
    }

    /// Returns a new SHA-256 calculation.
    public static MessageDigest newSha256() {
        return Sha256.create();
    }

    /// Returns a new calculation of this digest's algorithm.
    public MessageDigest newCalculation() {
        return algorithm.equals(SHA512) ? newSha512() : newSha256();
    }

    /// Whether `content` has this digest.
    public boolean matches(byte[] content) {
        return HexFormat.of().formatHex(newCalculation().digest(content)).equals(hex);
    }

    /// Returns the first 12 hex digits, as lists show them.
    public String shortHex() {
        return hex.substring(0, 12);
    }

    // A record's own equals and hashCode are made when first called, and that shows at the start.
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Digest that
                && hex.equals(that.hex)
                && algorithm.equals(that.algorithm);
    }

    @Override
    public int hashCode() {
        return hex.hashCode();
    }

    @Override
    public int compareTo(Digest other) {
        int byAlgorithm = algorithm.compareTo(other.algorithm);
        return byAlgorithm != 0 ? byAlgorithm : hex.compareTo(other.hex);
    }

    /// Returns `algorithm:hex`.
    @Override
    public String toString() {
        return algorithm + ':' + hex;
    }

    private static int hexLength(String algorithm) {
        return switch (algorithm) {
            case SHA256 -> 64;
            case SHA512 -> 128;
            default -> -1;
        };
    }

    private static MessageDigest newSha512() {
        try {
            return MessageDigest.getInstance("SHA-512");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-512", e);
        }
    }
}
