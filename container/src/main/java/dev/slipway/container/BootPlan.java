package dev.slipway.container;

import static dev.slipway.linux.BootProgram.Expected.ANYTHING;
import static dev.slipway.linux.BootProgram.Expected.exactly;

import dev.slipway.linux.BootProgram;
import dev.slipway.linux.Capabilities;
import dev.slipway.linux.LinuxException;
import dev.slipway.linux.Mounts;
import dev.slipway.linux.Namespaces;
import dev.slipway.linux.ProcessSyscall;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Writes down what a container's first process does before it becomes the command: all that only
/// it can do.
///
/// The order matters. Descriptors first, so that nothing of the host is within reach. Then tie its
/// life to the thread that started it. `/proc` and its masks while the host's `/dev/null` can still
/// be seen. Then leave the host's root. The filter while it may still be installed without
/// `no_new_privs`, then rights, the user last.
final class BootPlan {
    /// The child's descriptors beyond its streams and [BootProgram#REPORT_FD].
    static final int LIFELINE_FD = 4;

    static final int GO_FD = 5;
    static final int ROOT_FD = 6;

    private static final int FIRST_UNWANTED_FD = 7;
    private static final int SIGKILL = 9;

    private static final int PR_SET_PDEATHSIG = 1;
    private static final int PR_SET_KEEPCAPS = 8;
    private static final int PR_CAPBSET_DROP = 24;
    private static final int PR_SET_NO_NEW_PRIVS = 38;
    private static final int PR_CAP_AMBIENT = 47;
    private static final int PR_CAP_AMBIENT_CLEAR_ALL = 4;
    private static final int SECCOMP_SET_MODE_FILTER = 1;
    private static final int TIOCSCTTY = 0x540e;
    private static final int TIOCSPGRP = 0x5410;
    private static final int SIG_BLOCK = 0;
    private static final int SIG_SETMASK = 2;
    private static final int FCNTL_SETFD = 2;
    private static final long CURRENT_DIRECTORY = -100; // AT_FDCWD
    private static final int READ_WRITE = 2;

    private static final List<String> MASKED =
            List.of(
                    "acpi",
                    "asound",
                    "interrupts",
                    "kcore",
                    "keys",
                    "latency_stats",
                    "sched_debug",
                    "scsi",
                    "timer_list",
                    "timer_stats");
    private static final List<String> READ_ONLY =
            List.of("bus", "fs", "irq", "sys", "sysrq-trigger");

    /// What Java found out for the plan.
    ///
    /// @param cwd the working directory without links in it
    /// @param command the path to execute, seen from the container
    /// @param capabilities those to leave, which this process has
    /// @param filter a seccomp program in kernel form; null for none
    /// @param terminal the number of its `/dev/pts` terminal; -1 for none
    /// @param waits whether it waits for a byte on [#GO_FD] before it goes on
    /// @param limits resource limits this process may set
    /// @param ownCgroup whether to show the container's cgroup as the root of all
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Facts(
            String cwd,
            String command,
            long capabilities,
            byte @Nullable [] filter,
            int terminal,
            boolean waits,
            List<Ulimit> limits,
            boolean ownCgroup) {}

    private final ContainerSpec spec;
    private final Facts facts;
    private final BootProgram program = new BootProgram();

    private BootPlan(ContainerSpec spec, Facts facts) {
        this.spec = spec;
        this.facts = facts;
    }

    static BootProgram write(ContainerSpec spec, Facts facts) throws LinuxException {
        BootPlan plan = new BootPlan(spec, facts);
        plan.descriptors();
        plan.lifeline();
        plan.waitForGo();
        plan.mounts();
        plan.leaveHost();
        plan.terminal();
        plan.limits();
        plan.workingDirectory();
        plan.filter();
        plan.rights();
        plan.lifeline();
        plan.last();
        return plan.program;
    }

    private void descriptors() {
        program.call("close_range", ProcessSyscall.CLOSE_RANGE, FIRST_UNWANTED_FD, 0xffff_ffffL, 0);
    }

    /// Dies with the thread that started it. That may be dead already: then its process's
    /// descriptor is readable. Changing the user takes the first part back.
    private void lifeline() {
        prctl("pdeathsig", PR_SET_PDEATHSIG, SIGKILL, 0);
        long poll = program.ints(LIFELINE_FD, 1); // struct pollfd: the descriptor, POLLIN
        long now = program.longs(0, 0);
        program.call("lifeline", exactly(0), ProcessSyscall.PPOLL, poll, 1, now, 0, 8);
    }

    private void waitForGo() {
        if (facts.waits) {
            long buffer = program.longs(0);
            program.call("go", exactly(1), ProcessSyscall.READ, GO_FD, buffer, 1);
        }
        program.call("close", ANYTHING, ProcessSyscall.CLOSE, GO_FD);
    }

    private void mounts() throws LinuxException {
        program.call("enter root", ProcessSyscall.FCHDIR, ROOT_FD);
        program.call("close", ProcessSyscall.CLOSE, ROOT_FD);
        // A copy of the thread's mount namespace: pivot_root would move the thread's root as well.
        int namespaces = Namespaces.MOUNT | (facts.ownCgroup ? Namespaces.CGROUP : 0);
        program.call("unshare", ProcessSyscall.UNSHARE, namespaces);
        mountAt("proc", "proc", "proc", Mounts.NOSUID | Mounts.NODEV | Mounts.NOEXEC, null);
        if (!spec.privileged()) {
            for (String name : MASKED) {
                mask(name);
            }
            for (String name : READ_ONLY) {
                readOnly(name);
            }
        }
        if (facts.ownCgroup && CgroupVersion.unified()) {
            long flags = Mounts.RDONLY | Mounts.NOSUID | Mounts.NODEV | Mounts.NOEXEC;
            mountAt("cgroup", "sys/fs/cgroup", "cgroup2", flags, null);
        }
    }

    private void mask(String name) throws LinuxException {
        Path path = Path.of("/proc", name); // the same entries in every pid namespace
        if (Files.isDirectory(path)) {
            long flags = Mounts.RDONLY | Mounts.NOSUID | Mounts.NODEV | Mounts.NOEXEC;
            mountAt("tmpfs", "proc/" + name, "tmpfs", flags, "size=0");
        } else if (Files.exists(path)) {
            mountAt("/dev/null", "proc/" + name, null, Mounts.BIND, null);
        }
    }

    private void readOnly(String name) throws LinuxException {
        if (Files.exists(Path.of("/proc", name))) {
            String path = "proc/" + name;
            mountAt(path, path, null, Mounts.BIND | Mounts.REC, null);
            long kept = Mounts.NOSUID | Mounts.NODEV | Mounts.NOEXEC;
            mountAt(null, path, null, Mounts.BIND | Mounts.REMOUNT | Mounts.RDONLY | kept, null);
        }
    }

    private void mountAt(
            @Nullable String source,
            String target,
            @Nullable String type,
            long flags,
            @Nullable String options)
            throws LinuxException {
        program.call(
                "mount /" + target,
                ProcessSyscall.MOUNT,
                source == null ? 0 : program.text(source),
                program.text(target),
                type == null ? 0 : program.text(type),
                flags,
                options == null ? 0 : program.text(options));
    }

    private void leaveHost() throws LinuxException {
        long here = program.text(".");
        // The old root ends up on top of the new one, with the sandbox's memory on top of it, and
        // both are then taken away: pivot_root(2).
        program.call("pivot_root", ProcessSyscall.PIVOT_ROOT, here, here);
        program.call("umount sandbox", ProcessSyscall.UMOUNT2, here, Mounts.DETACH);
        program.call("umount host", ProcessSyscall.UMOUNT2, here, Mounts.DETACH);
        program.call("enter root", ProcessSyscall.CHDIR, program.text("/"));
        program.call("setsid", ProcessSyscall.SETSID);
    }

    private void terminal() throws LinuxException {
        if (facts.terminal < 0) {
            return;
        }
        // Opened here, so that its path is one of the container.
        long path = program.text("/dev/pts/" + facts.terminal);
        program.call("close", ANYTHING, ProcessSyscall.CLOSE, 0);
        program.call(
                "terminal", exactly(0), ProcessSyscall.OPENAT, CURRENT_DIRECTORY, path, READ_WRITE);
        program.call("dup", ProcessSyscall.DUP3, 0, 1, 0);
        program.call("dup", ProcessSyscall.DUP3, 0, 2, 0);
        program.call("TIOCSCTTY", ProcessSyscall.IOCTL, 0, TIOCSCTTY, 0);
    }

    private void limits() {
        for (Ulimit limit : facts.limits) {
            long values = program.longs(limit.soft(), limit.hard());
            program.call(
                    "ulimit " + limit.name(),
                    ProcessSyscall.PRLIMIT64,
                    0,
                    limit.number(),
                    values,
                    0);
        }
        program.call("umask", ProcessSyscall.UMASK, 022);
    }

    /// The kernel must agree that this is where the process is, in its root: CVE-2024-21626. It
    /// tells the length of the path with its NUL, and a longer one, `(unreachable)…`, outside.
    private void workingDirectory() throws LinuxException {
        long path = program.text(facts.cwd);
        program.call("chdir " + facts.cwd, ProcessSyscall.CHDIR, path);
        int length = facts.cwd.getBytes(StandardCharsets.UTF_8).length + 1;
        long buffer = program.bytes(new byte[4096]);
        program.call("getcwd " + facts.cwd, exactly(length), ProcessSyscall.GETCWD, buffer, 4096);
    }

    private void filter() {
        if (spec.noNewPrivileges()) {
            prctl("no_new_privs", PR_SET_NO_NEW_PRIVS, 1, 0);
        }
        byte[] filter = facts.filter;
        if (filter != null) {
            long instructions = program.bytes(filter);
            long header = program.longs(filter.length / 8, instructions); // struct sock_fprog
            program.call("seccomp", ProcessSyscall.SECCOMP, SECCOMP_SET_MODE_FILTER, 0, header);
        }
    }

    private void rights() {
        long known = Capabilities.known();
        for (int i = 0; i < Long.SIZE - 1; i++) {
            if ((known >> i & 1) == 1 && (facts.capabilities >> i & 1) == 0) {
                prctl("drop capability " + i, PR_CAPBSET_DROP, i, 0);
            }
        }
        prctl("ambient", PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0);
        prctl("keepcaps", PR_SET_KEEPCAPS, 1, 0);
        UserIds user = spec.user();
        int[] groups = user.additionalGids().stream().mapToInt(Integer::intValue).toArray();
        program.call("setgroups", ProcessSyscall.SETGROUPS, groups.length, program.ints(groups));
        int gid = user.gid();
        int uid = user.uid();
        program.call("setgid", ProcessSyscall.SETRESGID, gid, gid, gid);
        program.call("setuid", ProcessSyscall.SETRESUID, uid, uid, uid);
        // What execve would leave of them: nothing for others than root, Docker's way too.
        long own = uid == 0 ? facts.capabilities : 0;
        int low = (int) own;
        int high = (int) (own >> 32);
        long header = program.ints(Capabilities.VERSION_3, 0);
        long sets = program.ints(low, low, 0, high, high, 0); // effective, permitted, inheritable
        program.call("capset", ProcessSyscall.CAPSET, header, sets);
    }

    private void last() throws LinuxException {
        program.call("close", ProcessSyscall.CLOSE, LIFELINE_FD);
        program.call(
                "report", ProcessSyscall.FCNTL, BootProgram.REPORT_FD, FCNTL_SETFD, 1); // CLOEXEC
        if (spec.init()) {
            long all = program.longs(-1L);
            program.call("block", ProcessSyscall.RT_SIGPROCMASK, SIG_BLOCK, all, 0, 8);
            program.forkBeneathInit();
            program.call("setpgid", ProcessSyscall.SETPGID, 0, 0);
            if (facts.terminal >= 0) {
                // In the foreground; the second process of a pid namespace has id 2.
                long group = program.ints(2);
                program.call("TIOCSPGRP", ProcessSyscall.IOCTL, 0, TIOCSPGRP, group);
            }
            long none = program.longs(0L);
            program.call("unblock", ProcessSyscall.RT_SIGPROCMASK, SIG_SETMASK, none, 0, 8);
        }
        program.execute(facts.command, spec.args(), spec.env());
    }

    private void prctl(String name, int option, long a, long b) {
        program.call(name, ProcessSyscall.PRCTL, option, a, b, 0, 0);
    }
}
