package dev.slipway.base;

import static dev.slipway.base.TestRepository.INDEX;
import static dev.slipway.base.TestRepository.NOW;
import static dev.slipway.base.TestRepository.bytes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.slipway.base.VerificationException.Reason;
import dev.slipway.image.Store;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.bouncycastle.openpgp.PGPSignature;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Nothing a mirror says is believed unless the distribution signed it.
class RepositoriesTest {
    private static final BaseDefinition DEFINITION = definition("data: []\npackages: [hello]\n");

    private final List<String> heard = new ArrayList<>();
    private @TempDir Path temp;
    private TestKey key;
    private TestRepository repository;
    private Store store;

    @BeforeEach
    void setUp() throws Exception {
        key = TestKey.create();
        repository = new TestRepository(temp.resolve("machine")).trust(key);
        store = Store.open(temp.resolve("store"));
    }

    @AfterEach
    void tearDown() throws Exception {
        repository.close();
        store.close();
    }

    static BaseDefinition definition(String rest) {
        try {
            return BaseDefinition.parse(
                    "base.yaml", "flavour: distroless\narchitecture: amd64\n" + rest);
        } catch (DefinitionException e) {
            throw new AssertionError(e);
        }
    }

    private static TestDeb hello() throws Exception {
        return TestDeb.of("hello", "1.0-1").directory("./usr").file("./usr/hello", "hello\n");
    }

    private BaseLock lock() throws Exception {
        return builder().lock(DEFINITION);
    }

    private String text(String path) {
        return new String(repository.get(path), StandardCharsets.UTF_8);
    }

    private BaseBuilder builder() {
        return new BaseBuilder(store, repository.machine(), event -> heard.add(event.toString()));
    }

    private void assertRefused(Reason reason, ThrowingCallable attempt) {
        assertThatThrownBy(attempt)
                .asInstanceOf(type(VerificationException.class))
                .extracting(VerificationException::reason)
                .isEqualTo(reason);
    }

    @Test
    void lock_signedRelease() throws Exception {
        repository.publish(key, hello());
        assertThat(lock().packages()).extracting(BaseLock.Pin::name).containsExactly("hello");
    }

    @Test
    void lock_detachedSignature() throws Exception {
        byte[] release = bytes(repository.release(hello()));
        repository.put("dists/test/Release", release);
        repository.put("dists/test/Release.gpg", bytes(key.detached(release)));
        assertThat(lock().packages()).hasSize(1);

        release[release.length - 2] ^= 1;
        repository.put("dists/test/Release", release);
        assertRefused(Reason.BAD_SIGNATURE, this::lock);
    }

    @Test
    void lock_noSignatureAtAll() throws Exception {
        repository.put("dists/test/Release", bytes(repository.release(hello())));
        assertRefused(Reason.UNSIGNED, this::lock);
        repository.put("dists/test/InRelease", bytes(repository.release(hello())));
        assertRefused(Reason.UNSIGNED, this::lock);
    }

    @Test
    void lock_tamperedRelease() throws Exception {
        repository.publish(key, hello());
        var message = text("dists/test/InRelease");
        repository.put("dists/test/InRelease", bytes(message.replace("main\n", "main evil\n")));
        assertRefused(Reason.BAD_SIGNATURE, this::lock);
    }

    /// Text in front of, behind or between the signed parts must not get in (CVE-2016-1252 and
    /// others of apt).
    @Test
    void lock_textOutsideTheSignedPart() throws Exception {
        repository.publish(key, hello());
        var message = text("dists/test/InRelease");
        for (var forged :
                List.of(
                        "Origin: Evil\n\n" + message,
                        message + "Origin: Evil\n",
                        message + message,
                        message.replace("Hash: SHA256\n", "Hash: SHA256\nOrigin: Evil\n"),
                        message.replace("\nDate: ", "\n-----BEGIN PGP MESSAGE-----\nDate: "))) {
            repository.put("dists/test/InRelease", bytes(forged));
            assertRefused(Reason.UNSIGNED, this::lock);
        }
    }

    @Test
    void lock_unknownKey() throws Exception {
        repository.publish(TestKey.create(), hello());
        assertRefused(Reason.UNKNOWN_KEY, this::lock);
    }

    @Test
    void lock_expiredKey() throws Exception {
        var expired = TestKey.create(NOW.minus(Duration.ofDays(30)), Duration.ofDays(10));
        repository.trust(expired).publish(expired, hello());
        assertRefused(Reason.EXPIRED_KEY, this::lock);
    }

    @Test
    void lock_revokedKey() throws Exception {
        repository.trust(key.revoked()).publish(key, hello());
        assertRefused(Reason.EXPIRED_KEY, this::lock);
    }

    @Test
    void lock_brokenHashOfSignature() throws Exception {
        var text = repository.release(hello());
        for (int hash : new int[] {HashAlgorithmTags.SHA1, HashAlgorithmTags.MD5}) {
            var signed = key.clearSigned(text, hash, PGPSignature.CANONICAL_TEXT_DOCUMENT);
            repository.put("dists/test/InRelease", bytes(signed));
            assertRefused(Reason.WEAK_HASH, this::lock);
        }
    }

    @Test
    void lock_noKeyring() throws Exception {
        repository.publish(key, hello());
        var file = temp.resolve("machine/usr/share/keyrings/debian-archive-keyring.gpg");
        Files.delete(file);
        assertThatThrownBy(this::lock)
                .hasMessageContaining(file.toString())
                .asInstanceOf(type(BaseException.class))
                .satisfies(e -> assertThat(e.hint()).contains("debian-archive-keyring"));
    }

    @Test
    void lock_releaseOutOfDate() throws Exception {
        repository.releaseField("Valid-Until", "Sun, 31 May 2026 12:00:00 UTC");
        repository.publish(key, hello());
        assertRefused(Reason.OUT_OF_DATE, this::lock);

        repository.write("etc/apt/apt.conf.d/99frozen", "Acquire::Check-Valid-Until \"false\";\n");
        assertThat(lock().packages()).hasSize(1);
    }

    @Test
    void lock_releaseOfAnotherSuite() throws Exception {
        repository.publish(key, hello());
        repository.put("dists/other/InRelease", repository.get("dists/test/InRelease"));
        repository.write("etc/apt/sources.list", "deb " + repository.uri() + " other main\n");
        repository.write("etc/os-release", "VERSION_CODENAME=other\n");
        assertRefused(Reason.WRONG_RELEASE, this::lock);
    }

    @Test
    void lock_tamperedIndex() throws Exception {
        repository.publish(key, hello());
        byte[] index = repository.get("dists/test/" + INDEX);
        index[index.length / 2] ^= 1;
        repository.put("dists/test/" + INDEX, index);
        assertRefused(Reason.WRONG_CONTENT, this::lock);
    }

    @Test
    void build_tamperedPackage() throws Exception {
        repository.publish(key, hello());
        byte[] deb = repository.get("pool/main/hello_1.0-1_all.deb");
        deb[deb.length - 8] ^= 1;
        repository.put("pool/main/hello_1.0-1_all.deb", deb);
        assertRefused(Reason.WRONG_CONTENT, () -> builder().build(DEFINITION, null));

        repository.put("pool/main/hello_1.0-1_all.deb", Arrays.copyOf(deb, 9999));
        assertRefused(Reason.WRONG_CONTENT, () -> builder().build(DEFINITION, null));
    }

    @Test
    void lock_foreignOriginIsLeftOut() throws Exception {
        repository.origin("Vendor").publish(key, hello());
        assertThatThrownBy(this::lock).hasMessageContaining("no source of packages is left");
        assertThat(heard.toString()).contains("it is Vendor, not Debian or Ubuntu");
    }

    @Test
    void lock_foreignComponentIsNotEvenAsked() throws Exception {
        repository.write(
                "etc/apt/sources.list.d/vendor.list",
                "deb " + repository.uri() + "/vendor test stable\n");
        repository.publish(key, hello());
        lock();
        assertThat(repository.takeRequests()).noneMatch(path -> path.contains("vendor"));
    }

    @Test
    void lock_embeddedKeyOfTheDefinition() throws Exception {
        var other = TestKey.create();
        repository.origin("Company").publish(other, hello());
        var yaml = new StringBuilder("data: []\npackages: [hello]\nsources:\n");
        yaml.append("  - uri: ").append(repository.uri()).append("\n    suites: [test]\n");
        yaml.append("    signed-by: |\n");
        other.armoredKey().lines().forEach(l -> yaml.append("      ").append(l).append('\n'));
        assertThat(builder().lock(definition(yaml.toString())).packages()).hasSize(1);
    }

    @Test
    void lock_mirrorUnreachable_lastCopyIsUsed() throws Exception {
        repository.publish(key, hello());
        var first = builder().build(DEFINITION, null);
        repository.close();
        var second = builder().build(DEFINITION, null);
        assertThat(second.manifest()).isEqualTo(first.manifest());
        assertThat(second.reused()).isTrue();
        assertThat(heard.toString()).contains("cannot be reached: the last copy is used");
    }
}
