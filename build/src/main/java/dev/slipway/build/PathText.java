package dev.slipway.build;

import java.util.ArrayList;

/// Paths of a Dockerfile, as text.
final class PathText {
    private PathText() {}

    /// `path` as seen from `directory`, absolute and without `.`, `..` or doubled slashes; `..`
    /// stops at the root.
    static String join(String directory, String path) {
        return clean(path.startsWith("/") ? path : directory + "/" + path);
    }

    static String clean(String path) {
        var names = new ArrayList<String>();
        for (int at = 0; at <= path.length(); ) {
            int slash = path.indexOf('/', at);
            int end = slash < 0 ? path.length() : slash;
            var name = path.substring(at, end);
            at = end + 1;
            if (name.equals("..")) {
                if (!names.isEmpty()) {
                    names.removeLast();
                }
            } else if (!name.isEmpty() && !name.equals(".")) {
                names.add(name);
            }
        }
        return "/" + String.join("/", names);
    }
}
