package dev.slipway.lint.output;

import dev.slipway.lint.Finding;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;

/// Names findings so that they keep their name when lines move: by the file, the rule, the text it
/// is about and, among equal ones, their order.
final class Fingerprints {
    private final String file;
    private final String text;
    private final Map<String, Integer> seen = new HashMap<>();

    Fingerprints(String file, String text) {
        this.file = file;
        this.text = text;
    }

    /// Returns the name of a finding; to be asked in the order of the findings.
    String of(Finding finding) {
        String about = normal(finding.range().of(text));
        String key =
                file + '\0' + finding.rule().id() + '\0' + finding.knownMessage() + '\0' + about;
        int before = seen.merge(key, 1, Integer::sum);
        return digest(key + '\0' + before).substring(0, 40);
    }

    // Blanks and line ends do not count.
    private static String normal(String about) {
        StringBuilder out = new StringBuilder(about.length());
        for (int i = 0; i < about.length(); i++) {
            char c = about.charAt(i);
            if (c > ' ') {
                out.append(c);
            }
        }
        return out.toString();
    }

    private static String digest(String key) {
        try {
            byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java has it
        }
    }
}
