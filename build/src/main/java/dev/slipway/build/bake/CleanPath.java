package dev.slipway.build.bake;

import java.util.ArrayList;
import java.util.List;

/// A path without `.`, `..` and doubled slashes where that can be, as Go's `path.Clean` makes it.
final class CleanPath {
    private CleanPath() {}

    static String of(String path) {
        boolean rooted = path.startsWith("/");
        List<String> names = new ArrayList<>();
        int start = 0;
        while (start <= path.length()) {
            int end = path.indexOf('/', start);
            end = end < 0 ? path.length() : end;
            var name = path.substring(start, end);
            start = end + 1;
            if (name.equals("..")) {
                if (!names.isEmpty() && !names.getLast().equals("..")) {
                    names.removeLast();
                } else if (!rooted) {
                    names.add(name);
                }
            } else if (!name.isEmpty() && !name.equals(".")) {
                names.add(name);
            }
        }
        var clean = (rooted ? "/" : "") + String.join("/", names);
        return clean.isEmpty() ? "." : clean;
    }
}
