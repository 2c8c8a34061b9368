package dev.slipway.distribution.storage;

import java.io.IOException;

/// A storage refused. The message is one line: what was tried, where, and what came back.
public final class StorageException extends IOException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;

    /// @param status of the answer; 0 if there was none
    /// @param code the storage's own name for the failure; "" if it gave none
    StorageException(String message, int status, String code) {
        super(message);
        this.status = status;
        this.code = code;
    }

    /// The answer's HTTP status; 0 if there was no answer.
    public int status() {
        return status;
    }

    /// The storage's own name for the failure, such as `AccessDenied`; "" if it gave none.
    public String code() {
        return code;
    }
}
