package dev.slipway.build;

import dev.slipway.build.fetch.FetchException;
import dev.slipway.build.fetch.GitAddress;
import dev.slipway.build.fetch.WebAddress;
import dev.slipway.image.Digest;
import dev.slipway.image.Image;
import dev.slipway.image.ImageException;
import dev.slipway.image.OciLayout;
import dev.slipway.image.Platform;
import dev.slipway.image.Reference;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// The contexts that a request adds by name. A name stands for a stage, an image, or what `--from`
/// says; `NAME::OS/ARCH` goes before `NAME`.
final class NamedContexts {
    private static final String IMAGE = "docker-image://";
    private static final String LAYOUT = "oci-layout://";

    private final BuildRequest request;
    private final BaseImages images;
    private final Elsewhere elsewhere;
    private final Map<String, String> sources = new HashMap<>();
    private final Map<String, Found> found = new HashMap<>();
    private final Set<String> used = new HashSet<>(); // sources, as the request has them

    /// What a name stands for.
    ///
    /// @param image null: `scratch`, or files without an image
    /// @param files null: an image
    /// @param reference the image's name: of one from a layout, the context's
    /// @param shown for people
    record Found(
            @Nullable Image image, @Nullable OriginFiles files, String reference, String shown) {}

    NamedContexts(BuildRequest request, BaseImages images, Elsewhere elsewhere)
            throws BuildException {
        this.request = request;
        this.images = images;
        this.elsewhere = elsewhere;
        for (var context : request.namedContexts().entrySet()) {
            var name = context.getKey();
            int at = name.indexOf("::");
            var key =
                    at < 0
                            ? familiar(name)
                            : familiar(name.substring(0, at)) + "::" + platform(name, at + 2);
            sources.put(key, context.getValue());
        }
    }

    private static Platform platform(String name, int at) throws BuildException {
        try {
            return Platform.parse(name.substring(at));
        } catch (ImageException e) {
            throw BuildException.of("the context " + name + ": " + BuildException.messageOf(e))
                    .make();
        }
    }

    /// `docker.io/library/alpine:latest` and `alpine` are one name; stages do not tell case.
    private static String familiar(String name) {
        try {
            var text = Reference.parse(name).familiar().toLowerCase(Locale.ROOT);
            var latest = ":" + Reference.DEFAULT_TAG;
            return text.endsWith(latest)
                    ? text.substring(0, text.length() - latest.length())
                    : text;
        } catch (ImageException e) {
            return name.toLowerCase(Locale.ROOT); // a stage may be called what no image is
        }
    }

    /// What `name` stands for; null if no context has it.
    ///
    /// @param at the instruction that says it
    @Nullable Found find(String name, Platform platform, SourceLines at)
            throws BuildException, InterruptedException {
        var familiar = familiar(name);
        var own = familiar + "::" + platform;
        var key = sources.containsKey(own) ? own : familiar;
        var source = sources.get(key);
        if (source == null) {
            return null;
        }
        used.add(source);
        var known = found.get(key + " " + platform);
        if (known == null) {
            known = find(name, source, platform, at);
            found.put(key + " " + platform, known);
        }
        return known;
    }

    private Found find(String name, String source, Platform platform, SourceLines at)
            throws BuildException, InterruptedException {
        try {
            if (source.startsWith(IMAGE)) {
                var image = source.substring(IMAGE.length());
                return new Found(
                        image.equals("scratch")
                                ? null
                                : images.find(image, platform, at, List.of()),
                        null,
                        image,
                        image);
            }
            return source.startsWith(LAYOUT)
                    ? layout(name, source, platform, at)
                    : files(name, source, at);
        } catch (FetchException e) {
            throw failed(name, e).source(at).make();
        }
    }

    private static BuildException.Facts failed(String name, FetchException e) {
        return BuildException.of(what(name) + BuildException.messageOf(e)).hint(e.hint());
    }

    /// Contexts that nothing asked for must be there all the same, as with buildx: a name that is
    /// spelt differently in the Dockerfile would go unnoticed. What an address or an image's name
    /// leads to is not looked up.
    void checkUnused() throws BuildException {
        for (var context : request.namedContexts().entrySet()) {
            var source = context.getValue();
            if (used.contains(source)) {
                continue;
            }
            try {
                checkUnused(context.getKey(), source);
            } catch (FetchException e) {
                throw failed(context.getKey(), e).make();
            }
        }
    }

    private static void checkUnused(String name, String source)
            throws BuildException, FetchException {
        boolean elsewhere =
                source.startsWith(IMAGE)
                        || WebAddress.isOne(source)
                        || isGit(GitAddress.parse(source, true), source);
        if (elsewhere) {
            return;
        }
        boolean layout = source.startsWith(LAYOUT);
        if (!layout && source.indexOf("://") >= 0) {
            throw unknown(name, source).make();
        }
        var directory = layout ? directoryOf(source.substring(LAYOUT.length())) : Path.of(source);
        if (!Files.isDirectory(directory)) {
            throw noDirectory(name, directory)
                    .hint("nothing uses this context: correct its path, or leave it out")
                    .make();
        }
    }

    /// Of `DIRECTORY[:TAG][@DIGEST]`, the directory.
    private static Path directoryOf(String layout) {
        int digest = layout.indexOf('@');
        var path = digest < 0 ? layout : layout.substring(0, digest);
        return Path.of(path.substring(0, tagColon(path)));
    }

    /// Where the tag begins in `DIRECTORY[:TAG]`; its length if there is none.
    private static int tagColon(String path) {
        int colon = path.lastIndexOf(':');
        return colon > path.lastIndexOf('/') ? colon : path.length();
    }

    private static boolean isGit(@Nullable GitAddress git, String source) {
        return git != null && !Files.isDirectory(Path.of(source));
    }

    private static BuildException.Facts noDirectory(String name, Path directory) {
        return BuildException.of(what(name) + "there is no directory " + directory);
    }

    private static BuildException.Facts unknown(String name, String source) {
        return BuildException.of(what(name) + "nothing is known of " + Redaction.urls(source))
                .hint(
                        "give a directory, docker-image://NAME, oci-layout://DIRECTORY, the"
                                + " address of a git repository, or of an archive");
    }

    private static String what(String name) {
        return "the context " + name + ": ";
    }

    private Found layout(String name, String source, Platform platform, SourceLines at)
            throws BuildException {
        var rest = source.substring(LAYOUT.length());
        try {
            int hash = rest.indexOf('@');
            var digest = hash < 0 ? null : Digest.parse(rest.substring(hash + 1));
            var path = hash < 0 ? rest : rest.substring(0, hash);
            int colon = tagColon(path);
            var tag = colon < path.length() ? path.substring(colon + 1) : null;
            var directory = Path.of(path.substring(0, colon));
            var image =
                    new OciLayout(directory)
                            .find(elsewhere.store(), tag, digest, platform)
                            .orElseThrow(() ->
                                    BuildException.of(
                                                    what(name)
                                                            + "there is no such image for "
                                                            + platform
                                                            + " in "
                                                            + directory)
                                            .source(at)
                                            .make());
            return new Found(image, null, name, source);
        } catch (ImageException e) {
            throw BuildException.of(what(name) + BuildException.messageOf(e))
                    .hint(e.hint())
                    .source(at)
                    .cause(e)
                    .make();
        } catch (IOException e) {
            throw BuildException.io(what(name) + "cannot read " + rest, e);
        }
    }

    private Found files(String name, String source, SourceLines at)
            throws BuildException, FetchException {
        var git = GitAddress.parse(source, true);
        if (git != null && isGit(git, source)) {
            var files = new GitOrigin(git, request.preserved(), true, elsewhere);
            return new Found(null, files, name, git.toString());
        }
        if (WebAddress.isOne(source)) {
            var address = WebAddress.parse(source);
            return new Found(
                    null, new WebOrigin(address, null, true, elsewhere), name, address.toString());
        }
        if (source.indexOf("://") >= 0) {
            throw unknown(name, source).source(at).make();
        }
        var directory = Path.of(source);
        if (!Files.isDirectory(directory)) {
            throw noDirectory(name, directory).source(at).make();
        }
        var files =
                new LocalOrigin("context " + name, ContextRoot.of(directory, request.preserved()));
        return new Found(null, files, name, source);
    }
}
