package dev.slipway.lint.model;

import dev.slipway.dockerfile.Comment;

import java.util.ArrayList;
import java.util.List;

/// Reads pragmas: hadolint's, BuildKit's, trivy's, checkov's and `slipway ignore=`.
final class PragmaReader {
    private PragmaReader() {}

    static List<Pragma> read(List<Comment> comments) {
        List<Pragma> pragmas = new ArrayList<>();
        for (Comment comment : comments) {
            read(comment.text(), comment.range().start().line(), pragmas);
        }
        return pragmas;
    }

    private static void read(String text, int line, List<Pragma> pragmas) {
        if (text.startsWith("hadolint")) {
            hadolint(text.substring("hadolint".length()), line, pragmas);
        } else if (text.startsWith("check") && !text.startsWith("checkov")) {
            buildKit(text, line, pragmas);
        } else if (text.startsWith("trivy:ignore:")) {
            int end = end(text, 13, " \t");
            add(pragmas, Pragma.Kind.IGNORE_BLOCK, List.of(text.substring(13, end)), line);
        } else if (text.startsWith("checkov:skip=")) {
            int end = end(text, 13, ": \t");
            add(pragmas, Pragma.Kind.IGNORE_FILE, codes(text.substring(13, end)), line);
        } else if (text.startsWith("slipway")) {
            ours(text.substring("slipway".length()), line, pragmas);
        }
    }

    private static void add(List<Pragma> pragmas, Pragma.Kind kind, List<String> codes, int line) {
        if (!codes.isEmpty()) {
            pragmas.add(new Pragma(kind, codes, line));
        }
    }

    private static int end(String text, int from, String stops) {
        int end = from;
        while (end < text.length() && stops.indexOf(text.charAt(end)) < 0) {
            end++;
        }
        return end;
    }

    // What follows the word `hadolint`; whatever is not exactly right means nothing.
    private static void hadolint(String rest, int line, List<Pragma> pragmas) {
        String[] scope = new String[1];
        String value = assigned(rest, scope, "ignore", "shell");
        if (value == null) {
            return;
        }
        int hash = value.indexOf('#');
        String list = (hash < 0 ? value : value.substring(0, hash)).strip();
        switch (scope[0]) {
            case "ignore" -> add(pragmas, Pragma.Kind.IGNORE_NEXT, strict(list), line);
            case "global ignore" -> add(pragmas, Pragma.Kind.IGNORE_FILE, strict(list), line);
            case "stage ignore" -> add(pragmas, Pragma.Kind.IGNORE_STAGE, strict(list), line);
            case "shell" -> {
                if (!list.isEmpty() && list.indexOf(' ') < 0) {
                    add(pragmas, Pragma.Kind.SHELL, List.of(list), line);
                }
            }
            default -> {}
        }
    }

    private static void ours(String rest, int line, List<Pragma> pragmas) {
        String[] scope = new String[1];
        String value = assigned(rest, scope, "ignore", "shell");
        if (value == null) {
            return;
        }
        int end = value.indexOf('#') < 0 ? value.length() : value.indexOf('#');
        int reason = value.indexOf("//");
        String list = value.substring(0, reason < 0 ? end : Math.min(end, reason)).strip();
        Pragma.Kind kind =
                switch (scope[0]) {
                    case "global ignore" -> Pragma.Kind.IGNORE_FILE;
                    case "stage ignore" -> Pragma.Kind.IGNORE_STAGE;
                    case "shell" -> Pragma.Kind.SHELL;
                    default -> Pragma.Kind.IGNORE_BLOCK;
                };
        add(pragmas, kind, codes(list), line);
    }

    // Splits `  stage  ignore = value` into scope and value; null if it has another form.
    private static @org.jspecify.annotations.Nullable String assigned(
            String rest, String[] scope, String... words) {
        int equals = rest.indexOf('=');
        if (equals < 0 || rest.isEmpty() || (rest.charAt(0) != ' ' && rest.charAt(0) != '\t')) {
            return null;
        }
        String left = rest.substring(0, equals).strip();
        for (String word : words) {
            if (left.equals(word)) {
                scope[0] = word;
                return rest.substring(equals + 1);
            }
            if (left.endsWith(word)) {
                String before = left.substring(0, left.length() - word.length());
                if (!before.equals(before.strip())
                        && (before.isBlank()
                                || before.strip().equals("global")
                                || before.strip().equals("stage"))) {
                    scope[0] = (before.strip() + " " + word).strip();
                    return rest.substring(equals + 1);
                }
            }
        }
        return null;
    }

    private static void buildKit(String text, int line, List<Pragma> pragmas) {
        int equals = text.indexOf('=');
        if (equals < 0 || !text.substring(0, equals).strip().equals("check")) {
            return;
        }
        String value = text.substring(equals + 1);
        int reason = value.indexOf("//");
        if (reason >= 0) {
            value = value.substring(0, reason);
        }
        for (CheckOption option : CheckOption.read(value)) {
            if (option.name().equals("skip")) {
                add(pragmas, Pragma.Kind.SKIP_NEXT, option.values(), line);
            } else if (option.name().equals("experimental")) {
                add(pragmas, Pragma.Kind.EXPERIMENTAL_NEXT, option.values(), line);
            }
        }
    }

    static List<String> codes(String list) {
        List<String> codes = new ArrayList<>();
        int start = 0;
        while (start <= list.length()) {
            int comma = list.indexOf(',', start);
            int end = comma < 0 ? list.length() : comma;
            String code = list.substring(start, end).strip();
            if (!code.isEmpty()) {
                codes.add(code);
            }
            start = end + 1;
        }
        return codes;
    }

    // hadolint's codes have these characters only; one other makes the whole pragma void.
    private static List<String> strict(String list) {
        List<String> codes = codes(list);
        for (String code : codes) {
            for (int i = 0; i < code.length(); i++) {
                if ("DLSC0123456789".indexOf(code.charAt(i)) < 0) {
                    return List.of();
                }
            }
        }
        return codes;
    }
}
