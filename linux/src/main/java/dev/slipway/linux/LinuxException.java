package dev.slipway.linux;

import java.io.IOException;

/// A system call failed. The message is one line: the path, what is wrong with it, and the call.
public final class LinuxException extends IOException {
    private static final long serialVersionUID = 1L;

    private final int errno;
    private final String call;
    private final String path;

    /// @param errno the positive error number, see [Errno]
    /// @param call the system call that failed
    /// @param path what it was about, made printable; empty if about no file
    public LinuxException(int errno, String call, String path) {
        super(message(errno, call, path));
        this.errno = errno;
        this.call = call;
        this.path = path;
    }

    /// The error number, one of [Errno].
    public int errno() {
        return errno;
    }

    /// The system call that failed.
    public String call() {
        return call;
    }

    /// The path it failed on, made printable; empty if about no file.
    public String path() {
        return path;
    }

    private static String message(int errno, String call, String path) {
        String what = Errno.describe(errno) + " (" + call + ": " + Errno.name(errno) + ")";
        return path.isEmpty() ? what : path + ": " + what;
    }
}
