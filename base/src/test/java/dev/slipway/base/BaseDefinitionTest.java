package dev.slipway.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.slipway.image.Digest;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

class BaseDefinitionTest {
    @Test
    void parse_everything() throws Exception {
        var definition =
                BaseDefinition.parse(
                        "base.yaml",
                        """
                        name: example/base
                        flavour: distroless
                        suite: bookworm
                        architecture: arm64
                        packages: [libc6, "libssl3 (>= 3)"]
                        data: tzdata
                        without: [perl]
                        links: {/usr/bin/sh: busybox}
                        trim: [docs, man]
                        sources:
                          - uri: http://mirror.example/debian
                            suites: [bookworm, bookworm-updates]
                            signed-by: /keys/a.gpg
                            check-valid-until: false
                        keyring: /keys/b.gpg
                        source-date-epoch: 1700000000
                        user: nonroot
                        workdir: /srv
                        env: {LANG: C.UTF-8}
                        entrypoint: [/app]
                        cmd: []
                        labels: {a: b}
                        """);
        assertThat(definition.flavour()).isEqualTo(Flavour.DISTROLESS);
        assertThat(definition.packages()).containsExactly("libc6", "libssl3 (>= 3)");
        assertThat(definition.data()).containsExactly("tzdata");
        assertThat(definition.trim()).containsExactlyInAnyOrder(Trim.DOCS, Trim.MAN);
        assertThat(definition.sources().getFirst().suites()).hasSize(2);
        assertThat(definition.epoch()).isEqualTo(Instant.ofEpochSecond(1_700_000_000));
        assertThat(definition.config().env())
                .contains("LANG=C.UTF-8")
                .anyMatch(e -> e.startsWith("PATH="));
        assertThat(definition.config().entrypoint()).containsExactly("/app");
        assertThat(definition.config().cmd()).isEqualTo(List.of());
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = "=>",
            textBlock =
                    """
                    'flavour: minbas'                             => 1:10 => did you mean 'minbase'?
                    'flavour: minbase\\npackage: x'                => 2:1  => did you mean 'packages'?
                    'flavour: minbase\\ndata: [x]'                 => 2:7  => list the packages in 'packages'
                    'flavour: minbase\\npackages: [ab, "b!d"]'     => 2:16 => null
                    'flavour: minbase\\npackages: [[x]]'           => 2:12 => null
                    'flavour: minbase\\nenv: [x]'                  => 2:6  => null
                    'packages: [x]'                               => 1:1  => null
                    'flavour: minbase\\nflavour: minbase'          => 2:1  => null
                    'flavour: minbase\\nsuite: ../x'               => 2:8  => null
                    'flavour: minbase\\nsource-date-epoch: soon'   => 2:20 => null
                    'a: &x [1]\\nb: *x'                            => 2:4  => null
                    'flavour: minbase\\nlinks: {sh: busybox}'      => 2:8  => null
                    'flavour: [minbase'                           => 1:18 => null
                    """,
            nullValues = "null")
    void parse_mistake_saysWhere(String text, String place, String hint) {
        assertThatThrownBy(() -> BaseDefinition.parse("b.yaml", text.replace("\\n", "\n")))
                .asInstanceOf(type(DefinitionException.class))
                .satisfies(e -> {
                    assertThat(e.getMessage()).startsWith("b.yaml:" + place + ": ");
                    if (hint != null) {
                        assertThat(e.hint()).isEqualTo(hint);
                    }
                });
    }

    @Test
    void parse_nestedDeeply_endsInAnError() {
        assertThatThrownBy(() -> BaseDefinition.parse("b.yaml", "[".repeat(100_000)))
                .isInstanceOf(DefinitionException.class);
    }

    @Test
    void parse_keyring_isBesideTheFile() throws Exception {
        var definition =
                BaseDefinition.parse("/some/where/base.yaml", "flavour: minbase\nkeyring: k.gpg\n");
        assertThat(definition.keyring()).isEqualTo(Path.of("/some/where/k.gpg"));
    }

    @Test
    void lock_isBesideTheDefinition() {
        assertThat(BaseLock.beside(Path.of("dir/builder.yaml")))
                .isEqualTo(Path.of("dir/builder.lock"));
    }

    @Test
    void lock_survivesWritingAndReading() throws Exception {
        var lock =
                new BaseLock(
                        "bookworm",
                        "amd64",
                        Instant.parse("2026-07-11T10:16:37Z"),
                        List.of("flavour distroless", "package libc6 (>= 2)"),
                        List.of(
                                new BaseLock.Pin(
                                        "libc6",
                                        "2.36-9+deb12u14",
                                        "amd64",
                                        "bookworm",
                                        "pool/main/g/glibc/libc6.deb",
                                        42,
                                        Digest.sha256(new byte[0]))));
        assertThat(BaseLock.parse("base.lock", lock.text())).isEqualTo(lock);
        assertThatThrownBy(
                        () -> BaseLock.parse("base.lock", lock.text().replace("pool/", "../pool/")))
                .isInstanceOf(DefinitionException.class);
    }
}
