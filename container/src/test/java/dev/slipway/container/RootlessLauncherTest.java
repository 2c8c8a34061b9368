package dev.slipway.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

class RootlessLauncherTest {
    @TempDir Path directory;
    private Path bin = Path.of("");
    private Path etc = Path.of("");

    @BeforeEach
    void machine() throws Exception {
        bin = Files.createDirectory(directory.resolve("bin"));
        etc = Files.createDirectory(directory.resolve("etc"));
        for (String program : List.of("unshare", "newuidmap", "newgidmap")) {
            assertThat(Files.createFile(bin.resolve(program)).toFile().setExecutable(true))
                    .isTrue();
        }
        Files.writeString(etc.resolve("subuid"), "other:1:2\nme:100000:65536\n");
        Files.writeString(etc.resolve("subgid"), "me:100000:65536\n");
    }

    private List<String> command(Map<String, String> more) throws ContainerException {
        var environment = new java.util.HashMap<>(more);
        environment.put("PATH", bin.toString());
        return new RootlessLauncher(environment, etc)
                .command("me", List.of("/jvm/java", "-jar", "x"));
    }

    @Test
    void command_everythingThere_unshares() throws Exception {
        assertThat(command(Map.of()))
                .containsExactly(
                        bin.resolve("unshare").toString(),
                        "--user",
                        "--map-auto",
                        "--map-root-user",
                        "--mount",
                        "--",
                        "/jvm/java",
                        "-jar",
                        "x");
    }

    @Test
    void command_noNewuidmap_saysWhatToInstall() throws Exception {
        Files.delete(bin.resolve("newuidmap"));
        assertThat(failure(Map.of()).hint()).contains("uidmap");
    }

    @Test
    void command_noRange_saysWhatToRun() throws Exception {
        Files.writeString(etc.resolve("subgid"), "other:1:2\n");
        assertThat(failure(Map.of()).hint()).contains("usermod --add-subgids").contains("me");
    }

    @Test
    void command_alreadyInside_doesNotLoop() {
        assertThat(failure(Map.of("SLIPWAY_ROOTLESS", "1")).reason())
                .isEqualTo(ContainerException.Reason.UNSUPPORTED);
    }

    private ContainerException failure(Map<String, String> more) {
        return catchThrowableOfType(ContainerException.class, () -> command(more));
    }
}
