package dev.slipway.linux;

import org.jspecify.annotations.Nullable;

/// This process's terminal.
public final class Terminal {
    private static final int TCGETS = 0x5401;
    private static final int TCSETSW = 0x5403;
    private static final int TIOCGWINSZ = 0x5413;
    private static final int TERMIOS_BYTES = 36; // the kernel's struct termios
    private static final int LINE_FLAGS_AT = 12;
    private static final int VMIN_AT = 17 + 6;
    private static final int VTIME_AT = 17 + 5;

    /// A window's size in characters.
    public record Size(int rows, int columns) {}

    private Terminal() {}

    /// Whether the descriptor is a terminal.
    public static boolean isTerminal(int fd) {
        try (Native n = Native.take()) {
            return n.call(Syscall.IOCTL, fd, TCGETS, n.allocate(TERMIOS_BYTES + 28).address()) >= 0;
        }
    }

    /// The size of the terminal `fd`; null if it is none or does not know.
    public static @Nullable Size size(int fd) {
        try (Native n = Native.take()) {
            var size = n.allocate(8);
            if (n.call(Syscall.IOCTL, fd, TIOCGWINSZ, size.address()) < 0) {
                return null;
            }
            int rows = Short.toUnsignedInt(size.getShort(0));
            int columns = Short.toUnsignedInt(size.getShort(2));
            return rows == 0 || columns == 0 ? null : new Size(rows, columns);
        }
    }

    /// Puts the terminal `fd` into raw mode: every key goes through as it is, as with cfmakeraw(3).
    ///
    /// @return how it was; close it to put that back
    public static Saved raw(int fd) throws LinuxException {
        try (Native n = Native.take()) {
            var termios = n.allocate(TERMIOS_BYTES + 28);
            Native.check(n.call(Syscall.IOCTL, fd, TCGETS, termios.address()), "TCGETS", "");
            byte[] before = termios.toArray(TERMIOS_BYTES);
            clear(termios, 0, 0x1 | 0x2 | 0x8 | 0x20 | 0x40 | 0x80 | 0x100 | 0x400); // input
            clear(termios, 4, 0x1); // OPOST
            clear(termios, LINE_FLAGS_AT, 0x8 | 0x40 | 0x2 | 0x1 | 0x8000); // echo, lines, signals
            clear(termios, 8, 0x30 | 0x100); // CSIZE, PARENB
            termios.putInt(8, termios.getInt(8) | 0x30); // CS8
            termios.putByte(VMIN_AT, (byte) 1);
            termios.putByte(VTIME_AT, (byte) 0);
            Native.check(n.call(Syscall.IOCTL, fd, TCSETSW, termios.address()), "TCSETSW", "");
            return new Saved(fd, before);
        }
    }

    private static void clear(Memory termios, int at, int bits) {
        termios.putInt(at, termios.getInt(at) & ~bits);
    }

    /// A terminal's mode from before [#raw].
    public static final class Saved implements AutoCloseable {
        private final int fd;
        private byte @Nullable [] termios;

        private Saved(int fd, byte[] termios) {
            this.fd = fd;
            this.termios = termios;
        }

        /// Puts the mode back, once.
        @Override
        public synchronized void close() {
            byte[] before = termios;
            termios = null;
            if (before != null) {
                try (Native n = Native.take()) {
                    var segment = n.allocate(TERMIOS_BYTES + 28);
                    segment.put(0, before, 0, TERMIOS_BYTES);
                    n.call(Syscall.IOCTL, fd, TCSETSW, segment.address());
                }
            }
        }
    }
}
