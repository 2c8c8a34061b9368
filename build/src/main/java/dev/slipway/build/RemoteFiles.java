package dev.slipway.build;

import dev.slipway.build.fetch.FetchException;
import dev.slipway.build.fetch.Git;
import dev.slipway.build.fetch.GitAddress;
import dev.slipway.build.fetch.Web;
import dev.slipway.build.fetch.WebAddress;
import dev.slipway.image.Store;
import dev.slipway.linux.Dir;
import dev.slipway.linux.Errno;
import dev.slipway.linux.LinuxException;
import dev.slipway.linux.OpenFlags;
import dev.slipway.linux.RawPath;
import dev.slipway.linux.Resolve;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Path;

/// Files of a git repository, or the one file of a web address, that are wanted before anything is
/// built, such as a bake file. Nothing is read but beneath their directory.
public final class RemoteFiles implements AutoCloseable {
    private final @Nullable GitAddress repository;
    private final String name;
    private final Path directory;
    private final RawPath inside;
    private final AutoCloseable held;

    private RemoteFiles(
            @Nullable GitAddress repository,
            String name,
            Path directory,
            RawPath inside,
            AutoCloseable held) {
        this.repository = repository;
        this.name = name;
        this.directory = directory;
        this.inside = inside;
        this.held = held;
    }

    /// Whether `text` is the address of a repository, or one of the web.
    public static boolean isAddress(String text) {
        if (WebAddress.isOne(text)) {
            return true;
        }
        try {
            return GitAddress.parse(text, true) != null;
        } catch (FetchException e) {
            return true; // one that says something impossible: fetching it tells what
        }
    }

    /// Fetches what the request's context is, with the request's credentials.
    ///
    /// @param request one of {@link BuildRequest#ofRemote}
    /// @param maxBytes the most that a single file may hold
    public static RemoteFiles fetch(Store store, BuildRequest request, long maxBytes)
            throws BuildException, InterruptedException {
        var address = String.valueOf(request.remoteContext());
        var elsewhere = new Elsewhere(store, request);
        try {
            var git = GitAddress.parse(address, true);
            if (git == null) {
                var web = WebAddress.parse(address);
                var download = new Web(store.home(), elsewhere).fetch(web, null, maxBytes);
                return new RemoteFiles(
                        null, download.name(), download.directory(), RawPath.ROOT, download);
            }
            var client = new Git(store.home(), elsewhere);
            var checkout = client.checkout(git, client.commit(git));
            var inside = RawPath.of(git.place().subdirectory()).normalize();
            return new RemoteFiles(git, "", checkout.directory(), inside, checkout);
        } catch (FetchException e) {
            throw Elsewhere.failure(e);
        } catch (IOException e) {
            throw BuildException.io("cannot fetch " + Redaction.urls(address), e);
        }
    }

    /// Whether they are those of a repository, not a single file.
    public boolean isRepository() {
        return repository != null;
    }

    /// The name of the single file; empty for a repository.
    public String name() {
        return name;
    }

    /// What a file holds; null if it is not there.
    ///
    /// @param path in the repository, or in the directory of it that the address names
    /// @param maxBytes one more than this is read at most
    public byte @Nullable [] read(String path, int maxBytes) throws BuildException {
        try (var all = Dir.open(directory);
                var root = all.openDir(inside, Resolve.IN_ROOT);
                var file =
                        root.open(
                                RawPath.of(path).normalize(),
                                OpenFlags.O_RDONLY | OpenFlags.O_NONBLOCK,
                                0,
                                Resolve.IN_ROOT);
                var in = file.inputStream()) {
            return in.readNBytes(maxBytes + 1);
        } catch (LinuxException e) {
            if (e.errno() == Errno.ENOENT || e.errno() == Errno.ENOTDIR) {
                return null;
            }
            throw BuildException.io("cannot read " + path, e);
        } catch (IOException e) {
            throw BuildException.io("cannot read " + path, e);
        }
    }

    /// The address of a directory of a repository, of which `address` names a directory or all.
    ///
    /// @param address as the user gave it
    /// @param path in what it names; `.` is that itself, and nothing leads out of it
    public static String directoryOf(String address, String path) throws BuildException {
        try {
            var git = GitAddress.parse(address, true);
            if (git == null) {
                throw new IllegalArgumentException(address);
            }
            var inside = RawPath.of(path).normalize();
            if (inside.isRoot()) {
                return address;
            }
            var whole = git.place().subdirectory() + "/" + inside;
            var place = git.place().in(RawPath.of(whole).normalize().toString());
            return address.substring(0, GitAddress.end(address)) + place.text();
        } catch (FetchException e) {
            throw Elsewhere.failure(e);
        }
    }

    @Override
    public void close() throws BuildException {
        try {
            held.close();
        } catch (Exception e) {
            throw BuildException.io("cannot let the files go", e);
        }
    }
}
