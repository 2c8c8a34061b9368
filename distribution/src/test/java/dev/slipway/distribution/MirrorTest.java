package dev.slipway.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.image.Descriptor;
import dev.slipway.image.Platform;
import dev.slipway.image.Store;
import dev.slipway.image.compress.Compression;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// What `registries.conf` says, against real registries.
class MirrorTest {
    private static final Platform AMD64 = Platform.of("linux", "amd64");

    /// A name that stands for the origin by a rule alone: it resolves nowhere.
    private static final String NAME = "registry.invalid/team/app:v1";

    @TempDir private static Path shared;
    private static TestRegistry origin;
    private static TestRegistry mirror;
    private static Descriptor there;

    @TempDir private Path home;
    private final List<String> warnings = new ArrayList<>();
    private FaultProxy toOrigin;
    private FaultProxy toMirror;

    @BeforeAll
    static void start() throws Exception {
        origin = TestRegistry.plain(shared.resolve("origin"));
        mirror = TestRegistry.plain(shared.resolve("mirror"));
        try (Store store = Store.open(shared.resolve("store"));
                Registries registries = Samples.registries(shared)) {
            Descriptor image = Samples.image(store, AMD64, new Random(4), 20_000);
            var push = new Push(registries, store, Compression.gzip(), false);
            there = push.push(image, Samples.name(origin.host() + "/team/app:v1"), null).target();
            push.push(image, Samples.name(mirror.host() + "/copy/app:v1"), null);
        }
    }

    @AfterAll
    static void stop() {
        for (TestRegistry each : new TestRegistry[] {origin, mirror}) {
            if (each != null) {
                each.close();
            }
        }
    }

    @BeforeEach
    void watch() throws IOException {
        toOrigin = new FaultProxy(origin.port(), 1, 0);
        toMirror = new FaultProxy(mirror.port(), 1, 0);
    }

    @AfterEach
    void unwatch() throws IOException {
        toOrigin.close();
        toMirror.close();
    }

    private Registries configured(String text) throws IOException {
        Path file = Files.writeString(home.resolve("registries.conf"), text);
        var listener =
                new TransferListener() {
                    @Override
                    public void warning(String message) {
                        warnings.add(message);
                    }
                };
        return new Registries(
                Samples.settings(home, Map.of("CONTAINERS_REGISTRIES_CONF", file.toString())),
                listener);
    }

    /// Registries where the name is the origin's, with such a mirror.
    private Registries mirrored(String location, String more) throws IOException {
        return configured(
                """
                [[registry]]
                prefix = "registry.invalid/team"
                location = "%s/team"
                [[registry.mirror]]
                location = "%s"
                %s
                """
                        .formatted(toOrigin.host(), location, more));
    }

    private void pull(Registries registries, String name) throws IOException {
        try (Store store = Store.open(home.resolve("store"))) {
            Pulled pulled = new Pull(registries, store).pull(Samples.name(name), AMD64);
            assertThat(pulled.target().digest()).isEqualTo(there.digest());
            assertThat(store.images().find(Samples.name(name))).isPresent();
            Samples.checkWhole(store);
        }
    }

    @Test
    void mirrorThatHasTheImage_isAskedAlone() throws Exception {
        try (Registries registries = mirrored(toMirror.host() + "/copy", "")) {
            pull(registries, NAME);
            assertThat(registries.find(Samples.name(NAME))).isPresent();
            assertThat(registries.resolve(Samples.name(NAME))).isPresent();
        }
        assertThat(toMirror.journal().toString()).contains("GET /v2/copy/app/manifests/v1");
        assertThat(toOrigin.journal()).isEmpty();
    }

    @Test
    void mirrorWithoutTheImage_leavesItToTheOrigin() throws Exception {
        try (Registries registries = mirrored(toMirror.host() + "/nothing", "")) {
            pull(registries, NAME);
            assertThat(registries.find(Samples.name(NAME))).isPresent();
            assertThat(registries.resolve(Samples.name(NAME))).isPresent();
            assertThat(registries.resolve(Samples.name("registry.invalid/team/no:v1"))).isEmpty();
        }
        assertThat(toMirror.journal().toString()).contains("GET /v2/nothing/app/manifests/v1");
        assertThat(toOrigin.journal().toString()).contains("GET /v2/team/app/manifests/v1");
        assertThat(warnings).isEmpty();
    }

    @Test
    void mirrorThatIsDown_isPassedOverWithAWarning() throws Exception {
        // Nothing listens on the first port.
        try (Registries registries = mirrored("localhost:1/copy", "")) {
            assertThat(registries.find(Samples.name(NAME))).isPresent();
            assertThat(registries.resolve(Samples.name(NAME))).isPresent();
            pull(registries, NAME);
            assertThatThrownBy(() -> pull(registries, "registry.invalid/team/no:v1"))
                    .hasMessage(
                            "there is no image registry.invalid/team/no:v1 in registry.invalid");
        }
        assertThat(warnings)
                .containsExactly(
                        "cannot reach the registry localhost:1: localhost:1 refuses the"
                                + " connection");
    }

    @ParameterizedTest
    @EnumSource(LyingMirror.Lie.class)
    void mirrorThatServesDamage_isPassedOver_andNotAskedAgain(LyingMirror.Lie lie)
            throws Exception {
        try (var liar = new LyingMirror(mirror.host(), lie);
                Registries registries = mirrored(liar.host() + "/copy", "")) {
            pull(registries, NAME);

            assertThat(warnings).as(lie.toString()).isNotEmpty();
            assertThat(warnings.getLast()).contains(liar.host() + "/copy/app");
            assertThat(liar.journal()).isNotEmpty();
            assertThat(toOrigin.journal().toString()).contains("GET /v2/team/app/manifests/v1");

            int asked = liar.journal().size();
            int told = warnings.size();
            assertThat(registries.find(Samples.name(NAME))).isPresent();
            try (Store store = Store.open(home.resolve("glance"))) {
                assertThat(new Glance(registries, store).look(Samples.name(NAME), AMD64))
                        .isPresent();
            }
            assertThat(registries.failedMirrors()).containsExactly(liar.host() + "/copy/app");
            try (Registries next = mirrored(liar.host() + "/copy", "")) {
                next.passOver(registries.failedMirrors());
                assertThat(next.find(Samples.name(NAME))).isPresent();
            }
            assertThat(liar.journal()).hasSize(asked);
            assertThat(warnings).hasSize(told);
        }
    }

    @Test
    void mirrorThatServesDamage_isAskedForABlobOnlyOnce_andTheOriginAnewFromItsStart()
            throws Exception {
        try (var liar = new LyingMirror(mirror.host(), LyingMirror.Lie.DAMAGED_LAYER);
                Registries registries = mirrored(liar.host() + "/copy", "")) {
            pull(registries, NAME);
            assertThat(liar.journal().stream().filter(each -> each.contains("/blobs/")))
                    .doesNotHaveDuplicates();
        }
        assertThat(toOrigin.journal().stream().filter(each -> each.contains("/blobs/")))
                .isNotEmpty()
                .allMatch(each -> each.contains(" [] "), "from the first byte");
    }

    @Test
    void mirrorsOneAfterTheOther_areAskedUntilOneIsSound() throws Exception {
        try (var liar = new LyingMirror(mirror.host(), LyingMirror.Lie.SHORT_LAYER);
                Registries registries =
                        mirrored(
                                liar.host() + "/copy",
                                "[[registry.mirror]]\nlocation = \""
                                        + toMirror.host()
                                        + "/copy\"")) {
            pull(registries, NAME);
        }
        assertThat(toMirror.journal().toString()).contains("/blobs/");
        assertThat(toOrigin.journal()).isEmpty();
        assertThat(warnings).hasSize(1);
    }

    @Test
    void mirrorForDigestsOnly_isNotAskedForATag() throws Exception {
        String digest = "registry.invalid/team/app@" + there.digest();
        String more = "pull-from-mirror = \"digest-only\"";
        try (Registries registries = mirrored(toMirror.host() + "/copy", more)) {
            assertThat(registries.find(Samples.name(NAME))).isPresent();
            assertThat(toMirror.journal()).isEmpty();
            int before = toOrigin.journal().size();

            pull(registries, digest);

            assertThat(toMirror.journal().toString()).contains("/copy/app/manifests/sha256:");
            assertThat(toOrigin.journal()).hasSize(before);
        }
    }

    @Test
    void blockedRegistry_isAskedNothing() throws Exception {
        String rule = "[[registry]]\nlocation = \"" + toOrigin.host() + "\"\nblocked = true\n";
        var name = Samples.name(toOrigin.host() + "/team/app:v1");
        try (Registries registries = configured(rule);
                Store store = Store.open(shared.resolve("store"))) {
            var push = new Push(registries, store, Compression.gzip(), false);
            Descriptor image = Samples.image(store, AMD64, new Random(4), 20_000);
            List<ThrowingCallable> attempts =
                    List.of(
                            () -> pull(registries, name.familiar()),
                            () -> registries.find(name),
                            () -> registries.resolve(name),
                            () -> push.push(image, name, null));
            for (ThrowingCallable each : attempts) {
                assertThatThrownBy(each)
                        .isInstanceOf(RegistryException.class)
                        .hasMessage("the registry of " + name.familiar() + " is blocked")
                        .extracting("hint")
                        .isEqualTo(
                                "A rule of registries.conf for " + toOrigin.host() + " says so.");
            }
        }
        assertThat(toOrigin.journal()).isEmpty();
    }

    @Test
    void certificateOfNobodyKnown_isTakenWhereTheRuleSaysSo() throws Exception {
        Certificates certificates = Certificates.make(shared.resolve("certificates"));
        try (TestRegistry secure =
                TestRegistry.withTls(
                        shared.resolve("secure"),
                        certificates.file("server.crt"),
                        certificates.file("server.key"),
                        null)) {
            String name = secure.host() + "/team/app:v1";
            String rule = "[[registry]]\nlocation = \"" + secure.host() + "\"\ninsecure = ";
            try (Registries registries = configured(rule + "false\n")) {
                assertThatThrownBy(() -> registries.find(Samples.name(name)))
                        .isInstanceOf(RegistryException.class)
                        .hasMessageContaining("TLS with " + secure.host() + " fails");
            }
            try (Registries registries = configured(rule + "true\n");
                    Store store = Store.open(shared.resolve("store"))) {
                Descriptor image = Samples.image(store, AMD64, new Random(4), 20_000);
                new Push(registries, store, Compression.gzip(), false)
                        .push(image, Samples.name(name), null);
                pull(registries, name);
            }
            // A mirror is what its own table says, whatever the registry is.
            toMirror.close();
            try (Registries registries = mirrored(secure.host() + "/team", "insecure = true")) {
                assertThat(registries.find(Samples.name(NAME))).isPresent();
                assertThat(warnings).isEmpty();
                assertThat(toOrigin.journal()).isEmpty();
            }
            try (Registries registries = mirrored(secure.host() + "/team", "")) {
                assertThat(registries.find(Samples.name(NAME))).isPresent();
                assertThat(warnings).hasSize(1);
            }
        }
    }
}
