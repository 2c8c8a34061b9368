package dev.slipway.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

class AptSourcesTest {
    @Test
    void parseOneLine_optionsAndComments() throws Exception {
        var sources =
                AptSources.parseOneLine(
                        "sources.list",
                        """
                        # deb http://old.example/debian bookworm main
                        deb http://deb.example/debian/ bookworm main contrib # all of it
                        deb-src http://deb.example/debian bookworm main
                        deb [ arch=amd64,arm64 signed-by=/usr/share/keyrings/x.gpg ] https://x.example/apt stable main
                        deb [trusted=yes check-valid-until=no] http://[::1]:8080/d ./
                        """);
        assertThat(sources).hasSize(3);
        assertThat(sources.get(0).uri()).isEqualTo("http://deb.example/debian");
        assertThat(sources.get(0).components()).containsExactly("main", "contrib");
        assertThat(sources.get(0).origin()).isEqualTo("sources.list:2");
        assertThat(sources.get(1).serves("arm64")).isTrue();
        assertThat(sources.get(1).serves("i386")).isFalse();
        assertThat(Objects.requireNonNull(sources.get(1).signedBy()).files())
                .containsExactly(Path.of("/usr/share/keyrings/x.gpg"));
        assertThat(sources.get(2).uri()).isEqualTo("http://[::1]:8080/d");
        assertThat(sources.get(2).isFlat()).isTrue();
        assertThat(sources.get(2).trusted()).isTrue();
        assertThat(sources.get(2).checkValidUntil()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"deb http://x", "deb [arch=amd64 http://x y z", "rpm http://x y z"})
    void parseOneLine_malformed(String line) {
        assertThatThrownBy(() -> AptSources.parseOneLine("l", "\n" + line))
                .isInstanceOf(DefinitionException.class)
                .hasMessageStartingWith("l:2:");
    }

    @Test
    void parseDeb822_everyCombination() throws Exception {
        var sources =
                AptSources.parseDeb822(
                        "debian.sources",
                        """
                        Types: deb deb-src
                        # a comment inside
                        URIs: http://a.example/debian
                         http://b.example/debian
                        Suites: bookworm bookworm-updates
                        Components: main contrib
                        Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

                        Enabled: no
                        Types: deb
                        URIs: http://off.example
                        Suites: x
                        Components: main

                        Types: deb-src
                        URIs: http://src.example
                        Suites: x
                        Components: main
                        """);
        assertThat(sources)
                .extracting(source -> source.uri() + " " + source.suite())
                .containsExactly(
                        "http://a.example/debian bookworm",
                        "http://a.example/debian bookworm-updates",
                        "http://b.example/debian bookworm",
                        "http://b.example/debian bookworm-updates");
    }

    @Test
    void parseDeb822_embeddedKey() throws Exception {
        var sources =
                AptSources.parseDeb822(
                        "x.sources",
                        """
                        Types: deb
                        URIs: http://a.example
                        Suites: x
                        Components: main
                        Signed-By:
                         -----BEGIN PGP PUBLIC KEY BLOCK-----
                         .
                         abcd
                         -----END PGP PUBLIC KEY BLOCK-----
                        """);
        assertThat(Objects.requireNonNull(sources.getFirst().signedBy()).armored())
                .contains("BLOCK-----\n\nabcd\n-----END");
    }

    @Test
    void select_onlyTheDistributionsOfThisMachine(@TempDir Path root) throws Exception {
        var list = root.resolve("etc/apt/sources.list.d");
        Files.createDirectories(list);
        Files.writeString(root.resolve("etc/os-release"), "VERSION_CODENAME=\"bookworm\"\n");
        Files.writeString(
                root.resolve("etc/apt/sources.list"),
                """
                deb http://m.example/debian bookworm main
                deb http://m.example/debian-security bookworm-security main
                deb http://m.example/debian bookworm-backports main
                deb http://m.example/debian trixie main
                """);
        Files.writeString(
                list.resolve("docker.list"), "deb https://docker.example/debian bookworm stable\n");
        Files.writeString(
                list.resolve("pg.list"), "deb https://pg.example/apt bookworm-pgdg main\n");
        Files.writeString(list.resolve("old.list.save"), "deb http://no.example bookworm main\n");
        var machine = new Machine(root, Map.of(), Clock.systemUTC());

        assertThat(suites(machine, "")).containsExactly("bookworm", "bookworm-security");
        assertThat(suites(machine, "suite: trixie\n")).containsExactly("trixie");
        assertThat(suites(machine, "suite: forky\n")).containsExactly("forky", "forky-security");
    }

    private static List<String> suites(Machine machine, String more) throws Exception {
        var definition = RepositoriesTest.definition("packages: [hello]\n" + more);
        return SourceSelection.select(definition, machine).stream().map(AptSource::suite).toList();
    }

    @Test
    void settings_nestedAndFlat() {
        var values = new HashMap<String, String>();
        AptSettings.parse(
                """
                // comment; with "signs" {
                APT { NeverAutoRemove { "^linux-.*"; }; };
                Acquire::http::Proxy "http://proxy.example:3128"; # another
                Acquire { https { Proxy "DIRECT"; }; Check-Valid-Until "no"; };
                /* Acquire::http::Proxy "http://wrong"; */
                """,
                values);
        var settings = AptSettings.of(values);
        assertThat(settings.httpProxy()).isEqualTo("http://proxy.example:3128");
        assertThat(settings.httpsProxy()).isNull();
        assertThat(settings.checkValidUntil()).isFalse();
    }

    @Test
    void safe_dropsCredentials() {
        assertThat(Downloads.safe("https://me:secret@x.example/a@b"))
                .isEqualTo("https://x.example/a@b");
        assertThat(Downloads.safe("https://x.example/a@b")).isEqualTo("https://x.example/a@b");
    }
}
