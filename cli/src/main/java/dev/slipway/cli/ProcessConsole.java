package dev.slipway.cli;

import dev.slipway.linux.Host;
import dev.slipway.linux.Terminal;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.IntConsumer;

/// The terminal this process was started on, if any. Asked without native calls, which `--help`
/// need not pay for.
final class ProcessConsole implements Console {
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
    private static final int STDOUT = 1;
    private static final int STDERR = 2;
    private static final long PATIENCE_SECONDS = 15;

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
        Terminal.Size size = size();
        return size == null ? 80 : size.columns();
    }

    @Override
    public int rows() {
        Terminal.Size size = size();
        return size == null ? 24 : size.rows();
    }

    private Terminal.@Nullable Size size() {
        if (!isErrTerminal() && !isOutTerminal()) {
            return null; // asked without the native call
        }
        Terminal.Size size = Terminal.size(STDERR);
        return size == null ? Terminal.size(STDOUT) : size;
    }

    @Override
    public Stopping onStop(Runnable stop) {
        return Interruption.listen(stop, PATIENCE_SECONDS)::close;
    }

    @Override
    public Stopping onEnd(Runnable last) {
        return Interruption.listen(last, 0)::close;
    }

    @Override
    public Stopping onSignal(IntConsumer receiver) {
        return SignalForwarding.to(receiver)::close;
    }

    @Override
    public boolean isProcess() {
        return true;
    }

    /// Ends the process at once, without the tenths of a second Java waits for threads that are in
    /// system calls. Output must be flushed before.
    void exit(int code, boolean usesNative) {
        if (Interruption.isUnderWay()) {
            Interruption.workIsOver();
            return; // Java is ending already, with the code of the signal
        }
        if (usesNative && System.getProperty("slipway.exit") == null) {
            Host.exit(code);
        }
        Runtime.getRuntime().halt(code);
    }
}
