package dev.slipway.linux;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// Has a C compiler compare our numbers with the headers of the kernel and of libc, for both
/// machines: what is written here becomes `_Static_assert`s.
class KernelHeadersTest {
    @TempDir Path directory;

    @ParameterizedTest
    @CsvSource({
        "amd64, gcc, gcc libc6-dev",
        "aarch64, aarch64-linux-gnu-gcc, gcc-aarch64-linux-gnu libc6-dev-arm64-cross",
    })
    void numbers_areThoseOfTheHeaders(String architecture, String compiler, String packages)
            throws Exception {
        Tool.assumeInstalled(compiler, packages);
        Tool.Result written = Tool.java(directory, architecture, Asserts.class);
        assertThat(written.exitCode()).as(written.output()).isZero();
        assertThat(written.output().lines().filter(line -> line.startsWith("_Static_assert")))
                .hasSizeGreaterThan(200);
        Path file = Files.writeString(directory.resolve("asserts.c"), written.output());

        var compiled = Tool.run(directory, compiler, "-fsyntax-only", file.toString());
        assertThat(compiled.output()).isEmpty();
        assertThat(compiled.exitCode()).isZero();
    }

    /// Prints the C file for the machine that `os.arch` names.
    static final class Asserts {
        private static final String HEAD =
                """
                #define _GNU_SOURCE
                #include <dirent.h>
                #include <errno.h>
                #include <fcntl.h>
                #include <poll.h>
                #include <sched.h>
                #include <signal.h>
                #include <spawn.h>
                #include <stddef.h>
                #include <sys/file.h>
                #include <sys/mman.h>
                #include <sys/mount.h>
                #include <sys/socket.h>
                #include <sys/stat.h>
                #include <sys/syscall.h>
                #include <sys/un.h>
                #include <sys/vfs.h>
                #include <sys/wait.h>
                #include <unistd.h>
                #include <asm/ioctls.h>
                #include <asm/termbits.h>
                #include <linux/capability.h>
                #include <linux/openat2.h>
                #include <linux/prctl.h>
                #define FICLONE _IOW(0x94, 9, int)
                """;

        private Asserts() {}

        public static void main(String[] arguments) throws Exception {
            System.out.print(HEAD);
            fields(Syscall.class, Set.of("AARCH64"), name -> "__NR_" + lower(name));
            fields(ProcessSyscall.class, Set.of("ARM"), name -> "__NR_" + lower(name));
            fields(OpenFlags.class, Set.of(), name -> name);
            fields(Errno.class, Set.of(), name -> name);
            fields(Mounts.class, Set.of("DATA_BYTES"), Asserts::mount);
            fields(Namespaces.class, Set.of(), Asserts::namespace);
            fields(Statx.class, Set.of(), Asserts::statx);
            fields(Listing.class, Set.of("BUFFER_BYTES"), Asserts::listing);
            fields(Signals.class, Set.of(), Asserts::signal);
            named(Fd.class, "SEEK_SET", "SEEK_DATA", "SEEK_HOLE", "SYNC_FILE_RANGE_WRITE");
            named(Fd.class, "FICLONE");
            named(Dir.class, "UTIME_OMIT", "AT_REMOVEDIR");
            named(FileLock.class, "LOCK_SH", "LOCK_EX", "LOCK_NB");
            named(MemFd.class, "F_ADD_SEALS");
            equal(constant(MemFd.class, "CLOEXEC"), "MFD_CLOEXEC");
            equal(constant(MemFd.class, "ALLOW_SEALING"), "MFD_ALLOW_SEALING");
            equal(
                    constant(MemFd.class, "ALL_SEALS"),
                    "(F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE)");
            named(Pty.class, "TIOCGPTN", "TIOCSPTLCK", "TIOCSWINSZ");
            named(ChildProcess.class, "SIGKILL", "SIGTERM", "WNOHANG");
            named(Exec.class, "SIG_SETMASK");
            named(Subreaper.class, "PR_SET_CHILD_SUBREAPER");
            named(Capabilities.class, "PR_CAPBSET_READ");
            named(DescriptorSocket.class, "AF_UNIX");
            named(BootCode.class, "SIGCHLD");
            capabilities();
            fileTypes();
            structures();
        }

        private static void capabilities() throws Exception {
            equal(Capabilities.VERSION_3, "_LINUX_CAPABILITY_VERSION_3");
            Field names = Capabilities.class.getDeclaredField("NAMES");
            names.setAccessible(true);
            for (Object name : (List<?>) names.get(null)) {
                equal(Long.numberOfTrailingZeros(Capabilities.bit((String) name)), "CAP_" + name);
            }
        }

        private static void fileTypes() {
            var types =
                    Map.of(
                            FileType.REGULAR, "FREG",
                            FileType.DIRECTORY, "FDIR",
                            FileType.SYMLINK, "FLNK",
                            FileType.CHARACTER_DEVICE, "FCHR",
                            FileType.BLOCK_DEVICE, "FBLK",
                            FileType.FIFO, "FIFO",
                            FileType.SOCKET, "FSOCK");
            types.forEach((type, name) -> equal(type.modeBits(), "S_I" + name));
        }

        /// What is laid out in code: the offsets that calls write to and read from.
        private static void structures() throws Exception {
            equal(constant(Opening.class, "OPEN_HOW_BYTES"), "sizeof(struct open_how)");
            offsets("struct open_how", Map.of("flags", 0, "mode", 8, "resolve", 16));
            equal(Resolve.IN_ROOT.bits(), "(RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS)");
            equal(Resolve.BENEATH.bits(), "(RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS)");
            equal(
                    Resolve.NO_SYMLINKS.bits(),
                    "(RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS)");
            equal(constant(Poll.class, "POLLFD_BYTES"), "sizeof(struct pollfd)");
            offsets("struct pollfd", Map.of("fd", 0, "events", 4, "revents", 6));
            equal(1, "POLLIN");
            offsets("struct timespec", Map.of("tv_sec", 0, "tv_nsec", 8));
            offsets("struct sockaddr_un", Map.of("sun_family", 0, "sun_path", 2));
            equal(
                    constant(DescriptorSocket.class, "MAX_PATH_BYTES") + 1,
                    "sizeof(((struct sockaddr_un *)0)->sun_path)");
            equal(constant(DescriptorSocket.class, "CMSG_CLOEXEC"), "MSG_CMSG_CLOEXEC");
            equal(1, "SCM_RIGHTS");
            equal(
                    constant(DescriptorSocket.class, "STREAM_CLOEXEC"),
                    "(SOCK_STREAM | SOCK_CLOEXEC)");
            offsets(
                    "struct msghdr",
                    Map.of(
                            "msg_iov",
                            16,
                            "msg_iovlen",
                            24,
                            "msg_control",
                            32,
                            "msg_controllen",
                            40));
            equal(56, "sizeof(struct msghdr)");
            offsets("struct cmsghdr", Map.of("cmsg_level", 8, "cmsg_type", 12));
            equal(16, "sizeof(struct cmsghdr)");
            offsets("struct statfs", Map.of("f_flags", 80));
            equal(constant(Terminal.class, "TERMIOS_BYTES"), "sizeof(struct termios)");
            equal(constant(Terminal.class, "LINE_FLAGS_AT"), "offsetof(struct termios, c_lflag)");
            equal(constant(Terminal.class, "VMIN_AT"), "(offsetof(struct termios, c_cc) + VMIN)");
            equal(constant(Terminal.class, "VTIME_AT"), "(offsetof(struct termios, c_cc) + VTIME)");
            named(Terminal.class, "TCGETS", "TCSETSW", "TIOCGWINSZ");
            equal(
                    0x1 | 0x2 | 0x8 | 0x20 | 0x40 | 0x80 | 0x100 | 0x400,
                    "(IGNBRK | BRKINT | PARMRK | ISTRIP | INLCR | IGNCR | ICRNL | IXON)");
            equal(0x8 | 0x40 | 0x2 | 0x1 | 0x8000, "(ECHO | ECHONL | ICANON | ISIG | IEXTEN)");
            equal(0x1, "OPOST");
            equal(0x30 | 0x100, "(CSIZE | PARENB)");
            equal(0x30, "CS8");
            equal(constant(ProcessSpawn.class, "SETSIGMASK"), "POSIX_SPAWN_SETSIGMASK");
            equal(constant(ProcessSpawn.class, "SETSIGDEF"), "POSIX_SPAWN_SETSIGDEF");
            equal(constant(ProcessSpawn.class, "SIGSET_BYTES"), "sizeof(sigset_t)");
            System.out.println(
                    "_Static_assert(%d >= sizeof(posix_spawnattr_t), \"\");"
                            .formatted(constant(ProcessSpawn.class, "OPAQUE_BYTES")));
            System.out.println(
                    "_Static_assert(%d >= sizeof(posix_spawn_file_actions_t), \"\");"
                            .formatted(constant(ProcessSpawn.class, "OPAQUE_BYTES")));
            equal(3, "(PROT_READ | PROT_WRITE)");
            equal(5, "(PROT_READ | PROT_EXEC)");
            equal(0x22, "(MAP_PRIVATE | MAP_ANONYMOUS)");
            equal(4, "F_SETFL");
        }

        private static String mount(String name) {
            return switch (name) {
                case "DETACH" -> "MNT_DETACH";
                default ->
                        name.startsWith("AT_") || name.startsWith("FS") || name.startsWith("MOVE_")
                                ? name
                                : "MS_" + name;
            };
        }

        private static String namespace(String name) {
            return "CLONE_NEW" + (name.equals("MOUNT") ? "NS" : name);
        }

        private static String statx(String name) {
            return switch (name) {
                case "AT_SYMLINK_NOFOLLOW", "AT_EMPTY_PATH" -> name;
                case "BASIC_STATS" -> "STATX_BASIC_STATS";
                case "BYTES" -> "sizeof(struct statx)";
                case "INODE" -> "offsetof(struct statx, stx_ino)";
                default -> "offsetof(struct statx, stx_" + lower(name) + ")";
            };
        }

        private static String listing(String name) {
            String field =
                    switch (name) {
                        case "INODE" -> "d_ino";
                        case "RECORD_LENGTH" -> "d_reclen";
                        default -> "d_" + lower(name);
                    };
            return "offsetof(struct dirent64, " + field + ")";
        }

        private static String signal(String name) {
            return switch (name) {
                case "ACTION_BYTES" -> "sizeof(struct sigaction)";
                case "FLAGS_AT" -> "offsetof(struct sigaction, sa_flags)";
                default -> name;
            };
        }

        private static String lower(String name) {
            return name.toLowerCase(Locale.ROOT);
        }

        private static void named(Class<?> type, String... names) throws Exception {
            for (String name : names) {
                equal(constant(type, name), name);
            }
        }

        private static void offsets(String structure, Map<String, Integer> fields) {
            fields.forEach((field, at) -> equal(at, "offsetof(" + structure + ", " + field + ")"));
        }

        private interface Naming {
            String inC(String name);
        }

        /// All constants of a class.
        private static void fields(Class<?> type, Set<String> except, Naming naming)
                throws Exception {
            for (Field field : type.getDeclaredFields()) {
                boolean number = field.getType() == int.class || field.getType() == long.class;
                if (Modifier.isStatic(field.getModifiers())
                        && number
                        && !except.contains(field.getName())) {
                    equal(constant(type, field.getName()), naming.inC(field.getName()));
                }
            }
        }

        private static long constant(Class<?> type, String name) throws Exception {
            Field field = type.getDeclaredField(name);
            field.setAccessible(true);
            return field.getType() == long.class ? field.getLong(null) : field.getInt(null);
        }

        private static void equal(long ours, String theirs) {
            System.out.println(
                    "_Static_assert((unsigned)(%s) == (unsigned)%d, \"%s is not %d\");"
                            .formatted(theirs, ours, theirs, ours));
        }
    }
}
