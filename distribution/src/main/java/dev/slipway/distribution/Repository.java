package dev.slipway.distribution;

import dev.slipway.distribution.http.Headers;
import dev.slipway.distribution.http.HttpBody;
import dev.slipway.distribution.http.HttpResponse;
import dev.slipway.image.Descriptor;
import dev.slipway.image.Digest;
import dev.slipway.image.ImageException;
import dev.slipway.image.Index;
import dev.slipway.image.InvalidDigestException;
import dev.slipway.image.Json;
import dev.slipway.image.Manifest;
import dev.slipway.image.MediaTypes;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/// One repository of a registry: OCI distribution-spec 1.1, "Endpoints". Thread-safe.
public final class Repository {
    private static final int MAX_TAG_PAGE = 16 << 20;
    private static final int MAX_PAGES = 10_000;
    private static final List<String> MANIFEST_TYPES =
            List.of(
                    MediaTypes.OCI_INDEX,
                    MediaTypes.DOCKER_LIST,
                    MediaTypes.OCI_MANIFEST,
                    MediaTypes.DOCKER_MANIFEST);

    private final RegistryHost host;
    private final String path;
    private final boolean mirror;

    Repository(RegistryHost host, String path) {
        this(host, path, false);
    }

    /// @param mirror whether there is another place to ask: what is wrong here is not asked for
    ///   again
    Repository(RegistryHost host, String path, boolean mirror) {
        this.host = host;
        this.path = path;
        this.mirror = mirror;
    }

    /// Whether it is a mirror of what it has.
    boolean isMirror() {
        return mirror;
    }

    /// What came is not what it should be: worth another attempt, unless there is another place.
    private IOException wrong(String what) {
        return mirror
                ? new RegistryHost.FinalException(
                        RegistryException.of(what + ", from " + name(), null, host.name(), null))
                : new IOException(what);
    }

    /// `registry/path`, for people and to compare.
    public String name() {
        return host.name() + '/' + path;
    }

    RegistryHost host() {
        return host;
    }

    String path() {
        return path;
    }

    private Call call(String method, String attempt, String rest, String actions, Integer... ok) {
        return new Call(
                method,
                attempt,
                "/v2/" + path + rest,
                path,
                RegistryHost.scope(path, actions),
                new Headers(),
                null,
                List.of(ok),
                true);
    }

    /// A call to a place that the registry named.
    Call callAt(String method, String attempt, String location, Integer... ok) {
        return new Call(
                method,
                attempt,
                location,
                path,
                RegistryHost.scope(path, "pull,push"),
                new Headers(),
                null,
                List.of(ok),
                true);
    }

    private static Call accepting(Call call) {
        Call all = call;
        for (String type : MANIFEST_TYPES) {
            all = all.with("Accept", type);
        }
        return all;
    }

    private String named(String reference) {
        return name() + (reference.indexOf(':') >= 0 ? "@" : ":") + reference;
    }

    /// Gets a manifest or index; empty if there is none of that tag or digest.
    ///
    /// @param reference tag or digest
    public Optional<RemoteManifest> find(String reference) throws IOException {
        String attempt = "get the manifest of " + named(reference);
        Call call = call("GET", attempt, "/manifests/" + reference, "pull", 200, 404);
        return host.exchange(
                accepting(call),
                answer -> {
                    if (answer.status() == 404) {
                        return Optional.empty();
                    }
                    byte[] raw = answer.read(Manifest.MAX_BYTES);
                    Digest digest = verified(reference, answer, raw);
                    String announced = answer.headers().first("Content-Type");
                    String type = mediaType(reference, raw, announced == null ? "" : announced);
                    return Optional.of(
                            new RemoteManifest(Descriptor.of(type, digest, raw.length), raw));
                });
    }

    private Digest verified(String reference, HttpResponse answer, byte[] raw) throws IOException {
        Digest wanted = reference.indexOf(':') < 0 ? said(answer) : Digest.parse(reference);
        if (wanted != null && !wanted.matches(raw)) {
            throw wrong(
                    "the manifest of " + named(reference) + " is in truth " + Digest.sha256(raw));
        }
        return wanted == null ? Digest.sha256(raw) : wanted;
    }

    private String mediaType(String reference, byte[] raw, String announced) throws IOException {
        try {
            return RemoteManifest.mediaType(raw, announced);
        } catch (ImageException e) {
            throw wrong("the manifest of " + named(reference) + " is none: " + e.getMessage());
        }
    }

    private static @Nullable Digest said(HttpResponse answer) {
        String text = answer.headers().first("Docker-Content-Digest");
        try {
            return text == null ? null : Digest.parse(text);
        } catch (InvalidDigestException _) {
            return null;
        }
    }

    /// What a tag or digest stands for, without its content, which does not count as a pull; empty
    /// if there is nothing. Of a registry that does not tell the digest, the content is read.
    public Optional<Descriptor> head(String reference) throws IOException {
        String attempt = "look for " + named(reference);
        Call call = call("HEAD", attempt, "/manifests/" + reference, "pull", 200, 404);
        Optional<Descriptor> found =
                host.exchange(
                        accepting(call),
                        answer -> {
                            if (answer.status() == 404) {
                                return Optional.empty();
                            }
                            Digest digest = said(answer);
                            String type = answer.headers().first("Content-Type");
                            long size = answer.headers().number("Content-Length");
                            if (digest == null || type == null || size < 0) {
                                return Optional.of(UNTOLD);
                            }
                            return Optional.of(Descriptor.of(type, digest, size));
                        });
        return found.isPresent() && found.get().equals(UNTOLD)
                ? find(reference).map(RemoteManifest::descriptor)
                : found;
    }

    private static final Descriptor UNTOLD = Descriptor.of("", Digest.sha256(new byte[0]), 0);

    /// Whether the registry has the blob.
    public boolean hasBlob(Digest digest) throws IOException {
        String attempt = "look for the blob " + digest + " in " + name();
        Call call = call("HEAD", attempt, "/blobs/" + digest, "pull", 200, 404);
        return host.exchange(call, answer -> answer.status() == 200);
    }

    /// Starts to read a blob.
    ///
    /// @param from the first byte wanted; the answer may start at 0 all the same
    HttpResponse openBlob(Digest digest, long from) throws IOException {
        String attempt = "pull the blob " + digest + " of " + name();
        Call call = call("GET", attempt, "/blobs/" + digest, "pull", 200, 206);
        return host.open(from == 0 ? call : call.with("Range", "bytes=" + from + "-"));
    }

    /// Reads a small blob and verifies it.
    public byte[] smallBlob(Descriptor blob, int maxBytes) throws IOException {
        if (blob.size() > maxBytes) {
            throw RegistryException.of(
                    "the blob " + blob.digest() + " of " + name() + " is too long: " + blob.size(),
                    null,
                    host.name(),
                    null);
        }
        String attempt = "pull the blob " + blob.digest() + " of " + name();
        Call call = call("GET", attempt, "/blobs/" + blob.digest(), "pull", 200);
        return host.exchange(
                call,
                answer -> {
                    byte[] content = answer.read(maxBytes);
                    if (content.length != blob.size() || !blob.digest().matches(content)) {
                        throw wrong("the blob " + blob.digest() + " came damaged");
                    }
                    return content;
                });
    }

    /// Puts a manifest or index under a tag or its digest.
    ///
    /// @return whether the registry keeps account of what refers to what (`OCI-Subject`)
    boolean put(String reference, String mediaType, byte[] raw) throws IOException {
        String attempt = "push the manifest " + named(reference);
        Call call =
                call("PUT", attempt, "/manifests/" + reference, "pull,push", 201, 200, 202)
                        .with(HttpBody.of(raw), mediaType);
        return host.exchange(
                call,
                answer -> {
                    Digest said = said(answer);
                    if (said != null && !said.matches(raw)) {
                        throw new IOException("the registry stored another manifest: " + said);
                    }
                    return answer.headers().first("OCI-Subject") != null;
                });
    }

    /// Deletes a tag, or a manifest by its digest.
    ///
    /// @return false if it was not there
    public boolean delete(String reference) throws IOException {
        String attempt = "delete " + named(reference);
        Call call = call("DELETE", attempt, "/manifests/" + reference, "delete", 202, 200, 404);
        return host.exchange(call, answer -> answer.status() != 404);
    }

    /// All tags, in the registry's order.
    public List<String> tags() throws IOException {
        var tags = new ArrayList<String>();
        Call call = call("GET", "list the tags of " + name(), "/tags/list?n=1000", "pull", 200);
        for (int page = 0; page < MAX_PAGES; page++) {
            String next =
                    host.exchange(
                            call,
                            answer -> {
                                Json.Obj json = Json.parseObject(answer.read(MAX_TAG_PAGE));
                                List<String> more = json.texts("tags");
                                if (more != null) {
                                    tags.addAll(more);
                                }
                                String link = answer.headers().first("Link");
                                return link == null ? "" : Locations.next(link);
                            });
            if (next.isEmpty()) {
                return tags;
            }
            call = pageAfter(call, next);
        }
        throw RegistryException.of(
                "the tags of " + name() + " have no end", null, host.name(), null);
    }

    /// Where the next page is; "" behind the last.
    private static String next(HttpResponse answer) {
        String link = answer.headers().first("Link");
        return link == null ? "" : Locations.next(link);
    }

    private static Call pageAfter(Call call, String place) {
        return new Call(
                call.method(),
                call.attempt(),
                place,
                call.repository(),
                call.scopes(),
                call.headers(),
                null,
                call.accepted(),
                true);
    }

    /// What refers to a manifest: OCI distribution-spec, "Listing Referrers"; of registries that do
    /// not keep account, what tags by the older rule say.
    ///
    /// @param artifactType of those wanted; "" for all
    public List<Descriptor> referrers(Digest subject, String artifactType) throws IOException {
        String filter =
                artifactType.isEmpty()
                        ? ""
                        : "?artifactType="
                                + URLEncoder.encode(artifactType, StandardCharsets.UTF_8);
        Call call =
                call(
                        "GET",
                        "list what refers to " + named(subject.toString()),
                        "/referrers/" + subject + filter,
                        "pull",
                        200,
                        400,
                        404,
                        405);
        var all = new LinkedHashMap<Digest, Descriptor>();
        for (int page = 0; page < MAX_PAGES; page++) {
            Optional<String> next =
                    host.exchange(
                            call,
                            answer -> {
                                if (answer.status() != 200) {
                                    return Optional.empty();
                                }
                                for (Descriptor each :
                                        Index.parse(answer.read(Manifest.MAX_BYTES)).manifests()) {
                                    all.put(each.digest(), each);
                                }
                                return Optional.of(next(answer));
                            });
            if (next.isEmpty()) {
                return referrersByTag(subject);
            }
            if (next.get().isEmpty()) {
                break;
            }
            call = pageAfter(call, next.get());
        }
        return List.copyOf(all.values());
    }

    /// OCI distribution-spec, "Referrers Tag Schema".
    static String referrersTag(Digest subject) {
        return subject.algorithm() + '-' + subject.hex();
    }

    List<Descriptor> referrersByTag(Digest subject) throws IOException {
        Optional<RemoteManifest> index = find(referrersTag(subject));
        return index.isPresent() && index.get().isIndex()
                ? index.get().index().manifests()
                : Collections.emptyList();
    }

    /// An upload that was started.
    ///
    /// @param location where to send the bytes
    /// @param leastChunk how many bytes each piece but the last must have at least
    record Begun(String location, long leastChunk) {}

    /// Starts an upload, or has the registry take the blob from another repository of its own.
    ///
    /// @param from that repository; null: none
    /// @return null if no bytes need be sent
    @Nullable Begun startUpload(Digest digest, @Nullable String from) throws IOException {
        String rest =
                from == null
                        ? "/blobs/uploads/"
                        : "/blobs/uploads/?mount="
                                + digest
                                + "&from="
                                + URLEncoder.encode(from, StandardCharsets.UTF_8);
        Call call =
                call("POST", "push a blob to " + name(), rest, "pull,push", 202, 201)
                        .with(HttpBody.EMPTY, "application/octet-stream");
        if (from != null) {
            call = call.alsoAllowed("repository:" + from + ":pull");
        }
        Optional<Begun> begun =
                host.exchange(
                        call,
                        answer ->
                                answer.status() == 201
                                        ? Optional.empty()
                                        : Optional.of(
                                                new Begun(location(answer), leastChunk(answer))));
        return begun.orElse(null);
    }

    /// `OCI-Chunk-Min-Length`; 0 if any length will do.
    static long leastChunk(HttpResponse answer) throws IOException {
        return Math.max(0, answer.headers().number("OCI-Chunk-Min-Length"));
    }

    /// Has the registry forget an upload. It would some day by itself, so failure does not matter.
    void cancelUpload(String location) {
        Call call =
                callAt("DELETE", "cancel an upload to " + name(), location, 204, 202, 404, 405)
                        .once();
        try {
            host.exchange(call, HttpResponse::status);
        } catch (IOException _) {
            // Then it forgets it later.
        }
    }

    /// Where to go on with an upload, absolute.
    String location(HttpResponse answer) throws IOException {
        String location = answer.headers().first("Location");
        if (location == null) {
            throw new IOException("the registry does not say where to send the blob");
        }
        return Locations.resolve(host.base(), location).toString();
    }

    /// Asks whether the registry lets us in.
    public void ping() throws IOException {
        Call call =
                new Call(
                        "GET",
                        "log in to " + host.name(),
                        "/v2/",
                        "",
                        List.of(),
                        new Headers(),
                        null,
                        List.of(200),
                        true);
        host.exchange(call, HttpResponse::status);
    }
}
