package dev.slipway.lint.rules;

import java.util.List;

/// What a label may be called: Docker's guidelines for label keys.
final class LabelKeys {
    private static final List<String> RESERVED =
            List.of("com.docker.", "io.docker.", "org.dockerproject.");

    private LabelKeys() {}

    static boolean isValid(String key) {
        if (key.isEmpty() || !isLetter(key.charAt(0)) || !isLetterOrDigit(key, key.length() - 1)) {
            return false;
        }
        for (String prefix : RESERVED) {
            if (key.startsWith(prefix)) {
                return false;
            }
        }
        for (int i = 0; i < key.length(); i++) {
            char c = key.charAt(i);
            if (!isLetterOrDigit(key, i) && ".-_/".indexOf(c) < 0) {
                return false;
            }
        }
        return !key.contains("..") && !key.contains("--");
    }

    private static boolean isLetter(char c) {
        return c >= 'a' && c <= 'z';
    }

    private static boolean isLetterOrDigit(String key, int at) {
        char c = key.charAt(at);
        return isLetter(c) || (c >= '0' && c <= '9');
    }
}
