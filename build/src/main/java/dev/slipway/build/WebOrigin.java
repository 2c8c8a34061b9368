package dev.slipway.build;

import dev.slipway.build.fetch.Download;
import dev.slipway.build.fetch.FetchException;
import dev.slipway.build.fetch.Web;
import dev.slipway.build.fetch.WebAddress;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayList;

/// A download: the one file it is, or what it holds if it is an archive meant as a context.
final class WebOrigin implements OriginFiles {
    private final WebAddress address;
    private final @Nullable String sha256;
    private final boolean unpacked;
    private final Elsewhere elsewhere;
    private final @Nullable LockedSource locked;
    private volatile @Nullable String found;

    /// @param sha256 what it must be, in hex; null: anything
    /// @param unpacked whether the archive's content is meant
    WebOrigin(WebAddress address, @Nullable String sha256, boolean unpacked, Elsewhere elsewhere) {
        this(address, sha256, unpacked, elsewhere, null);
    }

    private WebOrigin(
            WebAddress address,
            @Nullable String sha256,
            boolean unpacked,
            Elsewhere elsewhere,
            @Nullable LockedSource locked) {
        this.address = address;
        this.sha256 = sha256;
        this.unpacked = unpacked;
        this.elsewhere = elsewhere;
        this.locked = locked;
    }

    /// The same, held to what a lock says.
    WebOrigin at(LockedSource pin) {
        return new WebOrigin(address, pin.hex(), unpacked, elsewhere, pin);
    }

    @Override
    public @Nullable OpenSource openSource() {
        return sha256 != null || unpacked ? null : new Unpinned();
    }

    private final class Unpinned implements OpenSource {
        @Override
        public String address() {
            return address.toString();
        }

        @Override
        public String current() throws BuildException, IOException, InterruptedException {
            try (var download =
                    new Web(elsewhere.home(), elsewhere).fetch(address, null, Web.MAX_BYTES)) {
                return "sha256:" + download.sha256();
            } catch (FetchException e) {
                throw Elsewhere.failure(e);
            }
        }
    }

    @Override
    public String description() {
        return address.toString();
    }

    @Override
    public String keyName() {
        try {
            var name = address.fileName();
            return name == null ? "a download" : name;
        } catch (FetchException e) {
            return "a download";
        }
    }

    @Override
    public boolean isRemote() {
        return true;
    }

    @Override
    public @Nullable KeyPart identity() {
        return null;
    }

    /// The pattern that matches the file alone.
    String pattern() {
        try {
            var name = address.fileName();
            if (name == null) {
                return "*"; // only its server knows its name, and it is alone
            }
            var pattern = new StringBuilder();
            for (int i = 0; i < name.length(); i++) {
                if ("*?[\\".indexOf(name.charAt(i)) >= 0) {
                    pattern.append('\\');
                }
                pattern.append(name.charAt(i));
            }
            return pattern.toString();
        } catch (FetchException e) {
            return "*";
        }
    }

    @Override
    public Opened open() throws BuildException, IOException, CopyException, InterruptedException {
        var web = new Web(elsewhere.home(), elsewhere);
        Download download;
        try {
            download = web.fetch(address, sha256, Web.MAX_BYTES);
        } catch (FetchException e) {
            var lock = elsewhere.request().lock();
            throw e.isDrift() && locked != null && lock != null
                    ? Elsewhere.failure(lock.changed(locked, BuildException.messageOf(e)))
                    : Elsewhere.failure(e);
        }
        boolean done = false;
        try {
            found = download.sha256();
            var directory =
                    unpacked ? new UnpackedDownload(download).directory() : download.directory();
            var root =
                    unpacked
                            ? ContextRoot.of(directory, elsewhere.request().preserved())
                            : ContextRoot.whole(directory);
            done = true;
            return new Opened(root, download.bytes(), download);
        } finally {
            if (!done) {
                download.close();
            }
        }
    }

    @Override
    public ProvenanceSteps.@Nullable Material material() {
        var hex = found;
        return hex == null ? null : new ProvenanceSteps.Material(address.toString(), "sha256", hex);
    }

    /// What lies in the cache is still what was downloaded.
    @Override
    public void verify(CopySelection selection)
            throws BuildException, IOException, InterruptedException {
        if (unpacked) {
            return;
        }
        var digests = new ArrayList<String>();
        selection.forEachFile(file -> digests.add(file.digest()));
        if (digests.size() != 1 || !digests.getFirst().equals(found)) {
            throw BuildException.of(address + ": what the store keeps of it is damaged")
                    .hint("remove it with `slipway builder prune --all`, and build again")
                    .make();
        }
    }
}
