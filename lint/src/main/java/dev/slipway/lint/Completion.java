package dev.slipway.lint;

import dev.slipway.dockerfile.Dockerfile;
import dev.slipway.dockerfile.Stage;
import dev.slipway.lint.model.Lines;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What may stand at a place of a Dockerfile.
final class Completion {
    private static final int KEYWORD = 14;
    private static final int PROPERTY = 10;
    private static final int REFERENCE = 18;
    private static final List<String> INSTRUCTIONS =
            List.of(
                    "ADD",
                    "ARG",
                    "CMD",
                    "COPY",
                    "ENTRYPOINT",
                    "ENV",
                    "EXPOSE",
                    "FROM",
                    "HEALTHCHECK",
                    "LABEL",
                    "ONBUILD",
                    "RUN",
                    "SHELL",
                    "STOPSIGNAL",
                    "USER",
                    "VOLUME",
                    "WORKDIR");

    private Completion() {}

    /// Something to offer.
    ///
    /// @param kind the protocol's number: keyword, property or reference
    record Item(String label, int kind) {}

    /// Returns what may stand at a place.
    ///
    /// @param line from 0
    /// @param character from 0, in UTF-16 characters
    static List<Item> at(Dockerfile file, long line, long character) {
        Lines lines = new Lines(file.text());
        if (line < 0 || line >= lines.count()) {
            return List.of();
        }
        String text = lines.text((int) line + 1);
        int end = (int) Math.clamp(character, 0, (long) text.length());
        String before = text.substring(0, end);
        boolean continued = line > 0 && endsInEscape(lines.text((int) line), file.escape());
        String stripped = before.stripLeading();
        int blank = stripped.indexOf(' ');
        if (blank < 0 && !continued) {
            return items(INSTRUCTIONS, KEYWORD);
        }
        String keyword = continued ? "" : stripped.substring(0, blank).toUpperCase(Locale.ROOT);
        String word = before.substring(before.lastIndexOf(' ') + 1);
        if (word.startsWith("--from=") || word.contains("from=")) {
            return stages(file, line);
        }
        if (word.startsWith("--")) {
            return items(flags(keyword), PROPERTY);
        }
        return keyword.equals("FROM") ? stages(file, line) : List.of();
    }

    private static boolean endsInEscape(String line, char escape) {
        String text = line.stripTrailing();
        return !text.isEmpty() && text.charAt(text.length() - 1) == escape;
    }

    private static List<Item> items(List<String> labels, int kind) {
        List<Item> items = new ArrayList<>();
        for (String label : labels) {
            items.add(new Item(label, kind));
        }
        return items;
    }

    private static List<Item> stages(Dockerfile file, long line) {
        List<Item> items = new ArrayList<>();
        for (Stage stage : file.stages()) {
            String name = stage.name();
            if (name != null && stage.from().range().start().line() <= line) {
                items.add(new Item(name, REFERENCE));
            }
        }
        return items;
    }

    private static List<String> flags(String keyword) {
        return switch (keyword) {
            case "ADD" ->
                    List.of(
                            "--chown=",
                            "--chmod=",
                            "--link",
                            "--checksum=",
                            "--keep-git-dir",
                            "--unpack",
                            "--exclude=");
            case "COPY" ->
                    List.of("--from=", "--chown=", "--chmod=", "--link", "--parents", "--exclude=");
            case "FROM" -> List.of("--platform=");
            case "HEALTHCHECK" ->
                    List.of(
                            "--interval=",
                            "--timeout=",
                            "--start-period=",
                            "--start-interval=",
                            "--retries=");
            case "RUN" -> List.of("--mount=", "--network=", "--security=", "--device=");
            default -> List.of();
        };
    }
}
