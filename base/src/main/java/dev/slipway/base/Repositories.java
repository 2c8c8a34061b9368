package dev.slipway.base;

import dev.slipway.base.VerificationException.Reason;
import dev.slipway.image.Digest;
import dev.slipway.image.compress.Decompression;
import dev.slipway.image.compress.DecompressionLimits;
import dev.slipway.linux.Durable;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/// Gets the releases of repositories and what they list: signatures, dates and hashes are checked
/// before anything is believed.
final class Repositories {
    private static final int MAX_RELEASE_BYTES = 16 << 20;
    private static final List<String> EXTENSIONS = List.of(".xz", ".zst", ".gz", "");

    /// A release that can be trusted.
    record Verified(AptSource source, Release release) {}

    private final Machine machine;
    private final @Nullable Path keyring;
    private final Downloads downloads;
    private final PackageCache cache;
    private final BaseListener listener;

    /// @param keyring replaces the machine's keyrings and what sources say; null to use those
    Repositories(
            Machine machine,
            @Nullable Path keyring,
            Downloads downloads,
            PackageCache cache,
            BaseListener listener) {
        this.machine = machine;
        this.keyring = keyring;
        this.downloads = downloads;
        this.cache = cache;
        this.listener = listener;
    }

    /// The releases of the distribution; others that are configured are left out with a notice.
    ///
    /// @param own true when the sources are the definition's own: then any origin will do
    List<Verified> releases(List<AptSource> sources, boolean own)
            throws IOException, BaseException {
        var verified = new ArrayList<Verified>();
        for (var source : sources) {
            var release = release(source);
            if (!own && !release.isDistribution()) {
                listener.on(
                        new BaseEvent.Notice(
                                Downloads.safe(source.uri())
                                        + " is left out: it is "
                                        + (release.origin().isEmpty()
                                                ? "unnamed"
                                                : release.origin())
                                        + ", not Debian or Ubuntu ("
                                        + source.origin()
                                        + ")"));
                continue;
            }
            listener.on(
                    new BaseEvent.ReleaseVerified(
                            suiteUrl(source),
                            release.origin()
                                    + " "
                                    + source.suite()
                                    + (release.date() == null ? "" : ", " + release.date())));
            verified.add(new Verified(source, release));
        }
        if (verified.isEmpty()) {
            throw new BaseException(
                    "no source of packages is left", "name one in the file: 'sources:'");
        }
        return verified;
    }

    private Release release(AptSource source) throws IOException, BaseException {
        var url = suiteUrl(source);
        if (source.trusted()) {
            listener.on(new BaseEvent.Notice(url + " is not verified: it is marked as trusted"));
            return check(source, Release.parse(text(unsigned(url))), url);
        }
        var keys = keys(source);
        var name = url + "InRelease";
        byte[] message;
        boolean offline = false;
        try {
            message = small(name);
        } catch (DownloadException e) {
            if (e.status() == 404) {
                return check(source, detached(keys, url), url);
            }
            var kept = kept(name);
            if (kept == null) {
                throw e;
            }
            message = kept;
            offline = true;
        }
        var signed = keys.verifyClearSigned(message, Downloads.safe(name), now());
        var release = check(source, Release.parse(signed), url);
        if (offline) {
            listener.on(
                    new BaseEvent.Notice(
                            Downloads.safe(name) + " cannot be reached: the last copy is used"));
        } else {
            keep(name, message);
        }
        return release;
    }

    private Release detached(Keyring keys, String url) throws IOException, BaseException {
        byte[] content = unsigned(url);
        byte[] signature;
        try {
            signature = small(url + "Release.gpg");
        } catch (DownloadException e) {
            throw e.status() == 404
                    ? new VerificationException(
                            Reason.UNSIGNED,
                            Downloads.safe(url) + " has neither InRelease nor Release.gpg")
                    : e;
        }
        keys.verifyDetached(content, signature, Downloads.safe(url) + "Release", now());
        return Release.parse(text(content));
    }

    private byte[] unsigned(String url) throws IOException, BaseException {
        return small(url + "Release");
    }

    private Release check(AptSource source, Release release, String url)
            throws VerificationException {
        var what = Downloads.safe(url);
        release.check(source, what, now());
        return release;
    }

    private Keyring keys(AptSource source) throws IOException, VerificationException {
        var signedBy = source.signedBy();
        if (keyring != null) {
            return Keyring.load(List.of(keyring), List.of());
        }
        if (signedBy == null) {
            return Keyring.load(machine.keyrings(), List.of());
        }
        if (signedBy.armored() != null) {
            return Keyring.ofArmored(signedBy.armored());
        }
        var files =
                signedBy.files().isEmpty()
                        ? machine.keyrings()
                        : signedBy.files().stream().map(machine::keyring).toList();
        return Keyring.load(files, signedBy.fingerprints());
    }

    /// Everything the releases offer for an architecture.
    PackageIndex index(List<Verified> releases, String architecture)
            throws IOException, BaseException {
        var index = new PackageIndex(architecture);
        for (var verified : releases) {
            var source = verified.source();
            boolean any = false;
            for (var path : indexPaths(verified, architecture)) {
                any = true;
                try (var packages = open(verified, path)) {
                    index.add(packages, source.uri(), source.suite());
                }
            }
            if (!any) {
                throw new VerificationException(
                        Reason.WRONG_RELEASE,
                        Downloads.safe(suiteUrl(source))
                                + " has no packages for "
                                + architecture
                                + " in "
                                + String.join(", ", source.components()));
            }
        }
        return index;
    }

    /// The best compressed form of each wanted index the release lists.
    private static List<String> indexPaths(Verified verified, String architecture) {
        var source = verified.source();
        var files = verified.release().files();
        var stems = new TreeSet<String>();
        if (source.isFlat()) {
            stems.add("Packages");
        }
        for (var component : source.components()) {
            stems.add(component + "/binary-" + architecture + "/Packages");
            if (verified.release().allIsApart()) {
                stems.add(component + "/binary-all/Packages");
            }
        }
        var paths = new ArrayList<String>();
        for (var stem : stems) {
            for (var extension : EXTENSIONS) {
                if (files.containsKey(stem + extension)) {
                    paths.add(stem + extension);
                    break;
                }
            }
        }
        return paths;
    }

    private InputStream open(Verified verified, String path) throws IOException, BaseException {
        var url = suiteUrl(verified.source());
        var entry = verified.release().files().get(path);
        if (entry == null) {
            throw new ArchiveException(url + path + " is not listed");
        }
        if (entry.size() == 0) {
            return new ByteArrayInputStream(new byte[0]);
        }
        if (entry.size() > PackageIndex.MAX_INDEX_BYTES) {
            throw new ArchiveException(url + path + " is too large: " + entry.size());
        }
        get(verified.release(), url, path, entry.sha256(), entry.size());
        return Decompression.open(
                cache.open(entry.sha256()),
                DecompressionLimits.DEFAULT.withBytes(PackageIndex.MAX_INDEX_BYTES));
    }

    /// By hash where the mirror has that, so that an update of the mirror between the two downloads
    /// does no harm.
    private void get(Release release, String url, String path, Digest sha256, long size)
            throws IOException, BaseException {
        if (cache.contains(sha256)) {
            return;
        }
        if (release.acquireByHash()) {
            int slash = path.lastIndexOf('/') + 1;
            var byHash = url + path.substring(0, slash) + "by-hash/SHA256/" + sha256.hex();
            try {
                cache.download(downloads, byHash, sha256, size);
                return;
            } catch (DownloadException e) {
                if (e.status() != 404) {
                    throw e;
                }
            }
        }
        cache.download(downloads, url + path, sha256, size);
    }

    private static String suiteUrl(AptSource source) {
        var suite = source.suite();
        if (source.isFlat()) {
            return source.uri() + "/" + (suite.equals("./") || suite.equals("/") ? "" : suite);
        }
        return source.uri() + "/dists/" + suite + "/";
    }

    private byte[] small(String url) throws IOException, BaseException {
        return downloads.fetch(
                url,
                body -> {
                    byte[] bytes = body.readNBytes(MAX_RELEASE_BYTES + 1);
                    if (bytes.length > MAX_RELEASE_BYTES) {
                        throw new ArchiveException(Downloads.safe(url) + " is too large");
                    }
                    return bytes;
                });
    }

    private Instant now() {
        return machine.clock().instant();
    }

    private byte @Nullable [] kept(String url) throws IOException {
        var file = cache.keptFile(url);
        return Files.isRegularFile(file) ? Files.readAllBytes(file) : null;
    }

    private void keep(String url, byte[] message) throws IOException {
        var file = cache.keptFile(url);
        Durable.write(file, message);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
