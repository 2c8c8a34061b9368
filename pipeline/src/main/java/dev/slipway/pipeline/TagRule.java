package dev.slipway.pipeline;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// One rule for a tag, as docker/metadata-action writes them: `type=semver,pattern={{version}}`.
public final class TagRule {
    /// What a rule makes its tag of.
    public enum Type {
        SCHEDULE(1000),
        SEMVER(900),
        PEP440(900),
        MATCH(800),
        EDGE(700),
        REF(600),
        RAW(200),
        SHA(100);

        private final int priority;

        Type(int priority) {
            this.priority = priority;
        }
    }

    /// The rules when none are given: what is built names the tag.
    public static final List<String> USUAL =
            List.of(
                    "type=schedule",
                    "type=ref,event=branch",
                    "type=ref,event=tag",
                    "type=ref,event=pr");

    private final String line;
    private final Type type;
    private final int priority;
    private final Map<String, String> attributes;

    private TagRule(String line, Type type, int priority, Map<String, String> attributes) {
        this.line = line;
        this.type = type;
        this.priority = priority;
        this.attributes = Collections.unmodifiableMap(attributes);
    }

    /// Reads a rule; text without a type is a tag itself.
    public static TagRule parse(String line) throws TagRuleException {
        var attributes = new LinkedHashMap<String, String>();
        for (var field : Csv.fields(line)) {
            int equals = field.indexOf('=');
            if (equals < 0) {
                attributes.put("value", field);
            } else {
                var key = field.substring(0, equals).strip().toLowerCase(Locale.ROOT);
                attributes.put(key, field.substring(equals + 1).strip());
            }
        }
        var name = attributes.getOrDefault("type", "raw");
        attributes.remove("type");
        Type type;
        try {
            type = Type.valueOf(name.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException _) {
            throw new TagRuleException(
                    "unknown type " + name + " in the rule " + line,
                    "types are schedule, semver, pep440, match, edge, ref, raw and sha");
        }
        addDefaults(type, attributes, line);
        return new TagRule(line, type, priority(attributes, type, line), attributes);
    }

    private static int priority(Map<String, String> attributes, Type type, String line)
            throws TagRuleException {
        try {
            var given = attributes.get("priority");
            return given == null ? type.priority : Integer.parseInt(given);
        } catch (NumberFormatException _) {
            throw new TagRuleException("the priority in the rule " + line + " is no number", null);
        }
    }

    private static void addDefaults(Type type, Map<String, String> attributes, String line)
            throws TagRuleException {
        switch (type) {
            case SCHEDULE -> attributes.putIfAbsent("pattern", "nightly");
            case SEMVER, PEP440 -> require(attributes, "pattern", line);
            case MATCH -> {
                require(attributes, "pattern", line);
                attributes.putIfAbsent("group", "0");
            }
            case REF -> {
                require(attributes, "event", line);
                switch (attributes.getOrDefault("event", "")) {
                    case "branch", "tag" -> {}
                    case "pr" -> attributes.putIfAbsent("prefix", "pr-");
                    default ->
                            throw new TagRuleException(
                                    "unknown event in the rule " + line,
                                    "events are branch, tag and pr");
                }
            }
            case RAW -> require(attributes, "value", line);
            case SHA -> {
                attributes.putIfAbsent("prefix", "sha-");
                attributes.putIfAbsent("format", "short");
            }
            case EDGE -> {}
        }
    }

    private static void require(Map<String, String> attributes, String name, String line)
            throws TagRuleException {
        if (attributes.getOrDefault(name, "").isEmpty()) {
            throw new TagRuleException(
                    "the rule " + line + " has no " + name, "add " + name + "=… to it");
        }
    }

    public Type type() {
        return type;
    }

    /// Rules of higher priority come first.
    public int priority() {
        return priority;
    }

    String attribute(String name) {
        return attributes.getOrDefault(name, "");
    }

    boolean has(String name) {
        return attributes.containsKey(name);
    }

    /// As it was written.
    @Override
    public String toString() {
        return line;
    }
}
