package dev.slipway.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The terminal this process was started on, if any. Asked without native calls, which `--help`
/// need not pay for.
final class ProcessConsole implements Console {
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

    @Override
    public boolean isInTerminal() {
        return isTerminal("0");
    }

    @Override
    public boolean isOutTerminal() {
        return isTerminal("1");
    }

    @Override
    public boolean isErrTerminal() {
        return isTerminal("2");
    }

    private static boolean isTerminal(String descriptor) {
        try {
            String target = Files.readSymbolicLink(DESCRIPTORS.resolve(descriptor)).toString();
            return target.startsWith("/dev/pts/")
                    || target.startsWith("/dev/tty")
                    || target.equals("/dev/console");
        } catch (IOException | UnsupportedOperationException _) {
            return false;
        }
    }

    @Override
    public int columns() {
        return 80;
    }

    @Override
    public int rows() {
        return 24;
    }

    /// Ends the process at once. Output must be flushed before.
    void exit(int code) {
        Runtime.getRuntime().halt(code);
    }
}
