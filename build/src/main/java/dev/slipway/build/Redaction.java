package dev.slipway.build;

/// Takes the credentials out of URLs, as CVE-2023-26054 taught: what is written down about a build
/// is read by others.
final class Redaction {
    private static final String SCHEME_END = "://";

    private Redaction() {}

    /// `text` with `xxxxx` for user and password in every URL of it.
    static String urls(String text) {
        int scheme = text.indexOf(SCHEME_END);
        if (scheme < 0 || text.indexOf('@', scheme) < 0) {
            return text;
        }
        var out = new StringBuilder();
        int done = 0;
        while (scheme >= 0) {
            int start = scheme + SCHEME_END.length();
            int end = authorityEnd(text, start);
            int at = text.lastIndexOf('@', end - 1);
            if (at >= start) {
                out.append(text, done, start).append("xxxxx");
                done = at;
            }
            scheme = text.indexOf(SCHEME_END, end);
        }
        return out.append(text, done, text.length()).toString();
    }

    /// RFC 3986, 3.2: the authority ends at the path, query or fragment; in prose, at a blank or a
    /// quote as well.
    private static int authorityEnd(String text, int start) {
        int end = start;
        while (end < text.length() && "/?# \t\n\r\"'`<>|;\\".indexOf(text.charAt(end)) < 0) {
            end++;
        }
        return end;
    }
}
