package dev.slipway.distribution.storage;

import dev.slipway.distribution.http.Headers;
import dev.slipway.distribution.http.HttpBody;
import dev.slipway.distribution.http.HttpRequest;

import org.jspecify.annotations.Nullable;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// AWS Signature Version 4 in the `Authorization` header, as S3 wants it: paths are encoded once,
/// and the digest of the body is signed.
final class S3Signer {
    /// The digest of an empty body.
    static final String EMPTY = sha256(new byte[0]);

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
    private static final String ALGORITHM = "AWS4-HMAC-SHA256";

    private final AwsCredentials credentials;
    private final String region;

    S3Signer(AwsCredentials credentials, String region) {
        this.credentials = credentials;
        this.region = region;
    }

    /// A request that is not signed yet.
    ///
    /// @param path with its leading slash, not encoded
    /// @param query not encoded
    /// @param headers further ones, which are signed; their names in lower case
    /// @param bodyDigest SHA-256 of the body, in hex
    record Unsigned(
            String method,
            String origin,
            String path,
            SortedMap<String, String> query,
            SortedMap<String, String> headers,
            @Nullable HttpBody body,
            String bodyDigest) {}

    HttpRequest sign(Unsigned request, Instant now) {
        String time = TIME.format(now);
        String date = time.substring(0, 8);
        String target = request.origin() + encoded(request.path(), true);
        String query = query(request.query());
        URI uri = URI.create(query.isEmpty() ? target : target + "?" + query);
        var signed = new TreeMap<>(request.headers());
        signed.put("host", uri.getRawAuthority());
        signed.put("x-amz-content-sha256", request.bodyDigest());
        signed.put("x-amz-date", time);
        if (credentials.sessionToken() != null) {
            signed.put("x-amz-security-token", credentials.sessionToken());
        }
        String names = String.join(";", signed.keySet());
        var canonical = new StringBuilder();
        canonical.append(request.method()).append('\n').append(uri.getRawPath()).append('\n');
        canonical.append(query).append('\n');
        for (Map.Entry<String, String> header : signed.entrySet()) {
            canonical.append(header.getKey()).append(':').append(header.getValue().strip());
            canonical.append('\n');
        }
        canonical.append('\n').append(names).append('\n').append(request.bodyDigest());
        String scope = date + "/" + region + "/s3/aws4_request";
        String toSign =
                ALGORITHM + "\n" + time + "\n" + scope + "\n" + sha256(bytes(canonical.toString()));
        String signature = HexFormat.of().formatHex(hmac(key(date), toSign));
        signed.remove("host"); // the transport writes it
        var headers = new Headers();
        for (Map.Entry<String, String> header : signed.entrySet()) {
            headers.add(header.getKey(), header.getValue());
        }
        headers.add(
                "Authorization",
                ALGORITHM
                        + " Credential="
                        + credentials.accessKeyId()
                        + "/"
                        + scope
                        + ", SignedHeaders="
                        + names
                        + ", Signature="
                        + signature);
        return new HttpRequest(request.method(), uri, headers, request.body());
    }

    private byte[] key(String date) {
        byte[] key = hmac(bytes("AWS4" + credentials.secretAccessKey()), date);
        key = hmac(key, region);
        key = hmac(key, "s3");
        return hmac(key, "aws4_request");
    }

    private static String query(SortedMap<String, String> query) {
        var text = new StringBuilder();
        for (Map.Entry<String, String> each : query.entrySet()) {
            text.append(text.isEmpty() ? "" : "&").append(encoded(each.getKey(), false));
            text.append('=').append(encoded(each.getValue(), false));
        }
        return text.toString();
    }

    /// All but letters, digits and `-._~` in percent notation.
    static String encoded(String text, boolean keepSlashes) {
        var out = new StringBuilder();
        for (byte b : bytes(text)) {
            char c = (char) (b & 0xff);
            boolean plain =
                    (c >= 'A' && c <= 'Z')
                            || (c >= 'a' && c <= 'z')
                            || (c >= '0' && c <= '9')
                            || "-._~".indexOf(c) >= 0
                            || (keepSlashes && c == '/');
            if (plain) {
                out.append(c);
            } else {
                out.append('%').append(HexFormat.of().withUpperCase().toHexDigits(b));
            }
        }
        return out.toString();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static String sha256(byte[] content) {
        return HexFormat.of().formatHex(digest().digest(content));
    }

    static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e); // every JDK has it
        }
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(bytes(text));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
