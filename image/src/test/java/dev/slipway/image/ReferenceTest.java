package dev.slipway.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;

class ReferenceTest {
    private static final String HEX =
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    @ParameterizedTest
    @CsvSource({
        "alpine, docker.io/library/alpine, alpine",
        "alpine:3.20, docker.io/library/alpine:3.20, alpine:3.20",
        "library/alpine, docker.io/library/alpine, alpine",
        "docker.io/alpine, docker.io/library/alpine, alpine",
        "index.docker.io/alpine, docker.io/library/alpine, alpine",
        "docker.io/library/alpine:x, docker.io/library/alpine:x, alpine:x",
        "user/app, docker.io/user/app, user/app",
        "docker.io/user/app, docker.io/user/app, user/app",
        "docker.io/library/a/b, docker.io/library/a/b, library/a/b",
        "localhost/app, localhost/app, localhost/app",
        "localhost:5000/app:1, localhost:5000/app:1, localhost:5000/app:1",
        "LOCALHOST/app, LOCALHOST/app, LOCALHOST/app",
        "registry.example.com/a/b/c:T_1.2-3, registry.example.com/a/b/c:T_1.2-3,"
                + " registry.example.com/a/b/c:T_1.2-3",
        "10.0.0.1:80/a, 10.0.0.1:80/a, 10.0.0.1:80/a",
        "[::1]:5000/a, [::1]:5000/a, [::1]:5000/a",
        "[2001:db8::1]/a, [2001:db8::1]/a, [2001:db8::1]/a",
        "a.b/c, a.b/c, a.b/c",
        "[09:af:AF]/a, [09:af:AF]/a, [09:af:AF]/a",
        "a0.z9.A0.Z9:65535/a0/z9:a0z9A0Z9_, a0.z9.A0.Z9:65535/a0/z9:a0z9A0Z9_,"
                + " a0.z9.A0.Z9:65535/a0/z9:a0z9A0Z9_",
        "Reg/app, Reg/app, Reg/app",
        "a-b/c__d/e---f, docker.io/a-b/c__d/e---f, a-b/c__d/e---f",
        "test:5000, docker.io/library/test:5000, test:5000",
        "test:5000/repo, test:5000/repo, test:5000/repo",
        "foo/bar:latest@sha256:"
                + HEX
                + ", docker.io/foo/bar:latest@sha256:"
                + HEX
                + ", foo/bar:latest@sha256:"
                + HEX,
        "foo@sha256:" + HEX + ", docker.io/library/foo@sha256:" + HEX + ", foo@sha256:" + HEX,
        "xn--7o8h.com/myimage:xn--7o8h.com, xn--7o8h.com/myimage:xn--7o8h.com,"
                + " xn--7o8h.com/myimage:xn--7o8h.com",
    })
    void parse_normalisesAsDocker(String text, String canonical, String familiar) throws Exception {
        Reference reference = Reference.parse(text);
        assertThat(reference.canonical()).isEqualTo(canonical);
        assertThat(reference.familiar()).isEqualTo(familiar);
        assertThat(Reference.parse(familiar)).isEqualTo(reference);
        assertThat(Reference.parse(canonical)).isEqualTo(reference);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":tag",
                "/app",
                "//app",
                "app/",
                "a//b",
                "-app",
                "app-",
                ".app",
                "app.",
                "a..b",
                "a___b",
                "a._b",
                "App",
                "user/App",
                "docker.io/App",
                "repo:",
                "repo:.tag",
                "repo:-tag",
                "repo:ta g",
                "repo:a/b",
                "repo@",
                "repo@sha256:abc",
                "repo@md5:d41d8cd98f00b204e9800998ecf8427e",
                "repo@sha256:" + "E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855",
                "http://example.com/app",
                "https://example.com/app",
                "example.com:port/app",
                "example.com:/app",
                "-example.com/app",
                "example-.com/app",
                "ex..ample.com/app",
                "[::1/app",
                "[::g]/app",
                "[::G]/app",
                "[::`]/app",
                "[::@]/app",
                "[::/]/app",
                "[]/app",
                "x[::1]/app",
                ":80/app",
                "example.com:123456/app",
                "example.com./app",
                "exa_mple.com/app",
                "a{b",
                "a`b",
                "repo:a@",
                "repo:a[",
                "repo:a{",
                "../app",
                "a/../b",
                "app\u0000",
                "app\n",
                " app",
                "äpp",
                HEX,
            })
    void parse_invalidIsRefusedWithInputAndRule(String text) {
        assertThatThrownBy(() -> Reference.parse(text))
                .isInstanceOfSatisfying(
                        InvalidReferenceException.class,
                        e -> {
                            assertThat(e.input()).isEqualTo(text);
                            assertThat(e.rule()).isNotBlank();
                            assertThat(e).hasMessageContaining(e.rule());
                            assertThat(e.toString().chars()).allMatch(c -> c >= ' ');
                        });
    }

    @Test
    void parse_upperCaseSuggestsLowerCase() {
        assertThatThrownBy(() -> Reference.parse("MyApp"))
                .isInstanceOfSatisfying(
                        InvalidReferenceException.class,
                        e -> assertThat(e.hint()).contains("myapp"));
    }

    @Test
    void parse_schemeIsToBeLeftOut() {
        for (String scheme : List.of("http", "https")) {
            assertThatThrownBy(() -> Reference.parse(scheme + "://example.com/app"))
                    .isInstanceOfSatisfying(
                            InvalidReferenceException.class,
                            e -> assertThat(e.hint()).contains("scheme"));
        }
        assertThatThrownBy(() -> Reference.parse("example.com:/app"))
                .isInstanceOfSatisfying(
                        InvalidReferenceException.class, e -> assertThat(e.hint()).isNull());
    }

    @Test
    void parse_lengthLimits() throws Exception {
        String name = "a".repeat(247); // with "library/" 255
        assertThat(Reference.parse(name).repository()).hasSize(255);
        assertThatThrownBy(() -> Reference.parse(name + "a"))
                .isInstanceOf(InvalidReferenceException.class);
        String host = "r.".repeat(127) + "r"; // 255
        assertThat(Reference.parse(host + "/a").registry()).isEqualTo(host);
        assertThatThrownBy(() -> Reference.parse("r" + host + "/a"))
                .isInstanceOf(InvalidReferenceException.class);
        assertThat(Reference.parse("a:" + "t".repeat(128)).tag()).hasSize(128);
        assertThatThrownBy(() -> Reference.parse("a:" + "t".repeat(129)))
                .isInstanceOf(InvalidReferenceException.class);
    }

    @Test
    void parse_hostileLengthIsRefusedQuickly() {
        assertThatThrownBy(() -> Reference.parse("a-".repeat(5_000_000)))
                .isInstanceOf(InvalidReferenceException.class)
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(600));
    }

    @Test
    void withDefaultTag_onlyWhereNothingIsGiven() throws Exception {
        assertThat(Reference.parse("a").withDefaultTag().tag()).isEqualTo("latest");
        assertThat(Reference.parse("a:1").withDefaultTag().tag()).isEqualTo("1");
        assertThat(Reference.parse("a@sha256:" + HEX).withDefaultTag().tag()).isNull();
    }

    @Test
    void nameOnly_hasNeitherTagNorDigest() throws Exception {
        assertThat(Reference.parse("a:1@sha256:" + HEX).nameOnly())
                .hasToString("docker.io/library/a");
    }

    @Test
    void compareTo_isByTheFullName() throws Exception {
        Reference hub = Reference.parse("zlib:1");
        Reference other = Reference.parse("example.com/a");
        assertThat(hub).isLessThan(other).isEqualByComparingTo(Reference.parse("library/zlib:1"));
        assertThat(other).isGreaterThan(hub);
    }
}
