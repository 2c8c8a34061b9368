package dev.slipway.build;

import dev.slipway.dockerfile.EditDistance;
import dev.slipway.linux.RawPath;

import org.jspecify.annotations.Nullable;

import java.io.IOException;

/// Says that a source does not exist, and what the user may have meant.
final class MissingSource {
    private final SourceTree source;

    MissingSource(SourceTree source) {
        this.source = source;
    }

    /// Makes the exception.
    ///
    /// @param text as it stands in the Dockerfile
    /// @param path where it was looked for
    CopyException report(String text, RawPath path) throws IOException {
        String what = "\"" + text + "\" not found";
        RawPath prefix = RawPath.ROOT;
        for (RawPath name : path.names()) {
            RawPath next = prefix.child(name);
            String pattern = source.hiddenBy(next);
            if (pattern != null) {
                return new CopyException(
                        what + ": " + next + " is hidden by " + pattern,
                        "remove that pattern, or add '!" + path + "' after it");
            }
            SourceFile file = source.lookup(next);
            if (file == null) {
                return new CopyException(what, nearest(prefix, name));
            }
            RawPath target = file.entry().linkTarget();
            if (target != null && source.tree().resolve(next).isEmpty()) {
                return new CopyException(
                        what + ": " + next + " is a symbolic link to " + target,
                        "that leads to nothing in the source; copy what it points to");
            }
            prefix = next;
        }
        return new CopyException(what, null);
    }

    private @Nullable String nearest(RawPath directory, RawPath name) throws IOException {
        RawPath real = source.tree().resolvePath(directory, true);
        String wanted = BuildContext.text(name);
        String best = null;
        // Changing every letter of a short name leads to any other.
        int most = Math.min(Math.max(2, wanted.length() / 3), wanted.length() - 1);
        int bestDistance = most + 1;
        for (SourceFile child : source.children(real)) {
            String candidate = BuildContext.text(child.entry().path().name());
            int distance = distance(wanted, candidate, bestDistance);
            if (distance < bestDistance) {
                bestDistance = distance;
                best = directory.child(child.entry().path().name()).toString();
            }
        }
        return best == null ? null : "did you mean " + best + "?";
    }

    /// None if only the case differs. Names have 255 bytes at most, but links may name more.
    private static int distance(String a, String b, int limit) {
        if (a.length() > 255 || b.length() > 255) {
            return limit;
        }
        return a.equalsIgnoreCase(b) ? 0 : EditDistance.between(a, b, limit);
    }
}
