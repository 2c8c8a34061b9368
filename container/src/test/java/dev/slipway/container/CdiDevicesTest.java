package dev.slipway.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

class CdiDevicesTest {
    private static final String CARD =
            """
            {"cdiVersion": "0.6.0", "kind": "vendor.com/card",
             "annotations": {"org.mobyproject.buildkit.device.class": "compute"},
             "containerEdits": {"env": ["DRIVER=1"]},
             "devices": [
               {"name": "b", "containerEdits": {"env": ["CARD=b"]}},
               {"name": "a", "containerEdits": {
                 "env": ["CARD=a"], "additionalGids": [44],
                 "deviceNodes": [{"path": "/dev/card0", "hostPath": "/dev/null", "permissions": "rw"}],
                 "mounts": [{"hostPath": "/usr/bin", "containerPath": "/tools", "options": ["ro", "nosuid"]}]}}]}
            """;

    @TempDir Path directory;
    private Path first = Path.of("");
    private Path second = Path.of("");

    @BeforeEach
    void directories() throws IOException {
        first = Files.createDirectory(directory.resolve("first"));
        second = Files.createDirectory(directory.resolve("second"));
    }

    private List<CdiDevice> find(String request) throws ContainerException {
        return CdiDevices.read(List.of(first, directory.resolve("missing"), second)).find(request);
    }

    private List<String> names(String request) throws ContainerException {
        return find(request).stream().map(CdiDevice::name).toList();
    }

    @Test
    void find_byName_hasTheEditsOfTheFileAndItsOwn() throws Exception {
        Files.writeString(first.resolve("card.json"), CARD);
        CdiDevice device = find("vendor.com/card=a").getFirst();
        assertThat(device.env()).containsExactly("DRIVER=1", "CARD=a");
        assertThat(device.devices()).containsExactly(new Device("/dev/null", "/dev/card0", "rw"));
        assertThat(device.mounts())
                .containsExactly(new MountSpec.Bind(Path.of("/usr/bin"), "/tools", true));
        assertThat(device.additionalGids()).containsExactly(44);
        assertThat(device.kind()).isEqualTo("vendor.com/card");
    }

    @Test
    void find_severalWays_asBuildKitReadsThem() throws Exception {
        Files.writeString(first.resolve("card.json"), CARD);
        assertThat(names("vendor.com/card")).containsExactly("vendor.com/card=a");
        assertThat(names("vendor.com/card=*"))
                .containsExactly("vendor.com/card=a", "vendor.com/card=b");
        assertThat(names("vendor.com/card=compute")).hasSize(2);
        assertThat(names("vendor.com/card=none")).isEmpty();
        assertThat(names("other.com/card=a")).isEmpty();
    }

    @Test
    void read_yaml_isTheSameAsJson() throws Exception {
        Files.writeString(
                first.resolve("card.yaml"),
                """
                cdiVersion: "0.6.0"
                kind: vendor.com/card
                devices:
                - name: "0"
                  containerEdits:
                    env: [CARD=zero]
                    deviceNodes:
                    - path: /dev/null
                      major: 1
                      minor: 3
                """);
        CdiDevice device = find("vendor.com/card=0").getFirst();
        assertThat(device.env()).containsExactly("CARD=zero");
        assertThat(device.devices()).containsExactly(new Device("/dev/null", "/dev/null", "rwm"));
    }

    @Test
    void read_laterDirectory_wins() throws Exception {
        Files.writeString(first.resolve("card.json"), CARD);
        Files.writeString(second.resolve("card.json"), CARD.replace("CARD=a", "CARD=later"));
        assertThat(find("vendor.com/card=a").getFirst().env()).contains("CARD=later");
    }

    @Test
    void read_describedTwiceInOneDirectory_isRefused() throws Exception {
        Files.writeString(first.resolve("one.json"), CARD);
        Files.writeString(first.resolve("two.json"), CARD);
        assertThat(failure("vendor.com/card=a")).hasMessageContaining("described twice");
    }

    @Test
    void find_needsAHook_isRefusedByTheHooksName() throws Exception {
        Files.writeString(
                first.resolve("card.json"),
                CARD.replace(
                        "\"env\": [\"CARD=a\"]",
                        "\"hooks\": [{\"hookName\": \"createContainer\", \"path\": \"/x/hook\"}]"));
        assertThat(failure("vendor.com/card=a"))
                .hasMessageContaining("createContainer")
                .hasMessageContaining("/x/hook");
        assertThat(names("vendor.com/card=b")).hasSize(1);
    }

    @Test
    void read_wrongFile_hidesOnlyItsDevices() throws Exception {
        Files.writeString(first.resolve("card.json"), CARD);
        Files.writeString(first.resolve("wrong.json"), "{");
        Files.writeString(first.resolve("wrong.yaml"), "a: [");
        assertThat(names("vendor.com/card=a")).hasSize(1);
        assertThat(CdiDevices.read(List.of(first)).known())
                .contains("vendor.com/card=a", "wrong.json", "wrong.yaml");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "card", "vendor.com/", "/card", "vendor.com/card=", "v/../x=a"})
    void find_noDevicesName_isRefused(String request) {
        assertThat(failure(request)).hasMessageContaining("VENDOR/CLASS=NAME");
    }

    private ContainerException failure(String request) {
        return catchThrowableOfType(ContainerException.class, () -> find(request));
    }
}
