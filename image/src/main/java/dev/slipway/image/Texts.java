package dev.slipway.image;

/// How untrusted text is shown in messages: bounded, without control characters.
final class Texts {
    private static final int SHOWN = 120;
    private static final char[] HEX = "0123456789abcdef".toCharArray();

    private Texts() {}

    static String quote(String text) {
        var out = new StringBuilder(Math.min(text.length(), SHOWN) + 2).append('"');
        for (int i = 0; i < text.length() && i < SHOWN; i++) {
            char c = text.charAt(i);
            if (c < ' ' || c == 0x7f || (c >= 0x80 && c < 0xa0)) {
                out.append("\\x").append(HEX[(c >> 4) & 15]).append(HEX[c & 15]);
            } else {
                out.append(c);
            }
        }
        return out.append(text.length() > SHOWN ? "…\"" : "\"").toString();
    }

    static boolean isHex(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) {
                return false;
            }
        }
        return true;
    }

    static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
