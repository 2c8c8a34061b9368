package dev.slipway.lint;

import dev.slipway.dockerfile.Dockerfile;
import dev.slipway.dockerfile.Position;
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
    /// @param start offset of what it replaces, up to the place asked for
    record Item(String label, int kind, int start) {}

    /// Returns what may stand at an offset.
    static List<Item> at(Dockerfile file, int offset) {
        Lines lines = new Lines(file.text());
        Position at = lines.at(offset);
        int line = at.line();
        String before = file.text().substring(Math.min(lines.start(line), offset), offset);
        boolean continued = line > 1 && endsInEscape(lines.text(line - 1), file.escape());
        String stripped = before.stripLeading();
        int blank = stripped.indexOf(' ');
        if (blank < 0 && !continued) {
            return items(INSTRUCTIONS, KEYWORD, offset - stripped.length());
        }
        String keyword = continued ? "" : stripped.substring(0, blank).toUpperCase(Locale.ROOT);
        String word = before.substring(before.lastIndexOf(' ') + 1);
        int from = word.lastIndexOf("from=");
        if (from >= 0) {
            return stages(file, line, offset - word.length() + from + 5);
        }
        if (word.startsWith("--")) {
            return items(flags(keyword), PROPERTY, offset - word.length());
        }
        return keyword.equals("FROM") ? stages(file, line, offset - word.length()) : List.of();
    }

    private static boolean endsInEscape(String line, char escape) {
        String text = line.stripTrailing();
        return !text.isEmpty() && text.charAt(text.length() - 1) == escape;
    }

    private static List<Item> items(List<String> labels, int kind, int start) {
        List<Item> items = new ArrayList<>();
        for (String label : labels) {
            items.add(new Item(label, kind, start));
        }
        return items;
    }

    private static List<Item> stages(Dockerfile file, int line, int start) {
        List<Item> items = new ArrayList<>();
        for (Stage stage : file.stages()) {
            String name = stage.name();
            if (name != null && stage.from().range().start().line() < line) {
                items.add(new Item(name, REFERENCE, start));
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
