package dev.slipway.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.image.DirectoryTree;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

class UsersTest {
    @TempDir Path root;
    private DirectoryTree files;

    @BeforeEach
    void image() throws Exception {
        Files.createDirectory(root.resolve("etc"));
        Files.writeString(
                root.resolve("etc/passwd"),
                """
                root:x:0:0:root:/root:/bin/sh
                # a comment
                broken:x:zero:0::/:
                app:x:1000:1001:App:/home/app:/bin/sh
                nohome:x:1002:1002
                """);
        Files.writeString(
                root.resolve("etc/group"),
                """
                root:x:0:
                app:x:1001:
                audio:x:29:app,other
                video:x:44:other, app
                wheel:x:10:root
                """);
        files = DirectoryTree.open(root);
    }

    @AfterEach
    void close() throws Exception {
        files.close();
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "none",
            value = {
                "'', 0, 0, 0 10, /root",
                "root, 0, 0, 0 10, /root",
                "0, 0, 0, 0 10, /root",
                "app, 1000, 1001, 1001 29 44, /home/app",
                "1000, 1000, 1001, 1001 29 44, /home/app",
                "app:audio, 1000, 29, 29, /home/app",
                "app:10, 1000, 10, 10, /home/app",
                "app:, 1000, 1001, 1001 29 44, /home/app",
                "4242, 4242, 0, 0, /",
                "4242:4343, 4242, 4343, 4343, /",
                ":audio, 0, 29, 29, /root",
                "nohome, 1002, 1002, 1002, /",
                "2147483647, 2147483647, 0, 0, /",
            })
    void resolve_known(String user, int uid, int gid, String gids, String home) throws Exception {
        UserIds ids = Users.resolve(files, user);

        assertThat(ids.uid()).isEqualTo(uid);
        assertThat(ids.gid()).isEqualTo(gid);
        assertThat(ids.additionalGids())
                .isEqualTo(List.of(gids.split(" ")).stream().map(Integer::valueOf).toList());
        assertThat(ids.home()).isEqualTo(home);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nobody",
                "app:nogroup",
                "broken",
                "-1",
                "2147483648",
                "99999999999",
                "a:b:c"
            })
    void resolve_unknown_saysWho(String user) {
        assertThatThrownBy(() -> Users.resolve(files, user))
                .isInstanceOf(UnknownUserException.class)
                .hasMessageStartingWith("unable to find ");
    }

    @Test
    void resolve_noFiles_numbersWork() throws Exception {
        Files.delete(root.resolve("etc/passwd"));
        Files.delete(root.resolve("etc/group"));

        assertThat(Users.resolve(files, "5:6")).isEqualTo(new UserIds(5, 6, List.of(6), "/"));
        assertThat(Users.resolve(files, "")).isEqualTo(new UserIds(0, 0, List.of(0), "/"));
    }

    @Test
    void resolve_passwdIsLinkToHost_readsImage() throws Exception {
        Files.delete(root.resolve("etc/passwd"));
        Files.createSymbolicLink(
                root.resolve("etc/passwd"), Path.of("/../../etc/hostname-of-image"));
        Files.writeString(root.resolve("etc/hostname-of-image"), "linked:x:7:8::/l:\n");

        assertThat(Users.resolve(files, "linked").uid()).isEqualTo(7);
    }

    @Test
    void resolve_hugePasswd_isBounded() throws Exception {
        Files.writeString(
                root.resolve("etc/passwd"),
                "#".repeat(Users.MAX_BYTES + 10) + "\nlate:x:1:1::/:\n");

        assertThatThrownBy(() -> Users.resolve(files, "late"))
                .isInstanceOf(UnknownUserException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "app, 1000, 1001",
        "1000, 1000, 1000",
        "app:audio, 1000, 29",
        "7:8, 7, 8",
        ":audio, 0, 29",
        "77, 77, 77"
    })
    void owner_known(String chown, int uid, int gid) throws Exception {
        assertThat(Users.owner(files, chown)).isEqualTo(new Users.Owner(uid, gid));
    }

    @Test
    void owner_unknownName_saysWho() {
        assertThatThrownBy(() -> Users.owner(files, "ghost"))
                .isInstanceOf(UnknownUserException.class)
                .hasMessageContaining("ghost");
    }
}
