package dev.slipway.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DigestTest {
    private static final String HEX =
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    @Test
    void sha256_ofNothing() throws Exception {
        Digest digest = Digest.sha256(new byte[0]);
        assertThat(digest).hasToString("sha256:" + HEX).isEqualTo(Digest.parse("sha256:" + HEX));
        assertThat(digest.matches(new byte[0])).isTrue();
        assertThat(digest.matches("x".getBytes(UTF_8))).isFalse();
    }

    /// CVE-2024-3727: a digest is used as a path.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "sha256:",
                "sha256",
                ":" + HEX,
                "sha256:../../../../etc/passwd",
                "sha256:" + "../" + "0000000000000000000000000000000000000000000000000000000000000",
                "../sha256:" + HEX,
                "sha256:" + HEX + "0",
                "SHA256:" + HEX,
                "sha1:da39a3ee5e6b4b0d3255bfef95601890afd80709",
                "sha512:" + HEX,
                "sha256:E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855",
                "sha256+b64:" + HEX,
            })
    void parse_refusesWhatIsNoSafeFileName(String text) {
        assertThatThrownBy(() -> Digest.parse(text)).isInstanceOf(InvalidDigestException.class);
    }

    @Test
    void sha512_isRead() throws Exception {
        Digest digest = Digest.parse("sha512:" + HEX + HEX);
        assertThat(digest.newCalculation().getAlgorithm()).isEqualTo("SHA-512");
    }

    @Test
    void new_refusesWhatParseDoes() {
        assertThatThrownBy(() -> new Digest("sha1", HEX))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Digest("sha256", HEX + "0"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Digest("sha256", HEX.replace('e', 'E')))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void digests_areEqualAndOrderedByBothParts() throws Exception {
        Digest one = Digest.parse("sha256:" + HEX);
        Digest two = Digest.parse("sha256:" + HEX.replace('e', 'f'));
        Digest wide = Digest.parse("sha512:" + "0".repeat(128));
        assertThat(one)
                .isEqualTo(Digest.sha256(new byte[0]))
                .hasSameHashCodeAs(Digest.parse("sha256:" + HEX));
        assertThat(one).isNotEqualTo(two).isNotEqualTo(wide);
        assertThat(one).isLessThan(two);
        assertThat(two).isLessThan(wide); // though its digits are greater
        assertThat(one.shortHex()).isEqualTo("e3b0c44298fc");
    }
}
