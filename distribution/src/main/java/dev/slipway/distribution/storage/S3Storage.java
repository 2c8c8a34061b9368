package dev.slipway.distribution.storage;

import dev.slipway.distribution.BlobSource;
import dev.slipway.distribution.Parallel;
import dev.slipway.distribution.http.HttpBody;
import dev.slipway.distribution.http.HttpResponse;
import dev.slipway.image.Descriptor;
import dev.slipway.image.Digest;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// A cache in an S3 bucket, in BuildKit's layout: `<prefix><blobs_prefix><digest>` for blobs and
/// `<prefix><manifests_prefix><name>` for the index.
///
/// A blob's digest is the body's digest that a signature needs, so a blob is sent without being
/// read before, and the service refuses one that is damaged on its way. A large blob is sent in
/// parts.
public final class S3Storage implements BlobStorage {
    private static final int MAX_ERROR_BYTES = 64 << 10;
    private static final long MAX_COPY_BYTES = 5L << 30;
    private static final int MOST_PARTS = 10_000;

    /// Blobs up to this size go in one request.
    static final long WHOLE_BYTES = 64L << 20;

    private static final long PART_BYTES = 16L << 20;

    private final S3Settings settings;
    private final Requests requests;
    private final S3Signer signer;
    private final InstantSource clock;
    private final String origin;
    private final String root;

    private S3Storage(
            S3Settings settings,
            Requests requests,
            AwsCredentials credentials,
            String region,
            @Nullable URI endpoint,
            InstantSource clock) {
        this.settings = settings;
        this.requests = requests;
        this.signer = new S3Signer(credentials, region);
        this.clock = clock;
        String bucket = settings.bucket();
        if (endpoint == null) {
            String end = region.startsWith("cn-") ? ".amazonaws.com.cn" : ".amazonaws.com";
            // A certificate for *.s3… does not cover a bucket with a dot.
            boolean path = bucket.indexOf('.') >= 0;
            this.origin = "https://" + (path ? "" : bucket + ".") + "s3." + region + end;
            this.root = path ? "/" + bucket + "/" : "/";
        } else {
            String host = endpoint.getRawAuthority();
            boolean path = settings.pathStyle();
            this.origin = endpoint.getScheme() + "://" + (path ? "" : bucket + ".") + host;
            String base = endpoint.getRawPath() == null ? "" : endpoint.getRawPath();
            String slash = base.endsWith("/") ? base : base + "/";
            this.root = path ? slash + bucket + "/" : slash;
        }
    }

    /// Opens a place; nothing is asked yet.
    ///
    /// @param environment of the process: credentials, region and proxies
    /// @throws IOException if there are no credentials, or no region
    public static S3Storage open(
            S3Settings settings, Map<String, String> environment, InstantSource clock)
            throws IOException {
        String secret = settings.secretAccessKey();
        String id = settings.accessKeyId();
        AwsCredentials credentials =
                id != null && secret != null
                        ? new AwsCredentials(id, secret, settings.sessionToken())
                        : AwsCredentials.find(environment);
        String region = settings.region();
        for (String name : List.of("AWS_REGION", "AWS_DEFAULT_REGION")) {
            region = region == null || region.isEmpty() ? environment.get(name) : region;
        }
        region = region == null || region.isEmpty() ? AwsCredentials.region(environment) : region;
        if (region == null) {
            throw new StorageException(
                    "the region of the bucket " + settings.bucket() + " is not known: give region=",
                    0,
                    "");
        }
        return new S3Storage(
                settings,
                new Requests(environment, null),
                credentials,
                region,
                endpoint(settings, environment),
                clock);
    }

    private static @Nullable URI endpoint(S3Settings settings, Map<String, String> environment)
            throws StorageException {
        if (settings.endpoint() != null) {
            return settings.endpoint();
        }
        for (String name : List.of("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL")) {
            String given = environment.getOrDefault(name, "");
            try {
                if (!given.isEmpty()) {
                    return URI.create(given);
                }
            } catch (IllegalArgumentException _) {
                throw new StorageException(name + " is no address", 0, "");
            }
        }
        return null;
    }

    @Override
    public String name() {
        return settings.toString();
    }

    @Override
    public int width() {
        return settings.uploadParallelism();
    }

    private String key(Digest blob) {
        return settings.prefix() + settings.blobsPrefix() + blob;
    }

    private String key(String manifest) {
        return settings.prefix() + settings.manifestsPrefix() + manifest;
    }

    @Override
    public List<byte[]> indexes(int maxBytes) throws IOException {
        try (HttpResponse response = get(key(settings.names().getFirst()), 0)) {
            if (response.status() == 404) {
                StorageException missing = refused(response, "reading the cache");
                if (missing.code().equals("NoSuchBucket")) {
                    throw missing;
                }
                return List.of();
            }
            return List.of(good(response, "reading the cache").read(maxBytes));
        }
    }

    @Override
    public void putIndex(byte[] content) throws IOException {
        for (String name : settings.names()) {
            put(key(name), HttpBody.of(content), S3Signer.sha256(content), "writing the cache");
        }
    }

    @Override
    public boolean has(Digest blob) throws IOException {
        String key = key(blob);
        try (HttpResponse response = send("HEAD", key, Map.of(), Map.of(), null, S3Signer.EMPTY)) {
            if (response.status() == 404) {
                return false;
            }
            good(response, "looking for a blob");
            long size = response.headers().number("Content-Length");
            if (isOld(response.headers().first("Last-Modified")) && size <= MAX_COPY_BYTES) {
                touch(key);
            }
            return true;
        }
    }

    private boolean isOld(@Nullable String modified) {
        if (modified == null) {
            return false;
        }
        try {
            Instant then =
                    ZonedDateTime.parse(modified, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
            Duration age = Duration.between(then, clock.instant());
            return age.compareTo(settings.touchRefresh()) > 0;
        } catch (DateTimeException _) {
            return false;
        }
    }

    /// Copies an object onto itself, so that a rule that lets old ones expire passes it by.
    private void touch(String key) throws IOException {
        String source = "/" + settings.bucket() + "/" + key;
        var headers =
                Map.of(
                        "x-amz-copy-source", S3Signer.encoded(source, true),
                        "x-amz-metadata-directive", "REPLACE",
                        "x-amz-meta-updated-at", clock.instant().toString());
        try (HttpResponse response =
                send("PUT", key, Map.of(), headers, HttpBody.EMPTY, S3Signer.EMPTY)) {
            good(response, "refreshing a blob");
        }
    }

    @Override
    public InputStream open(Descriptor blob) throws IOException {
        String key = key(blob.digest());
        return new ResumingBlob(from -> {
            HttpResponse response = get(key, from);
            boolean kept = false;
            try {
                good(response, "reading the blob " + blob.digest().shortHex());
                kept = true;
                return response;
            } finally {
                if (!kept) {
                    response.close();
                }
            }
        });
    }

    @Override
    public void put(BlobSource blob) throws IOException {
        Descriptor descriptor = blob.descriptor();
        String key = key(descriptor.digest());
        if (descriptor.size() > WHOLE_BYTES) {
            putParts(key, blob);
        } else {
            var body = new BlobPart(blob, 0, descriptor.size());
            put(key, body, descriptor.digest().hex(), "writing a blob");
        }
    }

    private void put(String key, HttpBody body, String digest, String doing) throws IOException {
        try (HttpResponse response = send("PUT", key, Map.of(), Map.of(), body, digest)) {
            good(response, doing);
        }
    }

    /// Sends a blob as a multipart upload; one that fails leaves no parts behind.
    private void putParts(String key, BlobSource blob) throws IOException {
        String upload = begin(key);
        boolean done = false;
        try {
            long size = blob.descriptor().size();
            long part = Math.max(PART_BYTES, size / MOST_PARTS + 1);
            int count = (int) ((size + part - 1) / part);
            List<String> tags =
                    Collections.synchronizedList(new ArrayList<>(Collections.nCopies(count, "")));
            var tasks = new ArrayList<Parallel.Task>();
            for (int i = 0; i < count; i++) {
                int number = i;
                var body = new BlobPart(blob, i * part, Math.min(part, size - i * part));
                tasks.add(() -> tags.set(number, putPart(key, upload, number + 1, body)));
            }
            Parallel.run(settings.uploadParallelism(), tasks);
            complete(key, upload, tags);
            done = true;
        } finally {
            if (!done) {
                abort(key, upload);
            }
        }
    }

    private String begin(String key) throws IOException {
        try (HttpResponse response =
                send(
                        "POST",
                        key,
                        Map.of("uploads", ""),
                        Map.of(),
                        HttpBody.EMPTY,
                        S3Signer.EMPTY)) {
            good(response, "writing a blob");
            String id = element(text(response), "UploadId");
            if (id.isEmpty()) {
                throw new StorageException(
                        settings + ": an upload was begun without an id", response.status(), "");
            }
            return id;
        }
    }

    private String putPart(String key, String upload, int number, BlobPart body)
            throws IOException {
        var query = Map.of("partNumber", Integer.toString(number), "uploadId", upload);
        try (HttpResponse response = send("PUT", key, query, Map.of(), body, body.digest())) {
            good(response, "writing a part of a blob");
            String tag = response.headers().first("ETag");
            return tag == null ? "" : tag;
        }
    }

    private void complete(String key, String upload, List<String> tags) throws IOException {
        var xml = new StringBuilder("<CompleteMultipartUpload>");
        for (int i = 0; i < tags.size(); i++) {
            xml.append("<Part><PartNumber>").append(i + 1).append("</PartNumber><ETag>");
            xml.append(tags.get(i).replace("&", "&amp;").replace("<", "&lt;"));
            xml.append("</ETag></Part>");
        }
        byte[] body =
                xml.append("</CompleteMultipartUpload>")
                        .toString()
                        .getBytes(StandardCharsets.UTF_8);
        var query = Map.of("uploadId", upload);
        try (HttpResponse response =
                send("POST", key, query, Map.of(), HttpBody.of(body), S3Signer.sha256(body))) {
            good(response, "writing a blob");
            String answer = text(response);
            if (answer.contains("<Error>")) { // said with status 200, as the answer had begun
                throw refused("writing a blob", 200, answer);
            }
        }
    }

    private void abort(String key, String upload) {
        try (HttpResponse response =
                send("DELETE", key, Map.of("uploadId", upload), Map.of(), null, S3Signer.EMPTY)) {
            response.read(MAX_ERROR_BYTES);
        } catch (IOException _) {
            return; // why the upload failed is what counts
        }
    }

    private HttpResponse get(String key, long from) throws IOException {
        Map<String, String> range = from == 0 ? Map.of() : Map.of("range", "bytes=" + from + "-");
        return send("GET", key, Map.of(), range, null, S3Signer.EMPTY);
    }

    private HttpResponse send(
            String method,
            String key,
            Map<String, String> query,
            Map<String, String> headers,
            @Nullable HttpBody body,
            String digest)
            throws IOException {
        SortedMap<String, String> sortedQuery = new TreeMap<>(query);
        SortedMap<String, String> sortedHeaders = new TreeMap<>(headers);
        var request =
                new S3Signer.Unsigned(
                        method, origin, root + key, sortedQuery, sortedHeaders, body, digest);
        try {
            return requests.send(() -> signer.sign(request, clock.instant()));
        } catch (StorageException e) {
            throw e;
        } catch (IllegalArgumentException _) {
            throw new StorageException(settings + " is no place of the web", 0, "");
        } catch (IOException e) {
            throw new IOException(settings + " cannot be reached: " + e.getMessage(), e);
        }
    }

    private HttpResponse good(HttpResponse response, String doing) throws IOException {
        if (!response.isSuccess()) {
            throw refused(response, doing);
        }
        return response;
    }

    private StorageException refused(HttpResponse response, String doing) throws IOException {
        String region = response.headers().first("x-amz-bucket-region");
        if (response.isRedirect() && region != null) {
            return new StorageException(
                    settings + " is in the region " + Requests.shown(region) + ": give region=",
                    response.status(),
                    "PermanentRedirect");
        }
        return refused(doing, response.status(), text(response));
    }

    /// Takes only what the service says in words: its answer repeats signatures as well.
    private StorageException refused(String doing, int status, String answer) {
        String code = Requests.shown(element(answer, "Code"));
        String message = Requests.shown(element(answer, "Message"));
        String said = code.isEmpty() ? "status " + status : code;
        return new StorageException(
                settings
                        + ": "
                        + doing
                        + " was refused: "
                        + said
                        + (message.isEmpty() ? "" : " (" + message + ")"),
                status,
                code);
    }

    private static String text(HttpResponse response) throws IOException {
        return new String(response.read(MAX_ERROR_BYTES), StandardCharsets.UTF_8);
    }

    /// The text of the first element of that name; these answers are too simple for a parser.
    private static String element(String xml, String name) {
        int start = xml.indexOf("<" + name + ">");
        int end = xml.indexOf("</" + name + ">", start + 1);
        return start < 0 || end < 0
                ? ""
                : xml.substring(start + name.length() + 2, end)
                        .replace("&lt;", "<")
                        .replace("&gt;", ">")
                        .replace("&quot;", "\"")
                        .replace("&apos;", "'")
                        .replace("&amp;", "&");
    }

    @Override
    public void close() {
        requests.close();
    }
}
