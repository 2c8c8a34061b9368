package dev.slipway.build;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;

/// Tells before a build starts what its outputs could not do in the end.
final class OutputChecks {
    private final BuildRequest request;

    OutputChecks(BuildRequest request) {
        this.request = request;
    }

    void check() throws BuildException {
        var packaging = request.packaging();
        if (packaging != null) {
            checkAnnotations(packaging.annotations());
        }
        checkDestinations();
        int toStandardOutput = 0;
        for (var output : request.outputs()) {
            checkAnnotations(options(output).annotations());
            toStandardOutput += output.toStandardOutput() ? 1 : 0;
            if (output instanceof Output.Image image && image.push() != null) {
                checkPush(image);
            } else if (output instanceof Output.DockerArchive && request.isMultiPlatform()) {
                throw BuildException.of("a docker archive holds the image of one platform")
                        .hint("write type=oci, or give one --platform")
                        .make();
            } else if (output instanceof Output.LocalDirectory local && local.delete()) {
                if (request.platforms().size() > 1 && Boolean.FALSE.equals(local.platformSplit())) {
                    throw BuildException.of("mode=delete needs a directory for each platform")
                            .hint("leave out platform-split=false")
                            .make();
                }
                checkDelete(local.destination());
            }
        }
        if (toStandardOutput > 1) {
            throw BuildException.of("only one output can go to standard output")
                    .hint("give the others dest=FILE")
                    .make();
        }
    }

    /// Of two outputs at one place, only the later one would be left.
    private void checkDestinations() throws BuildException {
        var taken = new HashSet<Path>();
        for (var output : request.outputs()) {
            var destination = output.place();
            if (destination != null && !taken.add(real(destination))) {
                throw BuildException.of("two outputs go to " + destination)
                        .hint("give each a dest of its own")
                        .make();
            }
        }
    }

    /// Without symbolic links, as far as the path is there.
    private static Path real(Path path) {
        var absolute = path.toAbsolutePath().normalize();
        var at = absolute;
        while (at != null && !Files.exists(at, LinkOption.NOFOLLOW_LINKS)) {
            at = at.getParent();
        }
        try {
            return at == null ? absolute : at.toRealPath().resolve(at.relativize(absolute));
        } catch (IOException e) {
            return absolute; // a link that leads nowhere: whoever writes there will say so
        }
    }

    private static ImageOptions options(Output output) {
        return switch (output) {
            case Output.Image image -> image.options();
            case Output.DockerArchive archive -> archive.options();
            case Output.OciArchive archive -> archive.options();
            case Output.OciDirectory directory -> directory.options();
            case Output.LocalDirectory _, Output.Tar _, Output.CacheOnly _ -> ImageOptions.PLAIN;
        };
    }

    private void checkAnnotations(List<Annotation> annotations) throws BuildException {
        var packaging = request.packaging();
        boolean attested =
                packaging != null
                        && (packaging.provenance() != null || !packaging.attestors().isEmpty());
        if (attested || request.isMultiPlatform()) {
            return;
        }
        for (var annotation : annotations) {
            if (annotation.kind() == Annotation.Kind.INDEX
                    || annotation.kind() == Annotation.Kind.INDEX_DESCRIPTOR) {
                throw BuildException.of(
                                "the annotation "
                                        + annotation.key()
                                        + " is for an index, and an image of one platform has none")
                        .hint("annotate the manifest, or set BUILDKIT_MULTI_PLATFORM=1")
                        .make();
            }
        }
    }

    private void checkPush(Output.Image image) throws BuildException {
        if (request.publisher() == null) {
            throw BuildException.of("images cannot be pushed: there is no registry client here")
                    .hint(
                            "build with -o type=oci,dest=image.tar and push that, for example with"
                                    + " skopeo copy oci-archive:image.tar docker://…")
                    .make();
        }
        if (image.names().isEmpty() && request.tags().isEmpty()) {
            throw BuildException.of("a pushed image needs a name").hint("give -t NAME").make();
        }
    }

    /// Deleting what a result does not have must not take more than a place made for results.
    private void checkDelete(Path destination) throws BuildException {
        var place = destination.toAbsolutePath().normalize();
        var context = request.context();
        boolean holdsContext =
                context != null && context.toAbsolutePath().normalize().startsWith(place);
        if (place.getParent() == null || holdsContext) {
            throw BuildException.of("mode=delete would empty " + place)
                    .hint("give a directory that holds nothing but results")
                    .make();
        }
    }
}
