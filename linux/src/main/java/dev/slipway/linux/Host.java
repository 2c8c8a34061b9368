package dev.slipway.linux;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// This process and the machine it runs on.
public final class Host {
    private static final int START_TIME_FIELD = 22;

    private Host() {}

    /// The effective user id.
    public static int uid() {
        return call(Syscall.GETEUID);
    }

    /// The effective group id.
    public static int gid() {
        return call(Syscall.GETEGID);
    }

    public static long pid() {
        return call(Syscall.GETPID);
    }

    private static int call(int number) {
        try (Native n = Native.take()) {
            return (int) n.call(number);
        }
    }

    /// Processors this process may use.
    public static int cpuCount() {
        return Runtime.getRuntime().availableProcessors();
    }

    /// A value that is new each time the machine starts.
    public static String bootId() throws IOException {
        return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
    }

    /// When a process started, in clock ticks since boot; -1 if there is none. With [#bootId] and
    /// the pid, names a process for ever.
    public static long startTime(long pid) throws IOException {
        byte[] stat;
        try {
            stat = Files.readAllBytes(Path.of("/proc/" + pid + "/stat"));
        } catch (NoSuchFileException _) {
            return -1;
        } catch (IOException e) {
            if (!Files.exists(Path.of("/proc/" + pid))) {
                return -1; // it went while being read: ESRCH
            }
            throw e;
        }
        // Field 2 is the command in parentheses, which may itself hold spaces and parentheses.
        String line = new String(stat, StandardCharsets.ISO_8859_1);
        String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" ", -1);
        return Long.parseLong(fields[START_TIME_FIELD - 3]);
    }

    /// Ends the process at once: no shutdown hooks, no waiting for threads blocked in native code.
    /// What streams still buffer is lost: flush first.
    public static void exit(int code) {
        try (Native n = Native.take()) {
            n.call(Syscall.EXIT_GROUP, code);
        }
    }
}
