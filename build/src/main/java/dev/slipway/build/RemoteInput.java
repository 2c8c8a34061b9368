package dev.slipway.build;

import dev.slipway.build.fetch.Download;
import dev.slipway.build.fetch.FetchException;
import dev.slipway.build.fetch.Git;
import dev.slipway.build.fetch.GitAddress;
import dev.slipway.build.fetch.Web;
import dev.slipway.build.fetch.WebAddress;
import dev.slipway.dockerfile.Dockerfile;
import dev.slipway.image.Store;
import dev.slipway.linux.Dir;
import dev.slipway.linux.Errno;
import dev.slipway.linux.LinuxException;
import dev.slipway.linux.OpenFlags;
import dev.slipway.linux.RawPath;
import dev.slipway.linux.Resolve;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A Dockerfile or a context that is not on this machine yet: a repository, a download, an archive
/// on standard input. All of it is the work of strangers: nothing is read but beneath its
/// directory.
final class RemoteInput {
    private static final String KEEP_GIT = "BUILDKIT_CONTEXT_KEEP_GIT_DIR";

    private final Store store;
    private final BuildRequest request;
    private final Events events;
    private final Elsewhere elsewhere;

    RemoteInput(Store store, BuildRequest request, Events events) {
        this.store = store;
        this.request = request;
        this.events = events;
        this.elsewhere = new Elsewhere(store, request);
    }

    BuildInput open() throws BuildException, InterruptedException {
        var address = request.remoteContext();
        var archive = request.contextArchive();
        var name = address == null ? "standard input" : null;
        try {
            if (archive != null) {
                return ofArchive(archive);
            }
            if (address == null) {
                return BuildInput.local(request, downloadedDockerfile());
            }
            var git = GitAddress.parse(address, true);
            name = git == null ? WebAddress.parse(address).toString() : git.toString();
            return git == null ? ofWeb(WebAddress.parse(address)) : ofGit(git);
        } catch (FetchException e) {
            throw Elsewhere.failure(e);
        } catch (CopyException e) {
            throw BuildException.of("the context " + name + ": " + BuildException.messageOf(e))
                    .hint(e.hint())
                    .make();
        } catch (IOException e) {
            throw BuildException.io("cannot read the context " + name, e);
        }
    }

    private DockerfileSource downloadedDockerfile()
            throws BuildException, FetchException, IOException, InterruptedException {
        var address = WebAddress.parse(String.valueOf(request.dockerfileAddress()));
        var download = task(address.toString(), Dockerfile.MAX_LENGTH, address);
        try (download) {
            return new DockerfileSource(
                    address.toString(), null, Web.text(download), address.toString());
        }
    }

    private Download task(String name, long maxBytes, WebAddress address)
            throws FetchException, IOException, InterruptedException {
        return task(name, () -> new Web(store.home(), elsewhere).fetch(address, null, maxBytes));
    }

    /// Work that may take long, told as such.
    private interface Work<T> {
        T run() throws FetchException, IOException, InterruptedException;
    }

    private <T> T task(String name, Work<T> work)
            throws FetchException, IOException, InterruptedException {
        long start = System.nanoTime();
        var id = "context";
        var text = "load build context " + name;
        events.emit(time -> new BuildEvent.TaskStarted(time, id, text));
        String error = "stopped";
        try {
            T result = work.run();
            error = null;
            return result;
        } catch (FetchException | IOException e) {
            error = BuildException.messageOf(e);
            throw e;
        } finally {
            var told = error;
            long nanos = System.nanoTime() - start;
            events.emit(time -> new BuildEvent.TaskFinished(time, id, text, nanos, told));
        }
    }

    private BuildInput ofGit(GitAddress given)
            throws BuildException, FetchException, IOException, InterruptedException {
        var keep = request.buildArgs().get(KEEP_GIT);
        boolean keeps = keep != null && (keep.equals("1") || keep.equalsIgnoreCase("true"));
        var place = given.place();
        var address = keeps && place.keepGitDir() == null ? given.at(place.keeping(true)) : given;
        var git = new Git(store.home(), elsewhere);
        var checkout = task(address.toString(), () -> git.checkout(address, git.commit(address)));
        var directory = RawPath.of(place.subdirectory()).normalize();
        return at(checkout.directory(), directory, address.toString(), checkout);
    }

    private BuildInput ofWeb(WebAddress address)
            throws BuildException,
                    FetchException,
                    CopyException,
                    IOException,
                    InterruptedException {
        var download = task(address.toString(), Web.MAX_BYTES, address);
        var unpacked = new UnpackedDownload(download);
        if (!unpacked.isArchive()) {
            try (download) {
                var text = Web.text(download);
                var file = new DockerfileSource(address.toString(), null, text, "");
                return new BuildInput(file, null, () -> {});
            }
        }
        return at(unpacked.directory(), RawPath.ROOT, address.toString(), download);
    }

    private BuildInput ofArchive(InputStream archive)
            throws BuildException, CopyException, IOException, InterruptedException {
        var directory = store.newTemp("context");
        boolean done = false;
        try {
            ContextArchive.unpack(archive, directory);
            var input = at(directory, RawPath.ROOT, "-", () -> remove(directory));
            done = true;
            return input;
        } finally {
            if (!done) {
                remove(directory);
            }
        }
    }

    private static void remove(Path directory) throws IOException {
        try (var parent = Dir.open(directory.resolveSibling("."))) {
            parent.removeTree(RawPath.of(String.valueOf(directory.getFileName())));
        }
    }

    /// The input whose files are in `directory`.
    ///
    /// @param place what tells it from others, and names it
    private BuildInput at(Path directory, RawPath inside, String place, AutoCloseable held)
            throws BuildException, IOException {
        var asked = request.dockerfileInContext();
        try (var all = Dir.open(directory);
                var root = all.openDir(inside, Resolve.IN_ROOT)) {
            var file = dockerfile(root, asked, place);
            var ignoreFiles = new ArrayList<RawPath>();
            if (request.dockerfileText() == null && request.dockerfile() == null) {
                ignoreFiles.add(RawPath.of(file.name() + ".dockerignore").normalize());
            }
            ignoreFiles.add(ContextRoot.USUAL_IGNORE_FILE);
            var ignoreFile = request.ignoreFile();
            var context =
                    new ContextRoot(
                            directory,
                            inside,
                            ignoreFile,
                            ignoreFile == null ? ignoreFiles : List.of(),
                            request.preserved());
            return new BuildInput(file, context, held);
        } catch (LinuxException e) {
            if (e.errno() == Errno.ENOENT || e.errno() == Errno.ENOTDIR) {
                throw BuildException.of("there is no directory " + inside + " in " + place).make();
            }
            throw e;
        }
    }

    private DockerfileSource dockerfile(Dir root, @Nullable String asked, String place)
            throws BuildException, IOException {
        if (request.dockerfileText() != null || request.dockerfile() != null) {
            return DockerfileSource.of(request);
        }
        if (asked != null) {
            var file = read(root, asked, place);
            if (file == null) {
                throw missing(asked, place);
            }
            return file;
        }
        var file = read(root, "Dockerfile", place);
        file = file == null ? read(root, "dockerfile", place) : file;
        if (file == null) {
            throw missing("Dockerfile", place);
        }
        return file;
    }

    private static BuildException missing(String name, String place) {
        var where = place.equals("-") ? "the archive" : place;
        return BuildException.of("there is no " + name + " in " + where)
                .hint("name the Dockerfile in it with -f")
                .make();
    }

    private static @Nullable DockerfileSource read(Dir root, String name, String place)
            throws BuildException, IOException {
        var path = RawPath.of(name).normalize();
        try (var file =
                        root.open(
                                path,
                                OpenFlags.O_RDONLY | OpenFlags.O_NONBLOCK,
                                0,
                                Resolve.IN_ROOT);
                var in = file.inputStream()) {
            byte[] bytes = in.readNBytes(Dockerfile.MAX_LENGTH + 1);
            if (bytes.length > Dockerfile.MAX_LENGTH) {
                throw BuildException.of(name + " is too long to be a Dockerfile").make();
            }
            var text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return new DockerfileSource(name, null, text.toString(), place + "\n" + name);
        } catch (CharacterCodingException e) {
            throw BuildException.of(name + " is not a Dockerfile: it is not text in UTF-8")
                    .cause(e)
                    .make();
        } catch (LinuxException e) {
            if (e.errno() == Errno.ENOENT || e.errno() == Errno.ENOTDIR) {
                return null;
            }
            throw e;
        }
    }
}
