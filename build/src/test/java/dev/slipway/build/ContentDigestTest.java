package dev.slipway.build;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.build.CopyFixture.Spec;
import dev.slipway.linux.Dir;
import dev.slipway.linux.RawPath;
import dev.slipway.linux.Timespec;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

class ContentDigestTest {
    @TempDir Path temp;
    private CopyFixture fixture;
    private String before = "";

    @BeforeEach
    void make() throws Exception {
        fixture = new CopyFixture(temp);
        fixture.file("src/a", "A");
        fixture.file("src/sub/b", "B");
        fixture.link("src/l", "a");
        before = fixture.key("src", "/d");
    }

    private void assertChanged() throws Exception {
        assertThat(fixture.key("src", "/d")).isNotEqualTo(before);
    }

    private void assertSame() throws Exception {
        assertThat(fixture.key("src", "/d")).isEqualTo(before);
    }

    @Test
    void content_counts() throws Exception {
        fixture.file("src/a", "a");
        assertChanged();
    }

    @Test
    void mode_counts() throws Exception {
        fixture.mode("src/sub", 0700);
        assertChanged();
    }

    @Test
    void linkTarget_counts() throws Exception {
        Files.delete(fixture.context.resolve("src/l"));
        fixture.link("src/l", "sub");
        assertChanged();
    }

    @Test
    void name_counts() throws Exception {
        Files.move(fixture.context.resolve("src/a"), fixture.context.resolve("src/a2"));
        assertChanged();
    }

    @Test
    void emptyDirectory_counts() throws Exception {
        fixture.directory("src/empty");
        assertChanged();
    }

    @Test
    void xattr_countsIfItIsCopied() throws Exception {
        try (Dir dir = Dir.open(fixture.context)) {
            dir.setXattr(RawPath.of("src/a"), "user.overlay.x", new byte[] {1});
            assertSame();
            dir.setXattr(RawPath.of("src/a"), "user.note", new byte[] {1});
        }
        assertChanged();
    }

    @Test
    void times_doNotCount() throws Exception {
        fixture.mtime("src/a", new Timespec(5, 5));
        fixture.mtime("src/sub", new Timespec(5, 5));
        assertSame();
    }

    @Test
    void inodeAndHardLinks_doNotCount() throws Exception {
        Path a = fixture.context.resolve("src/a");
        Files.copy(
                a,
                fixture.context.resolve("copy"),
                java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
        Files.move(
                fixture.context.resolve("copy"),
                a,
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        assertSame();
        Files.createLink(fixture.context.resolve("elsewhere"), a);
        assertSame();
    }

    @Test
    void ownDirectoryAndPlace_doNotCount() throws Exception {
        fixture.mode("src", 0700);
        assertSame();
        Files.createDirectory(fixture.context.resolve("deep"));
        Files.move(fixture.context.resolve("src"), fixture.context.resolve("deep/src"));
        assertThat(fixture.key("deep/src", "/d")).isEqualTo(before);
    }

    @Test
    void whatIsNotSelected_doesNotCount() throws Exception {
        String key = fixture.key(Spec.of("src", "/d").exclude("sub"));
        fixture.file("src/sub/b", "changed");
        fixture.file("other", "x");
        assertThat(fixture.key(Spec.of("src", "/d").exclude("sub"))).isEqualTo(key);
    }

    @Test
    void namesAndContents_cannotRunTogether() throws Exception {
        fixture.file("x/ab", "c");
        fixture.file("y/a", "bc");
        assertThat(fixture.key("x", "/d")).isNotEqualTo(fixture.key("y", "/d"));
        fixture.file("one/p", "");
        fixture.file("one/q", "");
        assertThat(fixture.key("one/p", "one/q", "/d/")).isNotEqualTo(fixture.key("one", "/d/"));
    }

    @Test
    void file_knownByItsLastName() throws Exception {
        fixture.file("p/f", "same");
        fixture.file("q/f", "same");
        fixture.file("q/g", "same");
        assertThat(fixture.key("p/f", "/d/")).isEqualTo(fixture.key("q/f", "/d/"));
        assertThat(fixture.key("q/?", "/d/")).isNotEqualTo(fixture.key("q/f", "/d/"));
        assertThat(fixture.key("q/g", "/d/")).isNotEqualTo(fixture.key("q/f", "/d/"));
    }

    @Test
    void files_areToldOneByOne() throws Exception {
        fixture.mode("src/a", 04755);
        var files = fixture.selected("src", "/d");
        assertThat(files).containsOnlyKeys("src/a", "src/l", "src/sub", "src/sub/b");
        InputFile file = Objects.requireNonNull(files.get("src/a"));
        assertThat(file.mode()).isEqualTo("-4755");
        assertThat(file.owner()).isEqualTo("0:0");
        assertThat(file.digest()).startsWith("559aead08264d579"); // SHA-256 of "A"
        assertThat(files.get("src/l")).isEqualTo(new InputFile("src/l", "l0777", "0:0", "a"));
        assertThat(files.get("src/sub")).isEqualTo(new InputFile("src/sub", "d0755", "0:0", ""));
    }
}
