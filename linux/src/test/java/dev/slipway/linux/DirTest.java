package dev.slipway.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

class DirTest {
    private static final int CREATE = OpenFlags.O_WRONLY | OpenFlags.O_CREAT | OpenFlags.O_EXCL;

    @TempDir Path temp;
    private Dir dir;

    @BeforeEach
    void open() throws IOException {
        dir = Dir.open(temp);
    }

    @AfterEach
    void close() {
        dir.close();
    }

    private static RawPath path(String text) {
        return RawPath.of(text);
    }

    private static int errno(ThrowingCallable call) {
        LinuxException e = catchThrowableOfType(LinuxException.class, call);
        assertThat(e).as("a system call should have failed").isNotNull();
        return e.errno();
    }

    private void write(RawPath path, String content) throws IOException {
        try (Fd fd = dir.open(path, CREATE, 0644, Resolve.BENEATH)) {
            byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
            fd.write(bytes, 0, bytes.length);
        }
    }

    private String read(RawPath path, Resolve how) throws IOException {
        try (Fd fd = dir.open(path, OpenFlags.O_RDONLY, 0, how)) {
            return new String(fd.inputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void names_areBytes() throws IOException {
        RawPath invalid = RawPath.ofBytes(new byte[] {'x', (byte) 0xff, (byte) 0xc3});
        RawPath newline = path("a\nb");
        RawPath longest = path("n".repeat(255));
        write(invalid, "1");
        write(newline, "2");
        write(longest, "3");
        assertThat(dir.list())
                .extracting(DirEntry::name)
                .containsExactly(newline, longest, invalid);
        assertThat(read(invalid, Resolve.BENEATH)).isEqualTo("1");
        dir.unlink(invalid);
        assertThat(dir.statIfExists(invalid)).isNull();
    }

    @Test
    void names_withNulOrTooLongAreRefused() throws IOException {
        write(path("a"), "");
        assertThat(errno(() -> dir.stat(path("a\0b")))).isEqualTo(Errno.EINVAL);
        assertThat(errno(() -> dir.stat(path("n".repeat(256))))).isEqualTo(Errno.ENAMETOOLONG);
        assertThat(errno(() -> dir.stat(path("n".repeat(9000))))).isEqualTo(Errno.ENAMETOOLONG);
    }

    @Test
    void lastName_dotsAreRefused() {
        for (String name : new String[] {"..", "a/..", ".", "a/."}) {
            assertThat(errno(() -> dir.stat(path(name)))).isEqualTo(Errno.EINVAL);
            assertThat(errno(() -> dir.removeTree(path(name)))).isEqualTo(Errno.EINVAL);
        }
    }

    @Test
    void open_absoluteLink_rerootedOrRefused() throws IOException {
        dir.mkdir(path("etc"), 0755);
        write(path("etc/passwd"), "inside");
        dir.symlink(path("/etc/passwd"), path("link"));
        assertThat(read(path("link"), Resolve.IN_ROOT)).isEqualTo("inside");
        assertThat(errno(() -> read(path("link"), Resolve.BENEATH))).isEqualTo(Errno.EXDEV);
        assertThat(errno(() -> read(path("link"), Resolve.NO_SYMLINKS))).isEqualTo(Errno.ELOOP);
    }

    @Test
    void open_dotDotBeyondTheTop_clippedOrRefused() throws IOException {
        write(path("f"), "inside");
        assertThat(read(path("../../f"), Resolve.IN_ROOT)).isEqualTo("inside");
        assertThat(errno(() -> read(path("../f"), Resolve.BENEATH))).isEqualTo(Errno.EXDEV);
        assertThat(errno(() -> read(path("../f"), Resolve.NO_SYMLINKS))).isEqualTo(Errno.EXDEV);
    }

    @Test
    void mutation_throughLinkedParent_staysInside() throws IOException {
        // CVE-2024-23652: what is removed or made through a link must be resolved in the root
        // again.
        Path outside = Files.createTempDirectory(temp.getParent(), "outside");
        Files.writeString(outside.resolve("victim"), "safe");
        dir.symlink(RawPath.of(outside.toString()), path("escape"));
        dir.symlink(path("/"), path("top"));
        assertThat(errno(() -> dir.unlink(path("escape/victim")))).isEqualTo(Errno.ENOENT);
        assertThat(errno(() -> dir.mkdir(path("escape/new"), 0755))).isEqualTo(Errno.ENOENT);
        dir.mkdir(path("top/made"), 0755);
        assertThat(dir.stat(path("made")).type()).isEqualTo(FileType.DIRECTORY);
        assertThat(outside.resolve("victim")).hasContent("safe");
        try (Dir victims = Dir.open(outside)) {
            victims.removeTree(RawPath.ROOT);
        }
        Files.delete(outside);
    }

    @Test
    void open_linkLoop_isELOOP() throws IOException {
        dir.symlink(path("b"), path("a"));
        dir.symlink(path("a"), path("b"));
        assertThat(errno(() -> read(path("a"), Resolve.IN_ROOT))).isEqualTo(Errno.ELOOP);
        assertThat(errno(() -> dir.statFollow(path("a")))).isEqualTo(Errno.ELOOP);
        assertThat(dir.stat(path("a")).type()).isEqualTo(FileType.SYMLINK);
        assertThat(dir.readLink(path("a"))).isEqualTo(path("b"));
    }

    @Test
    void open_procLink_isNotFollowed() throws IOException {
        try (Dir proc = Dir.open(Path.of("/proc/self"))) {
            assertThat(errno(() -> proc.openDir(path("root"), Resolve.IN_ROOT)))
                    .isEqualTo(Errno.ELOOP);
        }
    }

    @Test
    void setTimes_onLink_keepsNanosAndTarget() throws IOException {
        write(path("target"), "x");
        dir.symlink(path("target"), path("link"));
        FileStat before = dir.stat(path("target"));
        Timespec time = new Timespec(1_234_567_890, 123_456_789);
        dir.setTimes(path("link"), null, time);
        assertThat(dir.stat(path("link")).mtime()).isEqualTo(time);
        assertThat(dir.stat(path("target")).mtime()).isEqualTo(before.mtime());
        dir.setTimes(path("link"), Timespec.EPOCH, null);
        assertThat(dir.stat(path("link")).mtime()).isEqualTo(time);
        Timespec beforeEpoch = new Timespec(-2, 5);
        dir.setTimes(path("target"), null, beforeEpoch);
        assertThat(dir.stat(path("target")).mtime()).isEqualTo(beforeEpoch);
    }

    @Test
    void chmod_setsAllTwelveBitsButNotOfLinks() throws IOException {
        write(path("f"), "");
        dir.symlink(path("f"), path("link"));
        dir.chmod(path("f"), 07751);
        assertThat(dir.stat(path("f")).mode()).isEqualTo(07751);
        assertThat(errno(() -> dir.chmod(path("link"), 0600))).isEqualTo(Errno.EOPNOTSUPP);
        assertThat(dir.stat(path("f")).mode()).isEqualTo(07751);
    }

    @Test
    void chown_ofLink_leavesTarget() throws IOException {
        Privilege.assumeRoot();
        write(path("f"), "");
        dir.symlink(path("f"), path("link"));
        dir.chown(path("link"), 123, 456);
        assertThat(dir.stat(path("link")).uid()).isEqualTo(123);
        assertThat(dir.stat(path("link")).gid()).isEqualTo(456);
        assertThat(dir.stat(path("f")).uid()).isZero();
    }

    @Test
    void mknod_makesEveryType() throws IOException {
        Privilege.assumeRoot();
        dir.mknod(path("char"), FileType.CHARACTER_DEVICE, 0600, 1, 3);
        dir.mknod(path("block"), FileType.BLOCK_DEVICE, 0600, 4095, 1_048_575);
        dir.mknod(path("fifo"), FileType.FIFO, 0600, 0, 0);
        dir.mknod(path("socket"), FileType.SOCKET, 0600, 0, 0);
        dir.mknod(path("file"), FileType.REGULAR, 0600, 0, 0);
        FileStat device = dir.stat(path("char"));
        assertThat(device.type()).isEqualTo(FileType.CHARACTER_DEVICE);
        assertThat(device.rdevMajor()).isEqualTo(1);
        assertThat(device.rdevMinor()).isEqualTo(3);
        FileStat block = dir.stat(path("block"));
        assertThat(block.rdevMajor()).isEqualTo(4095);
        assertThat(block.rdevMinor()).isEqualTo(1_048_575);
        assertThat(dir.list())
                .extracting(DirEntry::type)
                .containsExactly(
                        FileType.BLOCK_DEVICE,
                        FileType.CHARACTER_DEVICE,
                        FileType.FIFO,
                        FileType.REGULAR,
                        FileType.SOCKET);
    }

    @Test
    void link_ofLink_linksTheLink() throws IOException {
        dir.symlink(path("nowhere"), path("link"));
        dir.link(path("link"), dir, path("second"));
        assertThat(dir.readLink(path("second"))).isEqualTo(path("nowhere"));
        assertThat(dir.stat(path("link")).links()).isEqualTo(2);
        assertThat(dir.stat(path("link")).inode()).isEqualTo(dir.stat(path("second")).inode());
    }

    @Test
    void rename_replaces() throws IOException {
        write(path("a"), "new");
        write(path("b"), "old");
        dir.rename(path("a"), dir, path("b"));
        assertThat(read(path("b"), Resolve.BENEATH)).isEqualTo("new");
        assertThat(dir.statIfExists(path("a"))).isNull();
        assertThat(dir.statIfExists(path("b/c"))).isNull();
    }

    @Test
    void createDirs_throughLinksInside() throws IOException {
        dir.mkdir(path("real"), 0755);
        dir.symlink(path("/real"), path("via"));
        try (Dir made = dir.createDirs(path("via/x/y"), 0755)) {
            assertThat(made.list()).isEmpty();
        }
        assertThat(dir.stat(path("real/x/y")).type()).isEqualTo(FileType.DIRECTORY);
        dir.createDirs(path("via/x/y"), 0755).close();
        write(path("file"), "");
        assertThat(errno(() -> dir.createDirs(path("file/x"), 0755))).isEqualTo(Errno.ENOTDIR);
    }

    @Test
    void list_of20000Files_isCompleteAndSorted() throws IOException {
        for (int i = 0; i < 20_000; i++) {
            dir.mknod(path("file-with-a-longer-name-" + i), FileType.REGULAR, 0644, 0, 0);
        }
        assertThat(dir.list())
                .hasSize(20_000)
                .isSortedAccordingTo((a, b) -> a.name().compareTo(b.name()));
        assertThat(dir.list()).as("a second time").hasSize(20_000);
        List<DirStat> stats = dir.listStats();
        assertThat(stats)
                .extracting(DirStat::name)
                .isEqualTo(dir.list().stream().map(DirEntry::name).toList());
        assertThat(stats.get(123).stat()).isEqualTo(dir.stat(stats.get(123).name()));
    }

    @Test
    void close_isIdempotentAndEndsUse() throws IOException {
        Dir other = dir.openDir(RawPath.ROOT, Resolve.BENEATH);
        other.close();
        other.close();
        assertThatThrownBy(other::list).isInstanceOf(LinuxException.class);
        assertThat(other.fd()).isEqualTo(-1);
    }

    @Test
    void failures_nameCallErrnoAndPath() {
        assertThatThrownBy(() -> dir.stat(path("no\nsuch")))
                .isInstanceOfSatisfying(
                        LinuxException.class,
                        e -> {
                            assertThat(e.errno()).isEqualTo(Errno.ENOENT);
                            assertThat(e.call()).isEqualTo("statx");
                            assertThat(e.path()).isEqualTo("no\\x0asuch");
                        })
                .hasMessage("no\\x0asuch: no such file or directory (statx: ENOENT)");
    }
}
