package dev.slipway.linux;

/// A pipe. Both ends are closed on exec.
///
/// @param readEnd where what is written to the other end comes out
/// @param writeEnd where to write
public record Pipe(Fd readEnd, Fd writeEnd) implements AutoCloseable {
    /// Makes a pipe.
    public static Pipe create() throws LinuxException {
        try (Native n = Native.take()) {
            var fds = n.allocate(8);
            Native.check(
                    n.call(ProcessSyscall.PIPE2, fds.address(), OpenFlags.O_CLOEXEC), "pipe2", "");
            RawPath name = RawPath.of("pipe");
            return new Pipe(Fd.own(fds.getInt(0), name), Fd.own(fds.getInt(4), name));
        }
    }

    @Override
    public void close() {
        readEnd.close();
        writeEnd.close();
    }
}
