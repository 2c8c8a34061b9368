package dev.slipway.linux;

import org.jspecify.annotations.Nullable;

import java.lang.ref.Reference;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Starts a child process of the calling thread, in the thread's namespaces; posix_spawn(3).
///
/// Descriptors not given with [#withFd] are closed, but for the standard three. Signal handling is
/// the default in the child and nothing is blocked, whatever the JVM does.
public final class ProcessSpawn {
    private static final int SETSIGMASK = 0x08;
    private static final int SETSIGDEF = 0x04;
    private static final int SIGSET_BYTES = 128;
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

    /// Finds the functions that [#start] calls, which takes some milliseconds the first time.
    @SuppressWarnings("ReturnValueIgnored")
    public static void link() {
        Libc.SPAWN.hashCode();
    }

    /// Starts it.
    ///
    /// @throws LinuxException if the program cannot be executed, or no process made
    public ChildProcess start() throws LinuxException {
        Memory argv = vector(args);
        Memory envp = vector(env);
        try (Native n = Native.take()) {
            Memory actions = n.allocate(OPAQUE_BYTES);
            Memory attributes = n.allocate(OPAQUE_BYTES);
            Memory signals = n.allocate(SIGSET_BYTES);
            check(Libc.ATTR_INIT, "posix_spawnattr_init", attributes.address(), 0, 0);
            check(Libc.SETSIGMASK, "setsigmask", attributes.address(), signals.address(), 0);
            Memory all = n.allocate(SIGSET_BYTES);
            for (int i = 0; i < SIGSET_BYTES; i += Long.BYTES) {
                all.putLong(i, -1);
            }
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
            Memory pid = n.allocate(8);
            int error =
                    Libc.SPAWN.call(
                            pid.address(),
                            n.text(program),
                            actions.address(),
                            attributes.address(),
                            argv.address(),
                            envp.address());
            Libc.ACTIONS_DESTROY.call(actions.address(), 0, 0, 0, 0, 0);
            Native.check(-error, "posix_spawn", program);
            return ChildProcess.of(pid.getInt(0));
        } finally {
            Reference.reachabilityFence(argv);
            Reference.reachabilityFence(envp);
        }
    }

    /// A NULL-terminated array of pointers to NUL-terminated strings, which follow it. To be kept
    /// reachable while its address is in use.
    static Memory vector(List<String> strings) throws LinuxException {
        List<byte[]> texts = new ArrayList<>(strings.size());
        int at = Long.BYTES * (strings.size() + 1);
        int size = at;
        for (String text : strings) {
            if (text.indexOf(0) >= 0) {
                throw new LinuxException(Errno.EINVAL, "exec: an argument with a NUL", "");
            }
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            texts.add(bytes);
            size += bytes.length + 1;
        }
        Memory vector = Memory.allocate(size);
        for (int i = 0; i < texts.size(); i++) {
            byte[] text = texts.get(i);
            vector.putLong(Long.BYTES * i, vector.address() + at).put(at, text, 0, text.length);
            at += text.length + 1;
        }
        return vector;
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
