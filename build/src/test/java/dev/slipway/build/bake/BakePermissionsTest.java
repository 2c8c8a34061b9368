package dev.slipway.build.bake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// What a bake file of a stranger gets at.
class BakePermissionsTest {
    @TempDir Path root;
    private Path here = Path.of("");

    @BeforeEach
    void directories() throws Exception {
        here = Files.createDirectories(root.toRealPath().resolve("work"));
        Files.createDirectories(root.resolve("other/sub"));
    }

    private void check(String body, String... allowed) throws BakeException {
        var plan = Bakes.hcl("target \"t\" {\n" + body + "\n}").plan(List.of("t"), List.of());
        BakePermissions.parse(List.of(allowed), here).check(plan);
    }

    private void checkFails(String hint, String body, String... allowed) {
        assertThatThrownBy(() -> check(body, allowed))
                .isInstanceOfSatisfying(
                        BakeException.class,
                        e ->
                                assertThat(e.hint())
                                        .isEqualTo(
                                                "if you trust it, add "
                                                        + hint.replace(
                                                                "ROOT",
                                                                String.valueOf(here.getParent()))));
    }

    @Test
    void ownDirectory_isFree() {
        assertThatCode(() ->
                        check(
                                """
                                context = "sub"
                                contexts = { a = "x", b = "docker-image://y", c = "https://z" }
                                output = ["type=local,dest=out", "type=tar,dest=-"]
                                secret = ["id=a,src=./s", "id=b,env=B"]
                                network = "host"
                                """))
                .doesNotThrowAnyException();
    }

    @Test
    void otherDirectories_areNamed() throws Exception {
        checkFails("--allow fs.read=ROOT/other", "context = \"../other\"");
        checkFails("--allow fs.read=ROOT/other", "context = \"../other\"", "fs.write=../other");
        checkFails("--allow fs.read=/etc/passwd", "secret = [\"id=a,src=/etc/passwd\"]");
        checkFails("--allow fs.write=/out", "output = [\"/out\"]", "fs.read=/out");
        check("context = \"../other/sub\"", "fs.read=../other");
        check("context = \"../other\"\noutput = [\"/out\"]", "fs=*");
    }

    @Test
    void links_areFollowedFirst() throws Exception {
        Files.createSymbolicLink(here.resolve("link"), root.resolve("other"));
        checkFails("--allow fs.read=ROOT/other/sub", "context = \"link/sub\"");
        checkFails("--allow fs.write=ROOT/other/new", "output = [\"link/new\"]");
    }

    @Test
    void agentAndPrivileges_areAskedFor() throws Exception {
        checkFails("--allow ssh", "ssh = [\"default\"]");
        check("ssh = [\"default\"]", "ssh");
        checkFails("--allow security.insecure", "entitlements = [\"security.insecure\"]");
        check("entitlements = [\"security.insecure\"]", "security.insecure");
    }

    @Test
    void unknownPermission_isRefused() {
        assertThatThrownBy(() -> check("", "fs.raed=/")).hasMessage("unknown permission fs.raed");
        assertThatThrownBy(() -> check("", "fs.read")).hasMessage("--allow fs.read names no path");
    }
}
