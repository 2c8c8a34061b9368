package dev.slipway.linux;

import java.lang.foreign.MemorySegment;

/// Receives signals sent to this process, in place of what would happen otherwise, until closed.
///
/// Java code cannot run in a signal handler, and a signalfd needs the signal blocked in every thread of the JVM. So the
/// handler is a few machine instructions that write the signal's number to a pipe:
///
///     handler(signal): write(pipe, &signal, 1)
public final class Signals implements AutoCloseable {
    public static final int SIGHUP = 1;
    public static final int SIGINT = 2;
    public static final int SIGQUIT = 3;
    public static final int SIGTERM = 15;
    public static final int SIGWINCH = 28;

    private static final int SA_RESTART = 0x1000_0000;
    private static final int SA_ONSTACK = 0x0800_0000;
    private static final int ACTION_BYTES =
            152; // struct sigaction: handler, mask of 128 bytes, flags
    private static final int FLAGS_AT = 136;

    private final Pipe pipe;
    private final int[] numbers;
    private final byte[][] before;
    private boolean closed;

    private Signals(Pipe pipe, int[] numbers) {
        this.pipe = pipe;
        this.numbers = numbers;
        this.before = new byte[numbers.length][];
    }

    /// Starts to receive.
    public static Signals receive(int... numbers) throws LinuxException {
        Signals signals = new Signals(Pipe.create(), numbers.clone());
        signals.install();
        return signals;
    }

    private void install() throws LinuxException {
        int nonblock = 4; // F_SETFL: a handler must not wait for a reader
        long handler;
        try (Native n = Native.take()) {
            n.call(
                    ProcessSyscall.FCNTL,
                    pipe.writeEnd().number(),
                    nonblock,
                    OpenFlags.O_WRONLY | OpenFlags.O_NONBLOCK);
            handler = executable(n, code(pipe.writeEnd().number()));
        }
        for (int i = 0; i < numbers.length; i++) {
            try (Native n = Native.take()) {
                Memory action = n.allocate(ACTION_BYTES);
                action.putLong(0, handler).putInt(FLAGS_AT, SA_RESTART | SA_ONSTACK);
                Memory old = n.allocate(ACTION_BYTES);
                set(numbers[i], action.address(), old.address());
                before[i] = old.toArray(ACTION_BYTES);
            }
        }
    }

    /// A page of its own, which is never given back: a handler may be running in another thread at
    /// any time.
    private static long executable(Native n, byte[] code) throws LinuxException {
        int page = 4096;
        int readWrite = 3;
        int readExecute = 5;
        int privateAnonymous = 0x22;
        long address = n.call(ProcessSyscall.MMAP, 0, page, readWrite, privateAnonymous, -1, 0);
        Native.check(address, "mmap", "");
        MemorySegment.ofAddress(address)
                .reinterpret(page)
                .asSlice(0, code.length)
                .copyFrom(MemorySegment.ofArray(code));
        Native.check(n.call(ProcessSyscall.MPROTECT, address, page, readExecute), "mprotect", "");
        return address;
    }

    /// A C function that writes its argument, one byte, to `fd`.
    static byte[] code(int fd) {
        Assembler a = new Assembler();
        if (Syscall.AARCH64) {
            a.word(0xf81f0fe0); // str x0, [sp, #-16]!
            a.word(0x910003e1); // mov x1, sp
            a.word(0xd2800000 | fd << 5); // mov x0, #fd
            a.word(0xd2800022); // mov x2, #1
            a.word(0xd2800808); // mov x8, #64 (write)
            a.word(0xd4000001); // svc #0
            a.word(0x910043ff); // add sp, sp, #16
            a.word(0xd65f03c0); // ret
        } else {
            a.bytes("57"); // push rdi
            a.bytes("48 89 e6"); // mov rsi, rsp
            a.bytes("bf").word(fd); // mov edi, fd
            a.bytes("ba").word(1); // mov edx, 1
            a.bytes("b8").word(1).bytes("0f 05"); // mov eax, write; syscall
            a.bytes("5f c3"); // pop rdi; ret
        }
        return a.finish();
    }

    /// Readable when a signal has come: for [Poll].
    public Fd fd() {
        return pipe.readEnd();
    }

    /// Waits for the next signal.
    ///
    /// @return its number; -1 once closed
    public int await() throws LinuxException {
        byte[] number = new byte[1];
        try {
            return pipe.readEnd().read(number, 0, 1) < 0 ? -1 : number[0];
        } catch (LinuxException e) {
            if (e.errno() == Errno.EBADF) {
                return -1;
            }
            throw e;
        }
    }

    /// Puts back what happened to the signals before. A thread in [#await] returns.
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        for (int i = 0; i < numbers.length; i++) {
            try (Native n = Native.take()) {
                Memory action = n.allocate(ACTION_BYTES);
                action.put(0, before[i], 0, ACTION_BYTES);
                set(numbers[i], action.address(), 0);
            } catch (LinuxException e) {
                throw new IllegalStateException(e); // it was accepted before
            }
        }
        // The handler may still run in another thread: its descriptor must not become somebody
        // else's soon.
        pipe.writeEnd().close();
    }

    private static void set(int number, long action, long old) throws LinuxException {
        // It fails for one reason only: a signal that is none, or cannot be caught.
        int result = Libc.SIGACTION.call(number, action, old, 0, 0, 0);
        Native.check(result < 0 ? -Errno.EINVAL : 0, "sigaction", "");
    }

    private static final class Libc {
        static final LibcFunction SIGACTION = LibcFunction.of("sigaction");
    }
}
