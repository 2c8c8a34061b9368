package dev.slipway.build;

import dev.slipway.distribution.RegistryException;
import dev.slipway.image.Image;
import dev.slipway.image.ImageException;
import dev.slipway.image.Platform;
import dev.slipway.image.Reference;
import dev.slipway.image.Store;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Finds base images, each once a build.
final class BaseImages {
    private static final String ELSEWHERE =
            "bring it in with `slipway load` or `slipway import`, or make a base with"
                    + " `slipway base build`";

    private final Store store;
    private final BuildRequest request;
    private final ImageSource source;
    private final Map<String, Image> found = new HashMap<>();

    BaseImages(Store store, BuildRequest request, ImageSource source) {
        this.store = store;
        this.request = request;
        this.source = source;
    }

    /// @param stages names of stages that might have been meant
    Image find(String name, Platform platform, SourceLines at, List<String> stages)
            throws BuildException, InterruptedException {
        var key = name + " " + platform;
        var known = found.get(key);
        if (known != null) {
            return known;
        }
        try {
            var reference = Reference.parse(name).withDefaultTag();
            var image = find(name, reference, platform, at, stages);
            found.put(key, image);
            return image;
        } catch (ImageException e) {
            throw BuildException.of(BuildException.messageOf(e))
                    .source(at)
                    .hint(e.hint() == null ? hint(platform) : e.hint())
                    .cause(e)
                    .make();
        } catch (IOException e) {
            throw BuildException.of("cannot get " + name + ": " + BuildException.messageOf(e))
                    .source(at)
                    .cause(e)
                    .make();
        }
    }

    private Image find(
            String name,
            Reference reference,
            Platform platform,
            SourceLines at,
            List<String> stages)
            throws BuildException, IOException, InterruptedException {
        try {
            var image = ask(reference, platform);
            if (image.isPresent()) {
                return image.get();
            }
        } catch (RegistryException e) {
            checkStages(name, at, stages);
            var hint = e.hint();
            // A registry that answers says itself what is not there.
            var sought =
                    e.status() == 0 && !request.pull()
                            ? "no image " + reference.canonical() + " in the store; "
                            : "";
            throw BuildException.of(sought + BuildException.messageOf(e))
                    .source(at)
                    .hint(nearest(reference) + (hint == null ? ELSEWHERE : hint))
                    .cause(e)
                    .make();
        }
        throw missing(name, reference, platform, at, stages);
    }

    /// Asks the source, which may wait for a network, until the build is cancelled.
    private Optional<Image> ask(Reference reference, Platform platform)
            throws IOException, InterruptedException {
        try (var _ = request.cancellation().interruptHere()) {
            return source.find(store, reference, platform, request.pull());
        } catch (IOException e) {
            request.cancellation().checkInterrupted();
            throw e;
        }
    }

    /// What to do where the store has the image, but not for the platform.
    private static @Nullable String hint(Platform platform) {
        return platform.equals(Platform.host())
                ? null
                : "bring in the image for "
                        + platform
                        + "; a stage of tools that only runs here can be FROM"
                        + " --platform=$BUILDPLATFORM";
    }

    private BuildException missing(
            String name,
            Reference reference,
            Platform platform,
            SourceLines at,
            List<String> stages)
            throws BuildException {
        checkStages(name, at, stages);
        return BuildException.of(
                        "no image "
                                + reference.canonical()
                                + " for "
                                + platform
                                + ": looked in "
                                + source.description())
                .source(at)
                .hint(nearest(reference) + ELSEWHERE)
                .make();
    }

    /// @throws BuildException if a stage may have been meant
    private static void checkStages(String name, SourceLines at, List<String> stages)
            throws BuildException {
        for (var stage : stages) {
            if (isTypo(stage, name)) {
                throw BuildException.of("there is no image or stage \"" + name + "\"")
                        .source(at)
                        .hint("did you mean the stage " + stage + "?")
                        .make();
            }
        }
    }

    /// The image that may have been meant, as the beginning of a hint; "" if there is none.
    private String nearest(Reference wanted) {
        try {
            for (var image : store.images().list()) {
                var name = image.name();
                if (name == null || name.equals(wanted)) {
                    continue;
                }
                boolean otherTag =
                        name.familiarName().equals(wanted.familiarName())
                                && name.tag() != null
                                && wanted.digest() == null;
                if (otherTag || isTypo(name.familiarName(), wanted.familiarName())) {
                    return "did you mean " + name.familiar() + "? Otherwise: ";
                }
            }
        } catch (IOException _) {
            // no suggestion then
        }
        return "";
    }

    /// Whether two names differ in one character put in, left out or changed, or two swapped.
    private static boolean isTypo(String a, String b) {
        if (Math.abs(a.length() - b.length()) > 1 || a.length() < 3) {
            return false;
        }
        int start = 0;
        int shorter = Math.min(a.length(), b.length());
        while (start < shorter && a.charAt(start) == b.charAt(start)) {
            start++;
        }
        int end = 0;
        while (end < shorter - start
                && a.charAt(a.length() - 1 - end) == b.charAt(b.length() - 1 - end)) {
            end++;
        }
        int left = Math.max(a.length(), b.length()) - start - end;
        boolean swapped =
                left == 2
                        && a.length() == b.length()
                        && a.charAt(start) == b.charAt(start + 1)
                        && a.charAt(start + 1) == b.charAt(start);
        return left <= 1 || swapped;
    }
}
