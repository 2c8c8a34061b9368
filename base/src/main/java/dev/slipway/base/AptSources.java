package dev.slipway.base;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Reads apt's sources in both of their forms (sources.list(5)).
final class AptSources {
    private static final int MAX_FILE_BYTES = 1 << 20;

    private AptSources() {}

    /// All enabled binary sources of a machine, in apt's order.
    ///
    /// @param etcApt normally `/etc/apt`
    static List<AptSource> ofMachine(Path etcApt) throws IOException, DefinitionException {
        var sources = new ArrayList<AptSource>();
        var list = etcApt.resolve("sources.list");
        if (Files.isRegularFile(list)) {
            sources.addAll(parseOneLine(list.toString(), read(list)));
        }
        var directory = etcApt.resolve("sources.list.d");
        if (Files.isDirectory(directory)) {
            List<Path> files;
            try (var entries = Files.list(directory)) {
                files = entries.sorted().toList();
            }
            for (var file : files) {
                if (file.toString().endsWith(".list")) {
                    sources.addAll(parseOneLine(file.toString(), read(file)));
                } else if (file.toString().endsWith(".sources")) {
                    sources.addAll(parseDeb822(file.toString(), read(file)));
                }
            }
        }
        return sources;
    }

    private static String read(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            return new String(in.readNBytes(MAX_FILE_BYTES), StandardCharsets.UTF_8);
        }
    }

    /// `deb [option=value …] uri suite component…`, one a line.
    static List<AptSource> parseOneLine(String file, String text) throws DefinitionException {
        var sources = new ArrayList<AptSource>();
        int number = 0;
        for (var raw : text.lines().toList()) {
            number++;
            int comment = raw.indexOf('#');
            var line = (comment < 0 ? raw : raw.substring(0, comment)).strip();
            if (!line.isEmpty()) {
                var source = parseLine(file, number, line);
                if (source != null) {
                    sources.add(source);
                }
            }
        }
        return sources;
    }

    private static @Nullable AptSource parseLine(String file, int number, String line)
            throws DefinitionException {
        var options = new HashMap<String, String>();
        var rest = line;
        int open = line.indexOf('[');
        int close = line.indexOf(']');
        var type = words(line).getFirst();
        // An IPv6 address in the URI has brackets too: options stand right behind the type.
        if (open > 0 && line.substring(0, open).strip().equals(type)) {
            if (close < open) {
                throw new DefinitionException(file, number, open + 1, "'[' is not closed", null);
            }
            for (var option : words(line.substring(open + 1, close))) {
                int equals = option.indexOf('=');
                if (equals <= 0) {
                    throw new DefinitionException(
                            file, number, open + 1, "not an option: '" + option + "'", null);
                }
                options.put(
                        option.substring(0, equals).toLowerCase(Locale.ROOT),
                        option.substring(equals + 1));
            }
            rest = type + " " + line.substring(close + 1);
        }
        var words = words(rest);
        if (type.equals("deb-src")) {
            return null;
        }
        if (!type.equals("deb") || words.size() < 3) {
            throw new DefinitionException(
                    file, number, 1, "expected 'deb URI SUITE COMPONENT…', found: " + line, null);
        }
        var components = words.subList(3, words.size());
        requireComponents(file, number, words.get(2), components);
        return source(
                words.get(1), words.get(2), components, options, signedBy(options), file, number);
    }

    /// Stanzas of fields; each combination of its URIs and suites is a source.
    static List<AptSource> parseDeb822(String file, String text) throws DefinitionException {
        List<Control> stanzas;
        try {
            stanzas = Control.parseAll(text, true);
        } catch (ArchiveException e) {
            throw new DefinitionException(file, 1, 1, String.valueOf(e.getMessage()), null);
        }
        var sources = new ArrayList<AptSource>();
        for (var stanza : stanzas) {
            var enabled = stanza.value("Enabled");
            if ((enabled == null || isTrue(enabled))
                    && words(value(stanza, "Types")).contains("deb")) {
                addStanza(sources, file, stanza);
            }
        }
        return sources;
    }

    private static void addStanza(List<AptSource> sources, String file, Control stanza)
            throws DefinitionException {
        int line = stanza.fields().getFirst().line();
        var uris = words(value(stanza, "URIs"));
        var suites = words(value(stanza, "Suites"));
        if (uris.isEmpty() || suites.isEmpty()) {
            throw new DefinitionException(
                    file, line, 1, "a source needs 'URIs' and 'Suites'", null);
        }
        var components = words(value(stanza, "Components"));
        var options = new HashMap<String, String>();
        for (var name : List.of("Architectures", "Trusted", "Check-Valid-Until")) {
            var key = name.equals("Architectures") ? "arch" : name.toLowerCase(Locale.ROOT);
            var value = stanza.value(name);
            if (value != null) {
                options.put(key, String.join(",", words(value)));
            }
        }
        var signedBy = signedByField(stanza.value("Signed-By"));
        for (var uri : uris) {
            for (var suite : suites) {
                requireComponents(file, line, suite, components);
                sources.add(source(uri, suite, components, options, signedBy, file, line));
            }
        }
    }

    private static String value(Control stanza, String name) {
        var value = stanza.value(name);
        return value == null ? "" : value;
    }

    private static void requireComponents(
            String file, int line, String suite, List<String> components)
            throws DefinitionException {
        if (components.isEmpty() && !suite.endsWith("/")) {
            throw new DefinitionException(
                    file, line, 1, "the suite '" + suite + "' needs components", null);
        }
    }

    private static AptSource source(
            String uri,
            String suite,
            List<String> components,
            Map<String, String> options,
            AptSource.@Nullable SignedBy signedBy,
            String file,
            int line) {
        var architectures = options.getOrDefault("arch", "");
        return new AptSource(
                uri.endsWith("/") ? uri.substring(0, uri.length() - 1) : uri,
                suite,
                components,
                architectures.isEmpty() ? List.of() : List.of(architectures.split(",", -1)),
                signedBy,
                isTrue(options.getOrDefault("trusted", "no")),
                isTrue(options.getOrDefault("check-valid-until", "yes")),
                file + ":" + line);
    }

    private static AptSource.@Nullable SignedBy signedBy(Map<String, String> options) {
        var value = options.get("signed-by");
        return value == null ? null : signedByField(value.replace(',', ' '));
    }

    /// Paths, fingerprints, or an armored key whose empty lines are written ` .`.
    static AptSource.@Nullable SignedBy signedByField(@Nullable String value) {
        if (value == null || value.isBlank()) {
            return null;
        }
        if (value.contains("-----BEGIN PGP PUBLIC KEY BLOCK-----")) {
            var key = new StringBuilder();
            for (var line : value.lines().toList()) {
                var stripped = line.strip();
                key.append(stripped.equals(".") ? "" : stripped).append('\n');
            }
            return new AptSource.SignedBy(List.of(), List.of(), key.toString());
        }
        var files = new ArrayList<Path>();
        var fingerprints = new ArrayList<String>();
        for (var word : words(value.replace(',', ' '))) {
            if (word.startsWith("/")) {
                files.add(Path.of(word));
            } else {
                fingerprints.add(word.replace("!", "").toUpperCase(Locale.ROOT));
            }
        }
        return new AptSource.SignedBy(files, fingerprints, null);
    }

    /// What apt takes for a yes.
    static boolean isTrue(String value) {
        return switch (value.strip().toLowerCase(Locale.ROOT)) {
            case "yes", "true", "with", "on", "enable", "1" -> true;
            default -> false;
        };
    }

    private static List<String> words(String text) {
        var words = new ArrayList<String>();
        int start = -1;
        for (int i = 0; i <= text.length(); i++) {
            boolean space = i == text.length() || Character.isWhitespace(text.charAt(i));
            if (space && start >= 0) {
                words.add(text.substring(start, i));
                start = -1;
            } else if (!space && start < 0) {
                start = i;
            }
        }
        return words;
    }
}
