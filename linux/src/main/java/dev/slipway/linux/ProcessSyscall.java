package dev.slipway.linux;

/// Numbers of the system calls for processes; sources as [Syscall].
public final class ProcessSyscall {
    private static final boolean ARM = Syscall.AARCH64;

    public static final int READ = Syscall.READ;
    public static final int WRITE = Syscall.WRITE;
    public static final int CLOSE = Syscall.CLOSE;
    public static final int IOCTL = Syscall.IOCTL;
    public static final int OPENAT = Syscall.OPENAT;
    public static final int MOUNT = ARM ? 40 : 165;
    public static final int UMOUNT2 = ARM ? 39 : 166;
    public static final int PIVOT_ROOT = ARM ? 41 : 155;
    public static final int UNSHARE = ARM ? 97 : 272;
    public static final int PRCTL = ARM ? 167 : 157;
    public static final int CAPSET = ARM ? 91 : 126;
    public static final int SECCOMP = ARM ? 277 : 317;
    public static final int SETGROUPS = ARM ? 159 : 116;
    public static final int SETRESUID = ARM ? 147 : 117;
    public static final int SETRESGID = ARM ? 149 : 119;
    public static final int UMASK = ARM ? 166 : 95;
    public static final int SETSID = ARM ? 157 : 112;
    public static final int SETPGID = ARM ? 154 : 109;
    public static final int EXECVE = ARM ? 221 : 59;
    public static final int CHDIR = ARM ? 49 : 80;
    public static final int FCHDIR = ARM ? 50 : 81;
    public static final int GETCWD = ARM ? 17 : 79;
    public static final int DUP3 = ARM ? 24 : 292;
    public static final int FCNTL = ARM ? 25 : 72;
    public static final int CLOSE_RANGE = 436;
    public static final int CLONE = ARM ? 220 : 56;
    public static final int RT_SIGPROCMASK = ARM ? 135 : 14;
    public static final int PRLIMIT64 = ARM ? 261 : 302;
    public static final int PPOLL = ARM ? 73 : 271;

    static final int EXIT_GROUP = Syscall.EXIT_GROUP;
    static final int SETNS = ARM ? 268 : 308;
    static final int CAPGET = ARM ? 90 : 125;
    static final int MEMFD_CREATE = ARM ? 279 : 319;
    static final int PIPE2 = ARM ? 59 : 293;
    static final int SETHOSTNAME = ARM ? 161 : 170;
    static final int SETDOMAINNAME = ARM ? 162 : 171;
    static final int PIDFD_OPEN = 434;
    static final int PIDFD_SEND_SIGNAL = 424;
    static final int WAIT4 = ARM ? 260 : 61;
    static final int KILL = ARM ? 129 : 62;
    static final int RT_SIGTIMEDWAIT = ARM ? 137 : 128;
    static final int OPEN_TREE = 428;
    static final int MOVE_MOUNT = 429;
    static final int FSOPEN = 430;
    static final int FSCONFIG = 431;
    static final int FSMOUNT = 432;
    static final int MOUNT_SETATTR = 442;
    static final int FSTATFS = ARM ? 44 : 138;
    static final int FCHOWN = ARM ? 55 : 93;
    static final int SOCKET = ARM ? 198 : 41;
    static final int BIND = ARM ? 200 : 49;
    static final int LISTEN = ARM ? 201 : 50;
    static final int ACCEPT4 = ARM ? 242 : 288;
    static final int RECVMSG = ARM ? 212 : 47;
    static final int MMAP = ARM ? 222 : 9;
    static final int MPROTECT = ARM ? 226 : 10;

    private ProcessSyscall() {}
}
