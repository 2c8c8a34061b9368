package dev.slipway.build;

import dev.slipway.image.FileTree;

import java.io.IOException;

/// Reads `--chown`: `user`, `user:group` or `:group`, by name or number.
///
/// A user given by number alone has the group of that number, as in BuildKit; one given by name has
/// the group of its entry in the image's own `/etc/passwd`.
final class Chown {
    private Chown() {}

    static Owner resolve(String text, FileTree files) throws IOException, CopyException {
        int colon = text.indexOf(':');
        String user = colon < 0 ? text : text.substring(0, colon);
        String group = colon < 0 ? user : text.substring(colon + 1);
        if (!isNumber(user) || !isNumber(group)) {
            throw new CopyException("--chown=" + text + ": names are not known yet", null);
        }
        return new Owner(Integer.parseUnsignedInt(user), Integer.parseUnsignedInt(group));
    }

    private static boolean isNumber(String text) {
        return !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }
}
