package dev.slipway.base;

import org.jspecify.annotations.Nullable;

/// What was downloaded cannot be trusted: a bad or missing signature, an unknown or expired key, a
/// wrong hash, a release that is out of date or not the one asked for.
public final class VerificationException extends BaseException {
    private static final long serialVersionUID = 1L;

    /// What kind of distrust this is.
    public enum Reason {
        /// There is no keyring to verify with.
        NO_KEYRING,
        /// No signature, or none that can be read.
        UNSIGNED,
        /// Signed by keys that are not in the keyring.
        UNKNOWN_KEY,
        /// The key has expired or was revoked.
        EXPIRED_KEY,
        /// The signature does not fit the text.
        BAD_SIGNATURE,
        /// SHA-1, MD5 or another broken hash.
        WEAK_HASH,
        /// `Valid-Until` has passed, or `Date` is in the future.
        OUT_OF_DATE,
        /// Another distribution, suite or component than was asked for.
        WRONG_RELEASE,
        /// Size or SHA-256 differ from what the signed index says.
        WRONG_CONTENT
    }

    private final Reason reason;

    VerificationException(Reason reason, String message) {
        this(reason, message, null);
    }

    VerificationException(Reason reason, String message, @Nullable String hint) {
        super(message, hint);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
