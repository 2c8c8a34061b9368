package dev.slipway.distribution.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.distribution.http.HttpRequest;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/// Signatures, among them those that AWS publishes for S3 ("Signature Calculations for the
/// Authorization Header: Examples").
class S3SignerTest {
    private static final Instant NOW = Instant.parse("2013-05-24T00:00:00Z");
    private static final String BUCKET = "https://examplebucket.s3.amazonaws.com";

    private static HttpRequest signed(
            @Nullable String token,
            String method,
            String path,
            Map<String, String> query,
            Map<String, String> headers,
            String body) {
        var credentials =
                new AwsCredentials(
                        "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", token);
        return new S3Signer(credentials, "us-east-1")
                .sign(
                        new S3Signer.Unsigned(
                                method,
                                BUCKET,
                                path,
                                new TreeMap<>(query),
                                new TreeMap<>(headers),
                                null,
                                S3Signer.sha256(body.getBytes(StandardCharsets.UTF_8))),
                        NOW);
    }

    private static String authorization(HttpRequest request) {
        return String.valueOf(request.headers().first("Authorization"));
    }

    @Test
    void signature_ofAWholeRequest_isAsPublished() {
        var get = signed(null, "GET", "/test.txt", Map.of(), Map.of("range", "bytes=0-9"), "");
        assertThat(authorization(get))
                .isEqualTo(
                        "AWS4-HMAC-SHA256"
                                + " Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"
                                + " SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,"
                                + " Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
    }

    @Test
    void signature_ofAPathThatIsEscaped_andABody_isAsPublished() {
        var put =
                signed(
                        null,
                        "PUT",
                        "/test$file.text",
                        Map.of(),
                        Map.of(
                                "date",
                                "Fri, 24 May 2013 00:00:00 GMT",
                                "x-amz-storage-class",
                                "REDUCED_REDUNDANCY"),
                        "Welcome to Amazon S3.");
        assertThat(put.uri().toString()).isEqualTo(BUCKET + "/test%24file.text");
        assertThat(authorization(put))
                .endsWith("=98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd");
    }

    @Test
    void signature_ofQueries_isAsPublished() {
        assertThat(authorization(signed(null, "GET", "/", Map.of("lifecycle", ""), Map.of(), "")))
                .endsWith("=fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543");
        var list = Map.of("max-keys", "2", "prefix", "J");
        assertThat(authorization(signed(null, "GET", "/", list, Map.of(), "")))
                .endsWith("=34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7");
    }

    @Test
    void sessionToken_isSentAndSigned() {
        var plain = signed(null, "GET", "/a", Map.of(), Map.of(), "");
        var one = signed("token+/=1", "GET", "/a", Map.of(), Map.of(), "");
        var other = signed("token+/=2", "GET", "/a", Map.of(), Map.of(), "");
        assertThat(plain.headers().first("x-amz-security-token")).isNull();
        assertThat(one.headers().first("x-amz-security-token")).isEqualTo("token+/=1");
        assertThat(authorization(one))
                .contains(
                        "SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-security-token,")
                .isNotEqualTo(authorization(other));
    }

    @Test
    void keys_areEscapedOnce() {
        assertThat(S3Signer.encoded("/a b/ü+%~_.-", true)).isEqualTo("/a%20b/%C3%BC%2B%25~_.-");
        assertThat(S3Signer.encoded("a/b=c&d", false)).isEqualTo("a%2Fb%3Dc%26d");
    }
}
