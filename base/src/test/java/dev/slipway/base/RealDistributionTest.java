package dev.slipway.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.slipway.container.ContainerIo;
import dev.slipway.container.ContainerSpec;
import dev.slipway.container.NetworkMode;
import dev.slipway.container.RootFs;
import dev.slipway.container.Runtimes;
import dev.slipway.image.Layer;
import dev.slipway.image.Manifest;
import dev.slipway.image.Store;
import dev.slipway.linux.Dir;
import dev.slipway.linux.Host;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Debian as this machine is set up to get it: real keys, real packages, real containers.
class RealDistributionTest {
    private static final boolean CI = System.getenv("CI") != null;

    private @TempDir Path temp;

    @BeforeAll
    static void needs() {
        assumeTrue(CI || Host.uid() == 0, "needs root, for containers");
        assumeTrue(
                CI || Files.exists(Path.of("/usr/share/keyrings/debian-archive-keyring.gpg")),
                "needs Debian's keyring");
        assumeTrue(CI || mirrorAnswers(), "needs the machine's Debian mirror");
    }

    private static boolean mirrorAnswers() {
        try {
            var machine = Machine.host();
            var definition = RepositoriesTest.definition("packages: [busybox]\n");
            var source = SourceSelection.select(definition, machine).getFirst();
            var settings = AptSettings.ofMachine(machine.etcApt());
            return new Downloads(settings, machine.environment())
                    .fetch(
                            source.uri() + "/dists/" + source.suite() + "/InRelease",
                            body -> body.read() > 0);
        } catch (IOException | BaseException e) {
            return false;
        }
    }

    /// JUnit would warn of each of the hundreds of links in a root that lead out of its directory.
    @AfterEach
    void removeStores() throws IOException {
        try (var directory = Dir.open(temp)) {
            for (var entry : directory.list()) {
                directory.removeTree(entry.name());
            }
        }
    }

    private BaseResult build(Store store, String yaml) throws Exception {
        return BaseBuilder.on(store, BaseListener.NONE)
                .build(BaseDefinition.parse("base.yaml", yaml), null);
    }

    private static String run(Store store, BaseResult image, String... command) throws Exception {
        byte[] raw = store.blobs().read(image.manifest().digest(), Manifest.MAX_BYTES);
        Layer layer =
                store.layers().find(Manifest.parse(raw).layers().getFirst().digest()).orElseThrow();
        var root = RootFs.view(store.layers().lowers(List.of(layer)));
        var spec =
                ContainerSpec.builder(root, List.of(command))
                        .env(List.of("PATH=/usr/sbin:/usr/bin:/sbin:/bin"))
                        .network(NetworkMode.NONE)
                        .build();
        var output = new ByteArrayOutputStream();
        try (var container =
                Runtimes.embedded().start(spec, new ContainerIo.Streams(null, output, output))) {
            int code = container.waitFor();
            var text = output.toString(StandardCharsets.UTF_8);
            assertThat(code).as(text).isZero();
            return text;
        }
    }

    @Test
    void distroless_runsWhatItHolds_andNothingElse() throws Exception {
        try (var store = Store.open(temp.resolve("store"))) {
            var image = build(store, "flavour: distroless\npackages: [busybox]\n");
            assertThat(image.lock().packages())
                    .extracting(BaseLock.Pin::name)
                    .contains("busybox", "libc6", "ca-certificates", "tzdata")
                    .doesNotContain("dpkg", "dash", "perl-base");
            assertThat(run(store, image, "busybox", "ls", "-a", "/usr/bin/"))
                    .isEqualTo(".\n..\nbusybox\n");
            assertThat(run(store, image, "busybox", "cat", "/etc/os-release"))
                    .contains("ID=debian");
            assertThat(run(store, image, "busybox", "grep", "-c", "BEGIN CERT", CERTIFICATES))
                    .matches("1\\d\\d\n");
        }
    }

    private static final String CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt";

    @Test
    void minbase_isWholeAndTheSameEveryTime() throws Exception {
        BaseResult first;
        try (var store = Store.open(temp.resolve("store"))) {
            first = build(store, "flavour: minbase\n");
            assertThat(run(store, first, "dpkg", "--audit")).isEmpty();
            assertThat(run(store, first, "dpkg", "--verify")).isEmpty();
            assertThat(run(store, first, "apt-get", "--version")).startsWith("apt ");
            assertThat(run(store, first, "apt-get", "check")).contains("Building dependency tree");
            assertThat(run(store, first, "sh", "-c", "ls -A /tmp /run /var/tmp; ls /var/log"))
                    .doesNotContain("dpkg.log")
                    .doesNotContain("slipway");
            assertThat(run(store, first, "sh", "-c", "getent passwd _apt; cat /etc/passwd-; true"))
                    .contains("_apt:")
                    .contains("No such file");
        }
        try (var store = Store.open(temp.resolve("other"))) {
            var second = build(store, "flavour: minbase\n");
            assertThat(second.manifest()).isEqualTo(first.manifest());
        }
    }
}
