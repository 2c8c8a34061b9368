package dev.slipway.linux;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

class XattrTest {
    /// cap_net_bind_service=ep, VFS_CAP_REVISION_2.
    private static final byte[] CAPABILITY = {
        1, 0, 0, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
    };

    private static final RawPath FILE = RawPath.of("sub/fil\u00e9");

    @TempDir Path temp;

    @Test
    void xattrs_ofFileDirectoryAndLink() throws IOException {
        Privilege.assumeRoot();
        try (Dir dir = Dir.open(temp)) {
            dir.mkdir(RawPath.of("sub"), 0755);
            dir.mknod(FILE, FileType.REGULAR, 0644, 0, 0);
            dir.symlink(FILE.name(), RawPath.of("sub/link"));
            byte[] text = "v\0w".getBytes(StandardCharsets.UTF_8);
            dir.setXattr(FILE, "security.capability", CAPABILITY);
            dir.setXattr(FILE, "user.\u00e9", text);
            dir.setXattr(FILE, "user.empty", new byte[0]);
            dir.setXattr(RawPath.of("sub"), "trusted.overlay.opaque", new byte[] {'y'});
            dir.setXattr(RawPath.of("sub/link"), "trusted.on-link", text);
            dir.setXattr(RawPath.ROOT, "user.root", text);

            assertThat(dir.xattrs(FILE))
                    .containsOnlyKeys("security.capability", "user.empty", "user.\u00e9");
            assertThat(dir.xattrs(FILE).get("security.capability")).isEqualTo(CAPABILITY);
            assertThat(dir.xattrs(FILE).get("user.\u00e9")).isEqualTo(text);
            assertThat(dir.xattrs(FILE).get("user.empty")).isEmpty();
            assertThat(dir.xattrs(RawPath.of("sub"))).containsOnlyKeys("trusted.overlay.opaque");
            assertThat(dir.xattrs(RawPath.of("sub/link"))).containsOnlyKeys("trusted.on-link");
            assertThat(dir.xattrs(RawPath.ROOT)).containsOnlyKeys("user.root");

            dir.removeXattr(FILE, "user.empty");
            assertThat(dir.xattrs(FILE)).doesNotContainKey("user.empty");
        }
    }

    @Test
    void xattr_largeValueIsWhole() throws IOException {
        Files.createFile(temp.resolve("f"));
        byte[] value = new byte[3000];
        Arrays.fill(value, (byte) 7);
        try (Dir dir = Dir.open(temp)) {
            dir.setXattr(RawPath.of("f"), "user.large", value);
            assertThat(dir.xattrs(RawPath.of("f")).get("user.large")).isEqualTo(value);
        }
    }

    @Test
    void xattrs_whereThereAreNoneIsEmpty() throws IOException {
        try (Dir proc = Dir.open(Path.of("/proc/self"))) {
            assertThat(proc.xattrs(RawPath.of("status"))).isEmpty();
        }
    }
}
