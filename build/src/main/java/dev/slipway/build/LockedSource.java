package dev.slipway.build;

import dev.slipway.build.fetch.GitAddress;
import dev.slipway.image.ImageException;

import java.time.Instant;

/// What one address of an `ADD` stands for, by a lock.
///
/// @param address as [OpenSource#address()] gives it
/// @param checksum as `ADD --checksum` takes it: `sha256:` and 64 digits, or a commit
/// @param resolved when, to the second
public record LockedSource(String address, String checksum, Instant resolved) implements Pin {
    private static final String SHA256 = "sha256:";
    private static final int SHORT = 12;

    /// Reads an entry of a lock.
    static LockedSource of(String address, String checksum, Instant resolved)
            throws ImageException {
        boolean digest = checksum.startsWith(SHA256);
        var hex = digest ? checksum.substring(SHA256.length()) : checksum;
        boolean whole = digest ? hex.length() == 64 : GitAddress.isCommit(hex);
        for (int i = 0; whole && i < hex.length(); i++) {
            whole = "0123456789abcdef".indexOf(hex.charAt(i)) >= 0;
        }
        if (!whole) {
            throw new ImageException(address + " has neither a digest nor a commit");
        }
        return new LockedSource(address, checksum, resolved);
    }

    /// The checksum without the name of its algorithm.
    String hex() {
        return checksum.startsWith(SHA256) ? checksum.substring(SHA256.length()) : checksum;
    }

    @Override
    public String name() {
        return address;
    }

    @Override
    public String content() {
        return checksum;
    }

    @Override
    public String shortContent() {
        return hex().substring(0, SHORT);
    }

    @Override
    public String source() {
        return checksum.startsWith(SHA256) ? "web" : "git";
    }
}
