package dev.slipway.distribution.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.image.Digest;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Where requests for a bucket go and in whose name, as a proxy sees it: the hosts need not exist.
class S3AddressTest {
    private static final Digest BLOB = Digest.sha256(new byte[0]);

    @TempDir private Path home;
    private ServerSocket proxy;
    private final List<String> heads = Collections.synchronizedList(new ArrayList<>());

    @BeforeEach
    void listen() throws IOException {
        proxy = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::serve);
    }

    @AfterEach
    void close() throws IOException {
        proxy.close();
    }

    /// Says of all objects that they are not there, and lets nobody through to TLS.
    private void serve() {
        while (!proxy.isClosed()) {
            try (Socket client = proxy.accept()) {
                var in =
                        new BufferedReader(
                                new InputStreamReader(
                                        client.getInputStream(), StandardCharsets.ISO_8859_1));
                var head = new StringBuilder();
                for (String line = in.readLine();
                        line != null && !line.isEmpty();
                        line = in.readLine()) {
                    head.append(line).append('\n');
                }
                heads.add(head.toString());
                boolean tunnel = head.indexOf("CONNECT ") == 0;
                String status = tunnel ? "403 Forbidden" : "404 Not Found";
                client.getOutputStream()
                        .write(
                                ("HTTP/1.1 "
                                                + status
                                                + "\r\nConnection: close\r\n"
                                                + "Content-Length: 0\r\n\r\n")
                                        .getBytes(StandardCharsets.US_ASCII));
            } catch (IOException _) {
                // that client is gone
            }
        }
    }

    private Map<String, String> environment(Map<String, String> more) {
        Map<String, String> all = new HashMap<>(more);
        String address = "http://127.0.0.1:" + proxy.getLocalPort();
        all.put("http_proxy", address);
        all.put("https_proxy", address);
        all.put("HOME", home.toString());
        return all;
    }

    private static S3Settings settings(
            String bucket, @Nullable String endpoint, boolean pathStyle, @Nullable String id) {
        return new S3Settings(
                bucket,
                "eu-west-1",
                "team/",
                "blobs/",
                "manifests/",
                List.of("main"),
                endpoint == null ? null : URI.create(endpoint),
                pathStyle,
                id,
                id == null ? null : "given-secret",
                id == null ? null : "given-token",
                Duration.ofHours(24),
                4);
    }

    private String asked(S3Settings settings, Map<String, String> more) throws IOException {
        heads.clear();
        try (var storage = S3Storage.open(settings, environment(more), InstantSource.system())) {
            assertThat(storage.has(BLOB)).isFalse();
        }
        return heads.getFirst();
    }

    @ParameterizedTest
    @CsvSource({
        "http://s3.example:9000, false, bucket, bucket.s3.example:9000, /team/",
        "http://s3.example:9000, true, bucket, s3.example:9000, /bucket/team/",
        "http://s3.example, false, my.bucket, my.bucket.s3.example, /team/",
        "http://s3.example/base, true, bucket, s3.example, /base/bucket/team/",
        "http://s3.example/base/, false, bucket, bucket.s3.example, /base/team/",
    })
    void bucket_isInTheHostOrInThePath(
            String endpoint, boolean pathStyle, String bucket, String host, String path)
            throws Exception {
        String place = "http://" + host + path + "blobs/" + BLOB;
        Map<String, String> keys = Map.of("AWS_ACCESS_KEY_ID", "ID", "AWS_SECRET_ACCESS_KEY", "S");
        String given = asked(settings(bucket, endpoint, pathStyle, null), keys);
        assertThat(given)
                .startsWith("HEAD " + place.replace("sha256:", "sha256%3A") + " HTTP/1.1\n")
                .contains("Host: " + host + "\n");

        Map<String, String> named = new HashMap<>(keys);
        named.put("AWS_ENDPOINT_URL", "http://not.this");
        named.put("AWS_ENDPOINT_URL_S3", endpoint);
        assertThat(asked(settings(bucket, null, pathStyle, null), named))
                .contains("Host: " + host + "\n");
    }

    @ParameterizedTest
    @CsvSource({
        "bucket, bucket.s3.eu-west-1.amazonaws.com:443",
        // no certificate of AWS would cover it
        "my.bucket, s3.eu-west-1.amazonaws.com:443",
    })
    void bucketOfAws_isInTheHost_whereACertificateCoversIt(String bucket, String host)
            throws Exception {
        Map<String, String> keys = Map.of("AWS_ACCESS_KEY_ID", "ID", "AWS_SECRET_ACCESS_KEY", "S");
        S3Settings settings = settings(bucket, null, false, null);
        try (var storage = S3Storage.open(settings, environment(keys), InstantSource.system())) {
            assertThatThrownBy(() -> storage.has(BLOB)).isInstanceOf(IOException.class);
        }
        assertThat(heads.getFirst()).startsWith("CONNECT " + host + " ");
    }

    private String who(@Nullable String id, Map<String, String> environment) throws IOException {
        String head = asked(settings("b", "http://s3.example", true, id), environment);
        String credential = head.substring(head.indexOf("Credential=") + 11);
        int token = head.toLowerCase(java.util.Locale.ROOT).indexOf("x-amz-security-token: ");
        return credential.substring(0, credential.indexOf('/'))
                + " "
                + (token < 0 ? "-" : head.substring(token + 22, head.indexOf('\n', token)));
    }

    @Test
    void credentials_areThoseGiven_orOfTheEnvironment_orOfTheProfile() throws Exception {
        Files.createDirectories(home.resolve(".aws"));
        Files.writeString(
                home.resolve(".aws/credentials"),
                """
                [default]
                aws_access_key_id = USUAL
                aws_secret_access_key = s
                [ci]
                aws_access_key_id=CI
                aws_secret_access_key=s
                aws_session_token=ci-token
                """);
        Files.writeString(
                home.resolve(".aws/config"),
                """
                [profile configured]
                aws_access_key_id = CONFIGURED
                aws_secret_access_key = s
                """);
        var variables =
                Map.of(
                        "AWS_ACCESS_KEY_ID", "ENV",
                        "AWS_SECRET_ACCESS_KEY", "s",
                        "AWS_SESSION_TOKEN", "env-token",
                        "AWS_PROFILE", "ci");
        assertThat(who("GIVEN", variables)).isEqualTo("GIVEN given-token");
        assertThat(who(null, variables)).isEqualTo("ENV env-token");
        assertThat(who(null, Map.of("AWS_PROFILE", "ci"))).isEqualTo("CI ci-token");
        assertThat(who(null, Map.of("AWS_DEFAULT_PROFILE", "ci"))).isEqualTo("CI ci-token");
        assertThat(who(null, Map.of())).isEqualTo("USUAL -");
        assertThat(who(null, Map.of("AWS_PROFILE", "configured"))).isEqualTo("CONFIGURED -");
        // A token without the keys it is for is nobody's.
        assertThat(who(null, Map.of("AWS_SESSION_TOKEN", "lost"))).isEqualTo("USUAL -");
        Path elsewhere =
                Files.writeString(
                        home.resolve("keys"),
                        "[default]\naws_access_key_id = FILE\naws_secret_access_key = s\n");
        assertThat(who(null, Map.of("AWS_SHARED_CREDENTIALS_FILE", elsewhere.toString())))
                .isEqualTo("FILE -");
        assertThatThrownBy(() -> who(null, Map.of("AWS_PROFILE", "nobody")))
                .hasMessageContaining("the profile \"nobody\" of ");
    }
}
