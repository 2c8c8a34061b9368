package dev.slipway.linux;

import java.lang.ref.Reference;
import java.util.List;

/// Turns this process into another program; execve(2).
public final class Exec {
    private static final int SIG_SETMASK = 2;

    private Exec() {}

    /// Never returns: no shutdown hook runs, nothing is flushed.
    ///
    /// @param program a path
    /// @param args with the name of the program first
    /// @throws LinuxException if it cannot be executed; this process goes on then
    public static void replace(String program, List<String> args, List<String> env)
            throws LinuxException {
        Memory argv = ProcessSpawn.vector(args);
        Memory envp = ProcessSpawn.vector(env);
        try (Native n = Native.take()) {
            long none = n.allocate(8).address();
            // A mask is inherited, and the JVM blocks some signals.
            n.call(ProcessSyscall.RT_SIGPROCMASK, SIG_SETMASK, none, 0, 8);
            long result =
                    n.call(ProcessSyscall.EXECVE, n.text(program), argv.address(), envp.address());
            Native.check(result, "execve", program);
            throw new AssertionError("execve returned");
        } finally {
            Reference.reachabilityFence(argv);
            Reference.reachabilityFence(envp);
        }
    }
}
