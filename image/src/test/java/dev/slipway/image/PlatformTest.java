package dev.slipway.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlatformTest {
    @ParameterizedTest
    @CsvSource({
        "linux/amd64, linux/amd64",
        "linux/x86_64, linux/amd64",
        "Linux/X86-64, linux/amd64",
        "linux/amd64/v1, linux/amd64",
        "linux/amd64/v3, linux/amd64/v3",
        "linux/aarch64, linux/arm64",
        "linux/arm64/v8, linux/arm64",
        "linux/arm64/8, linux/arm64",
        "linux/arm64/v9, linux/arm64/v9",
        "linux/arm, linux/arm/v7",
        "linux/arm/7, linux/arm/v7",
        "linux/armhf, linux/arm/v7",
        "linux/armel, linux/arm/v6",
        "linux/arm/v6, linux/arm/v6",
        "linux/i386, linux/386",
        "macos/arm64, darwin/arm64",
        "arm64, linux/arm64",
        "s390x, linux/s390x",
        "windows/amd64, windows/amd64",
    })
    void parse_normalises(String text, String normal) throws Exception {
        assertThat(Platform.parse(text)).hasToString(normal);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "linux/",
                "linux//v8",
                "a/b/c/d",
                "plan 9",
                "linux/am d64",
                "nonesuch"
            })
    void parse_refuses(String text) {
        assertThatThrownBy(() -> Platform.parse(text))
                .isInstanceOf(ImageException.class)
                .hasMessageContaining("platform");
    }

    @ParameterizedTest
    @CsvSource({
        "linux/amd64, linux/amd64, true",
        "linux/amd64, linux/arm64, false",
        "windows/amd64, linux/amd64, false",
        "linux/arm64/v8, linux/arm64, true",
        "linux/arm/v6, linux/arm/v7, true",
        "linux/arm/v7, linux/arm/v6, false",
        "linux/amd64, linux/amd64/v3, true",
        "linux/amd64/v3, linux/amd64, false",
    })
    void matches_olderVariantsRun(String image, String wanted, boolean expected) throws Exception {
        assertThat(Platform.parse(image).matches(Platform.parse(wanted))).isEqualTo(expected);
    }

    @Test
    void select_bestVariantNoAttestation() throws Exception {
        var attestation =
                descriptor("linux/amd64")
                        .withPlatform(Platform.of("unknown", "unknown"))
                        .withAnnotation("vnd.docker.reference.type", "attestation-manifest");
        Index index =
                Index.of(
                        MediaTypes.OCI_INDEX,
                        java.util.List.of(
                                attestation,
                                descriptor("linux/arm/v5"),
                                descriptor("linux/arm/v7"),
                                descriptor("linux/arm/v6"),
                                descriptor("linux/amd64")),
                        java.util.Collections.emptySortedMap());
        assertThat(chosen(index, "linux/arm/v7")).isEqualTo("linux/arm/v7");
        assertThat(chosen(index, "linux/arm/v6")).isEqualTo("linux/arm/v6");
        assertThat(chosen(index, "linux/amd64/v2")).isEqualTo("linux/amd64");
        assertThat(index.select(Platform.parse("linux/s390x"))).isEmpty();
        assertThat(Index.parse(index.raw())).isEqualTo(index);
    }

    private static String chosen(Index index, String wanted) throws Exception {
        return String.valueOf(index.select(Platform.parse(wanted)).orElseThrow().platform());
    }

    private static Descriptor descriptor(String platform) throws Exception {
        return Descriptor.of(
                        MediaTypes.OCI_MANIFEST,
                        Digest.sha256(platform.getBytes(java.nio.charset.StandardCharsets.UTF_8)),
                        5)
                .withPlatform(Platform.parse(platform));
    }
}
