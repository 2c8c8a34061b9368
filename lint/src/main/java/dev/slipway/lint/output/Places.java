package dev.slipway.lint.output;

import dev.slipway.lint.Finding;

import org.jspecify.annotations.Nullable;

/// How tools that look at lines name things.
final class Places {
    private Places() {}

    /// Returns whether the finding is that the file cannot be parsed, which tools treat apart.
    static boolean isSyntax(Finding finding) {
        return finding.verdict("DL1000") != null;
    }

    /// Returns the column hadolint reports: 1, but for what cannot be parsed.
    static int column(Finding finding) {
        return isSyntax(finding) ? finding.range().start().column() : 1;
    }

    static String name(String file, @Nullable String path) {
        return path == null ? file : path;
    }

    /// Returns a text with control characters shown as `?`: a terminal must not be told things by a
    /// file.
    static String visible(String text) {
        int i = 0;
        while (i < text.length() && !isControl(text.charAt(i))) {
            i++;
        }
        if (i == text.length()) {
            return text;
        }
        StringBuilder out = new StringBuilder(text);
        for (; i < text.length(); i++) {
            if (isControl(text.charAt(i))) {
                out.setCharAt(i, '?');
            }
        }
        return out.toString();
    }

    private static boolean isControl(char c) {
        return c != '\t' && Character.isISOControl(c);
    }

    static String xml(String text) {
        StringBuilder out = new StringBuilder(text.length() + 16);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                case '\'' -> out.append("&#39;");
                case '\n', '\r', '\t' -> out.append("&#").append((int) c).append(';');
                default -> out.append(c < ' ' || c == '\uFFFE' || c == '\uFFFF' ? '?' : c);
            }
        }
        return out.toString();
    }
}
