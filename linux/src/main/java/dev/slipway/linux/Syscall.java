package dev.slipway.linux;

/// Numbers of the system calls for files; `include/uapi/asm-generic/unistd.h` (aarch64) and
/// `arch/x86/entry/syscalls/syscall_64.tbl`.
final class Syscall {
    /// Whether this is aarch64; otherwise x86-64.
    static final boolean AARCH64 = isAarch64(System.getProperty("os.arch", ""));

    static final int READ = AARCH64 ? 63 : 0;
    static final int WRITE = AARCH64 ? 64 : 1;
    static final int CLOSE = AARCH64 ? 57 : 3;
    static final int LSEEK = AARCH64 ? 62 : 8;
    static final int IOCTL = AARCH64 ? 29 : 16;
    static final int PREAD64 = AARCH64 ? 67 : 17;
    static final int PWRITE64 = AARCH64 ? 68 : 18;
    static final int GETPID = AARCH64 ? 172 : 39;
    static final int FLOCK = AARCH64 ? 32 : 73;
    static final int FSYNC = AARCH64 ? 82 : 74;
    static final int SYNC_FILE_RANGE = AARCH64 ? 84 : 277;
    static final int FTRUNCATE = AARCH64 ? 46 : 77;
    static final int GETEUID = AARCH64 ? 175 : 107;
    static final int GETEGID = AARCH64 ? 177 : 108;
    static final int LSETXATTR = AARCH64 ? 6 : 189;
    static final int LGETXATTR = AARCH64 ? 9 : 192;
    static final int LLISTXATTR = AARCH64 ? 12 : 195;
    static final int LREMOVEXATTR = AARCH64 ? 15 : 198;
    static final int GETDENTS64 = AARCH64 ? 61 : 217;
    static final int EXIT_GROUP = AARCH64 ? 94 : 231;
    static final int OPENAT = AARCH64 ? 56 : 257;
    static final int MKDIRAT = AARCH64 ? 34 : 258;
    static final int MKNODAT = AARCH64 ? 33 : 259;
    static final int FCHOWNAT = AARCH64 ? 54 : 260;
    static final int UNLINKAT = AARCH64 ? 35 : 263;
    static final int LINKAT = AARCH64 ? 37 : 265;
    static final int SYMLINKAT = AARCH64 ? 36 : 266;
    static final int READLINKAT = AARCH64 ? 78 : 267;
    static final int FCHMODAT = AARCH64 ? 53 : 268;
    static final int UTIMENSAT = AARCH64 ? 88 : 280;
    static final int SYNCFS = AARCH64 ? 267 : 306;
    static final int RENAMEAT2 = AARCH64 ? 276 : 316;
    static final int COPY_FILE_RANGE = AARCH64 ? 285 : 326;
    static final int STATX = AARCH64 ? 291 : 332;
    static final int OPENAT2 = 437;

    private Syscall() {}

    private static boolean isAarch64(String arch) {
        return switch (arch) {
            case "aarch64", "arm64" -> true;
            case "amd64", "x86_64" -> false;
            default ->
                    throw new UnsupportedOperationException("no system call numbers for " + arch);
        };
    }
}
