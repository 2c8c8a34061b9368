package dev.slipway.distribution;

import dev.slipway.image.Reference;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// `registries.conf`, version 2, as podman and skopeo read it: where a name is really to be pulled
/// from, and what registries are blocked or insecure. `registries.conf.d/*.conf` add to it, later
/// ones win. Immutable.
final class RegistriesConf {
    private static final int MAX_BYTES = 1 << 20;

    private final List<Rule> rules;
    private final Map<String, String> aliases;
    private final List<String> searched;

    private RegistriesConf(List<Rule> rules, Map<String, String> aliases, List<String> searched) {
        this.rules = rules;
        this.aliases = aliases;
        this.searched = searched;
    }

    /// When a mirror is asked.
    private enum When {
        ALL,
        DIGEST_ONLY,
        TAG_ONLY
    }

    /// One `[[registry]]`.
    ///
    /// @param location that the prefix is replaced by; "" for the prefix itself
    private record Rule(
            String prefix,
            String location,
            boolean insecure,
            boolean blocked,
            List<Mirror> mirrors) {}

    /// One `[[registry.mirror]]`.
    private record Mirror(String location, boolean insecure, When when) {}

    /// One place to pull from.
    ///
    /// @param registry host and port
    /// @param repository path there
    record Place(String registry, String repository, boolean insecure) {}

    /// Reads the files that count for a user; nothing if there are none.
    static RegistriesConf read(Map<String, String> environment, Path home) throws IOException {
        String given = environment.getOrDefault("CONTAINERS_REGISTRIES_CONF", "");
        String config = environment.getOrDefault("XDG_CONFIG_HOME", "");
        Path personal =
                (config.startsWith("/") ? Path.of(config) : home.resolve(".config"))
                        .resolve("containers");
        Path main = personal.resolve("registries.conf");
        if (!given.isEmpty()) {
            main = Path.of(given);
        } else if (!Files.exists(main)) {
            main = Path.of("/etc/containers/registries.conf");
        }
        var files = new ArrayList<Path>();
        files.add(main);
        if (given.isEmpty()) {
            addAll(files, Path.of("/etc/containers/registries.conf.d"));
            addAll(files, personal.resolve("registries.conf.d"));
        }
        Map<String, Rule> rules = new LinkedHashMap<>();
        Map<String, String> aliases = new LinkedHashMap<>();
        List<String> searched = List.of();
        for (Path file : files) {
            if (Files.isReadable(file)) {
                Map<String, Object> toml = toml(file);
                addRules(rules, toml, file);
                addAliases(aliases, toml);
                if (toml.get("unqualified-search-registries") instanceof List<?> list) {
                    searched = texts(list);
                }
            }
        }
        return new RegistriesConf(List.copyOf(rules.values()), aliases, searched);
    }

    private static void addAll(List<Path> files, Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return;
        }
        var found = new ArrayList<Path>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory, "*.conf")) {
            for (Path entry : entries) {
                found.add(entry);
            }
        }
        Collections.sort(found);
        files.addAll(found);
    }

    private static Map<String, Object> toml(Path file) throws IOException {
        if (Files.size(file) > MAX_BYTES) {
            throw malformed(file, "it is longer than " + MAX_BYTES + " bytes", null);
        }
        try {
            return Toml.parse(Files.readString(file));
        } catch (IOException e) {
            throw malformed(file, String.valueOf(e.getMessage()), e);
        }
    }

    private static RegistryException malformed(
            Path file, String what, @Nullable IOException cause) {
        return RegistryException.of("cannot read " + file + ": " + what, null, "", cause);
    }

    private static void addRules(Map<String, Rule> rules, Map<String, Object> toml, Path file)
            throws IOException {
        for (Map<?, ?> each : tables(toml.get("registry"))) {
            String location = text(each, "location");
            String prefix = text(each, "prefix");
            if (prefix.isEmpty()) {
                prefix = location;
            }
            if (prefix.isEmpty()) {
                throw malformed(file, "a [[registry]] has neither prefix nor location", null);
            }
            var mirrors = new ArrayList<Mirror>();
            boolean digestOnly = flag(each, "mirror-by-digest-only");
            for (Map<?, ?> mirror : tables(each.get("mirror"))) {
                mirrors.add(mirror(mirror, digestOnly));
            }
            rules.put(
                    prefix,
                    new Rule(
                            prefix,
                            location,
                            flag(each, "insecure"),
                            flag(each, "blocked"),
                            mirrors));
        }
    }

    private static Mirror mirror(Map<?, ?> table, boolean digestOnly) {
        When when =
                switch (text(table, "pull-from-mirror")) {
                    case "digest-only" -> When.DIGEST_ONLY;
                    case "tag-only" -> When.TAG_ONLY;
                    default -> digestOnly ? When.DIGEST_ONLY : When.ALL;
                };
        return new Mirror(text(table, "location"), flag(table, "insecure"), when);
    }

    private static void addAliases(Map<String, String> aliases, Map<String, Object> toml) {
        if (toml.get("aliases") instanceof Map<?, ?> table) {
            for (Map.Entry<?, ?> each : table.entrySet()) {
                aliases.put(String.valueOf(each.getKey()), String.valueOf(each.getValue()));
            }
        }
    }

    private static List<Map<?, ?>> tables(@Nullable Object value) {
        var tables = new ArrayList<Map<?, ?>>();
        if (value instanceof List<?> list) {
            for (Object each : list) {
                if (each instanceof Map<?, ?> table) {
                    tables.add(table);
                }
            }
        }
        return tables;
    }

    private static List<String> texts(List<?> values) {
        var texts = new ArrayList<String>();
        for (Object each : values) {
            texts.add(String.valueOf(each));
        }
        return texts;
    }

    private static String text(Map<?, ?> table, String key) {
        return table.get(key) instanceof String text ? text : "";
    }

    private static boolean flag(Map<?, ?> table, String key) {
        return Boolean.TRUE.equals(table.get(key));
    }

    /// The full name a short one stands for: by `[aliases]`, else in the first of the registries
    /// that are searched; the name itself if neither says anything. Docker's short names, which
    /// mean Docker Hub, stay the rule where nothing is configured.
    ///
    /// @param text as the user wrote it
    String expand(String text) {
        int slash = text.indexOf('/');
        String first = slash < 0 ? "" : text.substring(0, slash);
        boolean qualified =
                first.indexOf('.') >= 0 || first.indexOf(':') >= 0 || first.equals("localhost");
        if (qualified) {
            return text;
        }
        int end = text.indexOf('@');
        int colon = text.indexOf(':');
        if (end < 0 || (colon >= 0 && colon < end)) {
            end = colon;
        }
        String name = end < 0 ? text : text.substring(0, end);
        String rest = end < 0 ? "" : text.substring(end);
        String alias = aliases.get(name);
        if (alias != null) {
            return alias + rest;
        }
        return searched.isEmpty() || searched.getFirst().equals("docker.io")
                ? text
                : searched.getFirst() + '/' + text;
    }

    /// The places to pull a name from, in the order to try.
    ///
    /// @throws RegistryException if it is blocked
    List<Place> places(Reference name) throws RegistryException {
        Rule rule = rule(name);
        if (rule == null) {
            return List.of(new Place(name.registry(), name.repository(), false));
        }
        refuseBlocked(rule, name);
        var places = new ArrayList<Place>();
        for (Mirror mirror : rule.mirrors()) {
            boolean asked =
                    switch (mirror.when()) {
                        case ALL -> true;
                        case DIGEST_ONLY -> name.digest() != null;
                        case TAG_ONLY -> name.digest() == null;
                    };
            if (asked) {
                places.add(place(name, rule.prefix(), mirror.location(), mirror.insecure()));
            }
        }
        places.add(place(name, rule.prefix(), rule.location(), rule.insecure()));
        return places;
    }

    /// Whether a registry that is pushed to is declared insecure.
    ///
    /// @throws RegistryException if it is blocked
    boolean isInsecure(Reference name) throws RegistryException {
        Rule rule = rule(name);
        if (rule == null) {
            return false;
        }
        refuseBlocked(rule, name);
        return rule.insecure();
    }

    private static void refuseBlocked(Rule rule, Reference name) throws RegistryException {
        if (rule.blocked()) {
            throw RegistryException.of(
                    "the registry of " + name.familiar() + " is blocked",
                    "A rule of registries.conf for " + rule.prefix() + " says so.",
                    name.registry(),
                    null);
        }
    }

    /// The rule with the longest prefix.
    private @Nullable Rule rule(Reference name) {
        String full = name.name();
        Rule best = null;
        for (Rule each : rules) {
            boolean longer = best == null || each.prefix().length() > best.prefix().length();
            if (longer && matched(each.prefix(), full) >= 0) {
                best = each;
            }
        }
        return best;
    }

    /// How many characters of a name a prefix covers; -1 if it does not cover it.
    private static int matched(String prefix, String name) {
        if (prefix.startsWith("*.")) {
            int slash = name.indexOf('/');
            String host = slash < 0 ? name : name.substring(0, slash);
            return host.endsWith(prefix.substring(1)) ? host.length() : -1;
        }
        boolean covers =
                name.startsWith(prefix)
                        && (name.length() == prefix.length()
                                || name.charAt(prefix.length()) == '/');
        return covers ? prefix.length() : -1;
    }

    private static Place place(Reference name, String prefix, String location, boolean insecure) {
        String full = name.name();
        String moved =
                location.isEmpty() || prefix.startsWith("*.")
                        ? full
                        : location + full.substring(matched(prefix, full));
        int slash = moved.indexOf('/');
        return slash < 0
                ? new Place(moved, name.repository(), insecure)
                : new Place(moved.substring(0, slash), moved.substring(slash + 1), insecure);
    }
}
