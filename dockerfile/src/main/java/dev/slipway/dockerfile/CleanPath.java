package dev.slipway.dockerfile;

/// Shortens paths as Go's `filepath.Clean` does: no empty names and no `.`, `..` taken back.
final class CleanPath {
    private CleanPath() {}

    static String of(String path) {
        boolean rooted = path.startsWith("/");
        StringBuilder out = new StringBuilder(path.length()).append(rooted ? "/" : "");
        int least = out.length(); // what `..` cannot take back
        int at = 0;
        while (at < path.length()) {
            int slash = path.indexOf('/', at);
            int end = slash < 0 ? path.length() : slash;
            String name = path.substring(at, end);
            if (name.equals("..") && out.length() > least) {
                out.setLength(Math.max(least, out.lastIndexOf("/")));
            } else if (name.equals("..") && !rooted) {
                append(out, name);
                least = out.length();
            } else if (!name.isEmpty() && !name.equals(".") && !name.equals("..")) {
                append(out, name);
            }
            at = end + 1;
        }
        return out.isEmpty() ? "." : out.toString();
    }

    private static void append(StringBuilder out, String name) {
        if (!out.isEmpty() && out.charAt(out.length() - 1) != '/') {
            out.append('/');
        }
        out.append(name);
    }
}
