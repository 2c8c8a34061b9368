package dev.slipway.base;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// The few settings of apt.conf(5) that say how this machine reaches its mirror.
///
/// @param httpProxy `Acquire::http::Proxy`; null when none is set
/// @param httpsProxy `Acquire::https::Proxy`; null when none is set
/// @param checkValidUntil false when the machine's mirror is known to be frozen
record AptSettings(
        @Nullable String httpProxy, @Nullable String httpsProxy, boolean checkValidUntil) {
    static final AptSettings NONE = new AptSettings(null, null, true);

    private static final int MAX_FILE_BYTES = 1 << 20;

    /// @param etcApt normally `/etc/apt`
    static AptSettings ofMachine(Path etcApt) throws IOException {
        var values = new HashMap<String, String>();
        var directory = etcApt.resolve("apt.conf.d");
        var files = new ArrayList<Path>();
        if (Files.isDirectory(directory)) {
            try (var entries = Files.list(directory)) {
                entries.filter(AptSettings::isRead).sorted().forEach(files::add);
            }
        }
        var single = etcApt.resolve("apt.conf");
        if (Files.isRegularFile(single)) {
            files.add(single);
        }
        for (var file : files) {
            try (var in = Files.newInputStream(file)) {
                parse(new String(in.readNBytes(MAX_FILE_BYTES), StandardCharsets.UTF_8), values);
            }
        }
        return of(values);
    }

    /// apt reads files without an extension, or with `.conf`.
    private static boolean isRead(Path file) {
        var name = String.valueOf(file.getFileName());
        return Files.isRegularFile(file) && (name.indexOf('.') < 0 || name.endsWith(".conf"));
    }

    static AptSettings of(Map<String, String> values) {
        var validUntil = values.get("acquire::check-valid-until");
        return new AptSettings(
                proxy(values.get("acquire::http::proxy")),
                proxy(values.get("acquire::https::proxy")),
                validUntil == null || AptSources.isTrue(validUntil));
    }

    private static @Nullable String proxy(@Nullable String value) {
        return value == null || value.isBlank() || value.equals("DIRECT") ? null : value;
    }

    /// Adds the scalar settings of a file: `A::B "v";` and `A { B "v"; }`. Keys in lower case.
    static void parse(String text, Map<String, String> values) {
        var scopes = new ArrayDeque<String>();
        var words = new ArrayList<String>();
        for (var token : tokens(text)) {
            switch (token) {
                case "{" -> {
                    scopes.addLast(words.isEmpty() ? "" : words.getLast());
                    words.clear();
                }
                case "}" -> {
                    scopes.pollLast();
                    words.clear();
                }
                case ";" -> {
                    if (words.size() == 2) {
                        values.put(key(scopes, words.getFirst()), words.getLast().substring(1));
                    }
                    words.clear();
                }
                default -> words.add(words.isEmpty() ? unquote(token) : quoted(token));
            }
        }
    }

    private static String key(Iterable<String> scopes, String name) {
        return (String.join("::", scopes) + "::" + name)
                .toLowerCase(Locale.ROOT)
                .replaceFirst("^::", "");
    }

    private static String unquote(String token) {
        return token.startsWith("\"") ? token.substring(1) : token;
    }

    private static String quoted(String token) {
        return token.startsWith("\"") ? token : "\"" + token;
    }

    /// Words, quoted words with a leading `"`, and the three signs.
    private static List<String> tokens(String text) {
        var tokens = new ArrayList<String>();
        int i = 0;
        while (i < text.length()) {
            char c = text.charAt(i);
            if (Character.isWhitespace(c)) {
                i++;
            } else if (c == '#' || text.startsWith("//", i)) {
                i = end(text, "\n", i);
            } else if (text.startsWith("/*", i)) {
                i = end(text, "*/", i);
            } else if (c == '"') {
                int close = end(text, "\"", i + 1);
                tokens.add(text.substring(i, Math.max(i + 1, close - 1)));
                i = close;
            } else if ("{};".indexOf(c) >= 0) {
                tokens.add(String.valueOf(c));
                i++;
            } else {
                int start = i;
                while (i < text.length()
                        && !Character.isWhitespace(text.charAt(i))
                        && "{};\"".indexOf(text.charAt(i)) < 0) {
                    i++;
                }
                tokens.add(text.substring(start, i));
            }
        }
        return tokens;
    }

    private static int end(String text, String mark, int from) {
        int at = text.indexOf(mark, from);
        return at < 0 ? text.length() : at + mark.length();
    }
}
