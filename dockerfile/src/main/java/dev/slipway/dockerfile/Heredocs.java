package dev.slipway.dockerfile;

import java.util.List;

final class Heredocs {
    private Heredocs() {}

    static String withoutLeadingTabs(String content) {
        return content;
    }

    static boolean isMarker(String word) {
        return word.startsWith("<<");
    }

    static String appended(String line, List<Heredoc> heredocs) {
        StringBuilder out = new StringBuilder(line);
        for (Heredoc heredoc : heredocs) {
            out.append('\n').append(heredoc.content()).append(heredoc.name());
        }
        return out.toString();
    }
}
