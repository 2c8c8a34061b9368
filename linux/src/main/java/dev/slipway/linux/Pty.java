package dev.slipway.linux;

/// The master side of a terminal pair of some devpts; pty(7), ioctl_tty(2).
///
/// @param master reading from it fails with EIO when nobody holds the other side open any more
/// @param number the other side is `/dev/pts/NUMBER` of the same devpts
public record Pty(Fd master, int number) implements AutoCloseable {
    private static final int TIOCGPTN = 0x8004_5430;
    private static final int TIOCSPTLCK = 0x4004_5431;
    private static final int TIOCSWINSZ = 0x5414;

    /// Makes a pair.
    ///
    /// @param devpts the root of a devpts mount
    public static Pty open(Dir devpts) throws LinuxException {
        Fd master =
                devpts.open(RawPath.of("ptmx"), OpenFlags.O_RDWR | O_NOCTTY, 0, Resolve.BENEATH);
        try (Native n = Native.take()) {
            var word = n.allocate(8);
            ioctl(n, master, TIOCSPTLCK, word.address(), "TIOCSPTLCK");
            ioctl(n, master, TIOCGPTN, word.address(), "TIOCGPTN");
            return new Pty(master, word.getInt(0));
        } catch (LinuxException e) {
            master.close();
            throw e;
        }
    }

    /// Takes over the master side that a runtime sent.
    public static Pty ofMaster(Fd master) throws LinuxException {
        try (Native n = Native.take()) {
            var word = n.allocate(8);
            ioctl(n, master, TIOCGPTN, word.address(), "TIOCGPTN");
            return new Pty(master, word.getInt(0));
        }
    }

    static final int O_NOCTTY = 0x100;

    /// Sets the window size; the processes on the other side get SIGWINCH.
    public void resize(int rows, int columns) throws LinuxException {
        try (Native n = Native.take()) {
            var size = n.allocate(8); // struct winsize
            size.putShort(0, (short) rows);
            size.putShort(2, (short) columns);
            ioctl(n, master, TIOCSWINSZ, size.address(), "TIOCSWINSZ");
        }
    }

    private static void ioctl(Native n, Fd fd, int request, long argument, String name)
            throws LinuxException {
        long number = Integer.toUnsignedLong(request);
        Native.check(n.call(Syscall.IOCTL, fd.number(), number, argument), name, "");
    }

    @Override
    public void close() {
        master.close();
    }
}
