package dev.slipway.linux;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/// Starts a child process of the calling thread, in the thread's namespaces; posix_spawn(3).
///
/// Descriptors not given with [#withFd] are closed, but for the standard three. Signal handling is
/// the default in the child and nothing is blocked, whatever the JVM does.
public final class ProcessSpawn {
    private static final int SETSIGMASK = 0x08;
    private static final int SETSIGDEF = 0x04;
    private static final int OPAQUE_BYTES = 512; // glibc's are 80 and 336 bytes, musl's smaller

    private final String program;
    private final List<String> args;
    private final List<String> env;
    private final List<int[]> fds = new ArrayList<>();
    private boolean closeOthers;

    /// @param program a path
    /// @param args with the name of the program first
    public ProcessSpawn(String program, List<String> args, List<String> env) {
        this.program = program;
        this.args = List.copyOf(args);
        this.env = List.copyOf(env);
    }

    /// Gives the child `fd` as its descriptor `number`. Given numbers must lie below those of all
    /// `fd`s: see [#high].
    public ProcessSpawn withFd(int number, Fd fd) {
        fds.add(new int[] {number, fd.number()});
        return this;
    }

    /// Closes all other descriptors too, but for the standard three: the JVM does not open all its
    /// own to be closed. Not for a program given as `/proc/self/fd/N`.
    public ProcessSpawn closingOthers() {
        closeOthers = true;
        return this;
    }

    /// A copy of `fd` whose number no [#withFd] can hit.
    public static Fd high(Fd fd) throws LinuxException {
        int dupfdCloexec = 1030;
        int lowest = 64;
        try (Native n = Native.take()) {
            long copy = n.call(ProcessSyscall.FCNTL, fd.number(), dupfdCloexec, lowest);
            return Fd.own((int) Native.check(copy, "fcntl(F_DUPFD)", ""), RawPath.of("copy"));
        }
    }

    /// Gives a pipe's end to the user a process will run as, so that it may open it again as
    /// `/dev/stdout`.
    public static void give(Fd pipe, int uid, int gid) throws LinuxException {
        try (Native n = Native.take()) {
            Native.check(n.call(ProcessSyscall.FCHOWN, pipe.number(), uid, gid), "fchown", "");
        }
    }

    /// Starts it.
    ///
    /// @throws LinuxException if the program cannot be executed, or no process made
    public ChildProcess start() throws LinuxException {
        try (Arena arena = Arena.ofConfined();
                Native n = Native.take()) {
            MemorySegment actions = arena.allocate(OPAQUE_BYTES, 16);
            MemorySegment attributes = arena.allocate(OPAQUE_BYTES, 16);
            MemorySegment signals = arena.allocate(128, 16).fill((byte) 0);
            check(Libc.ATTR_INIT, "posix_spawnattr_init", attributes.address(), 0, 0);
            check(Libc.SETSIGMASK, "setsigmask", attributes.address(), signals.address(), 0);
            MemorySegment all = arena.allocate(128, 16).fill((byte) 0xff);
            check(Libc.SETSIGDEFAULT, "setsigdefault", attributes.address(), all.address(), 0);
            check(Libc.SETFLAGS, "setflags", attributes.address(), SETSIGMASK | SETSIGDEF, 0);
            check(Libc.ACTIONS_INIT, "actions_init", actions.address(), 0, 0);
            int unwanted = 3;
            for (int[] fd : fds) {
                check(Libc.ADDDUP2, "adddup2", actions.address(), fd[1], fd[0]);
                unwanted = Math.max(unwanted, fd[0] + 1);
            }
            if (closeOthers
                    && Libc.ADDCLOSEFROM != null) { // glibc 2.34; elsewhere the program sees to it
                check(Libc.ADDCLOSEFROM, "addclosefrom", actions.address(), unwanted, 0);
            }
            MemorySegment pid = arena.allocate(8);
            int error =
                    Libc.SPAWN.call(
                            pid.address(),
                            n.text(program),
                            actions.address(),
                            attributes.address(),
                            vector(arena, args),
                            vector(arena, env));
            Libc.ACTIONS_DESTROY.call(actions.address(), 0, 0, 0, 0, 0);
            Native.check(-error, "posix_spawn", program);
            return ChildProcess.of(Native.bytes(pid).getInt(0));
        }
    }

    /// The address of a NULL-terminated array of NUL-terminated strings.
    static long vector(Arena arena, List<String> strings) throws LinuxException {
        MemorySegment pointers = arena.allocate(8L * (strings.size() + 1), 8);
        for (int i = 0; i < strings.size(); i++) {
            String text = strings.get(i);
            if (text.indexOf(0) >= 0) {
                throw new LinuxException(Errno.EINVAL, "exec: an argument with a NUL", "");
            }
            Native.bytes(pointers).putLong(8 * i, arena.allocateFrom(text).address());
        }
        Native.bytes(pointers).putLong(8 * strings.size(), 0);
        return pointers.address();
    }

    private static void check(LibcFunction function, String name, long a, long b, long c)
            throws LinuxException {
        Native.check(-function.call(a, b, c, 0, 0, 0), name, "");
    }

    /// All return 0 or a positive error number.
    private static final class Libc {
        static final LibcFunction SPAWN = LibcFunction.of("posix_spawn");
        static final LibcFunction ATTR_INIT = LibcFunction.of("posix_spawnattr_init");
        static final LibcFunction SETFLAGS = LibcFunction.of("posix_spawnattr_setflags");
        static final LibcFunction SETSIGMASK = LibcFunction.of("posix_spawnattr_setsigmask");
        static final LibcFunction SETSIGDEFAULT = LibcFunction.of("posix_spawnattr_setsigdefault");
        static final LibcFunction ACTIONS_INIT = LibcFunction.of("posix_spawn_file_actions_init");
        static final LibcFunction ADDDUP2 = LibcFunction.of("posix_spawn_file_actions_adddup2");
        static final @Nullable LibcFunction ADDCLOSEFROM =
                LibcFunction.ifPresent("posix_spawn_file_actions_addclosefrom_np");
        static final LibcFunction ACTIONS_DESTROY =
                LibcFunction.of("posix_spawn_file_actions_destroy");
    }
}
