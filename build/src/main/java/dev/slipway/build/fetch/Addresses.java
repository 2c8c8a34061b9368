package dev.slipway.build.fetch;

/// Addresses in texts that people and records see.
public final class Addresses {
    private Addresses() {}

    /// `text` with the user names and passwords in its URLs replaced by `xxxxx`, as in
    /// `https://xxxxx@host/`. The user of an ssh address is no secret and stays.
    public static String redacted(String text) {
        int scheme = text.indexOf("://");
        if (scheme < 0 || text.indexOf('@', scheme) < 0) {
            return text;
        }
        StringBuilder result = new StringBuilder(text.length());
        int copied = 0;
        while (scheme >= 0) {
            int start = scheme + 3;
            int end = endOfAuthority(text, start);
            int at = text.lastIndexOf('@', end - 1);
            if (at >= start) {
                int colon = text.indexOf(':', start);
                boolean password = colon >= 0 && colon < at;
                if (password || !isSsh(text, scheme)) {
                    result.append(text, copied, start).append("xxxxx");
                    copied = at;
                }
            }
            scheme = text.indexOf("://", end);
        }
        return result.append(text, copied, text.length()).toString();
    }

    private static boolean isSsh(String text, int scheme) {
        return scheme >= 3 && text.regionMatches(true, scheme - 3, "ssh", 0, 3);
    }

    private static int endOfAuthority(String text, int start) {
        int end = start;
        while (end < text.length() && "/?# \t\n\r\"'`<>|;\\".indexOf(text.charAt(end)) < 0) {
            end++;
        }
        return end;
    }

    /// `text` with `%xx` replaced by what it stands for.
    static String decoded(String text) throws FetchException {
        if (text.indexOf('%') < 0) {
            return text;
        }
        byte[] bytes = text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        int length = 0;
        for (int i = 0; i < bytes.length; i++) {
            byte b = bytes[i];
            if (b == '%') {
                int high = i + 2 < bytes.length ? Character.digit(bytes[i + 1], 16) : -1;
                int low = i + 2 < bytes.length ? Character.digit(bytes[i + 2], 16) : -1;
                if (high < 0 || low < 0) {
                    throw new FetchException("invalid % escape in \"" + text + "\"", null);
                }
                b = (byte) (high << 4 | low);
                i += 2;
            }
            bytes[length++] = b;
        }
        return new String(bytes, 0, length, java.nio.charset.StandardCharsets.UTF_8);
    }
}
