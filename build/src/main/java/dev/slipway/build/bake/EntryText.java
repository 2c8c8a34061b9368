package dev.slipway.build.bake;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// Reads caches, outputs, secrets and so on from the text they are written as on a command line, or
/// from their fields.
final class EntryText {
    /// An entry that makes no sense. Caught where the place is known.
    static final class Wrong extends Exception {
        private static final long serialVersionUID = 1L;

        Wrong(String message) {
            super(message);
        }
    }

    private EntryText() {}

    /// The entries that `text` says: several only for caches, whose references may be listed.
    static List<Setting.Entry> parse(TargetAttribute.Kind kind, String text) throws Wrong {
        if (text.isEmpty()) {
            return List.of();
        }
        return switch (kind) {
            case CACHES -> caches(text);
            case OUTPUTS -> List.of(output(text));
            case SECRETS -> List.of(secret(fields(text)));
            case SSH -> List.of(ssh(text));
            case ATTESTS, POLICIES -> List.of(of(kind, fields(text)));
            case TEXT, FLAG, TEXTS, MAP ->
                    throw new IllegalArgumentException("no entries: " + kind);
        };
    }

    /// The entry of these fields.
    static Setting.Entry of(TargetAttribute.Kind kind, Map<String, String> fields) throws Wrong {
        return switch (kind) {
            case SECRETS -> secret(fields);
            case ATTESTS -> attest(typed(fields, "an attestation"));
            case CACHES -> typed(fields, "a cache");
            case OUTPUTS -> typed(fields, "an output");
            case POLICIES -> new Setting.Entry(new TreeMap<>(fields));
            case SSH -> ssh(fields.getOrDefault("id", ""));
            case TEXT, FLAG, TEXTS, MAP ->
                    throw new IllegalArgumentException("no entries: " + kind);
        };
    }

    private static Setting.Entry typed(Map<String, String> fields, String what) throws Wrong {
        if (fields.getOrDefault("type", "").isEmpty()) {
            throw new Wrong(what + " needs a type");
        }
        return new Setting.Entry(new TreeMap<>(fields));
    }

    private static Setting.Entry attest(Setting.Entry entry) throws Wrong {
        var disabled = entry.fields().get("disabled");
        if (disabled == null) {
            return entry;
        }
        var off = Conversion.flag(disabled);
        if (off == null) {
            throw new Wrong("disabled is true or false, not " + disabled);
        }
        var fields = new TreeMap<>(entry.fields());
        if (off) {
            fields.put("disabled", "true");
        } else {
            fields.remove("disabled");
        }
        return new Setting.Entry(fields);
    }

    private static List<Setting.Entry> caches(String text) throws Wrong {
        if (text.indexOf('=') >= 0) {
            return List.of(typed(fields(text), "a cache"));
        }
        List<Setting.Entry> entries = new ArrayList<>();
        for (var reference : CsvLine.fields(text)) {
            entries.add(
                    new Setting.Entry(new TreeMap<>(Map.of("type", "registry", "ref", reference))));
        }
        return entries;
    }

    private static Setting.Entry output(String text) throws Wrong {
        if (text.indexOf('=') < 0) {
            var type = text.equals("-") ? "tar" : "local";
            return new Setting.Entry(new TreeMap<>(Map.of("type", type, "dest", text)));
        }
        return typed(fields(text), "an output");
    }

    private static Setting.Entry secret(Map<String, String> fields) throws Wrong {
        var id = "";
        var source = "";
        var variable = "";
        var type = "";
        for (var field : fields.entrySet()) {
            switch (field.getKey()) {
                case "type" -> type = field.getValue();
                case "id" -> id = field.getValue();
                case "src", "source" -> source = field.getValue();
                case "env" -> variable = field.getValue();
                default -> throw new Wrong("a secret has no " + field.getKey());
            }
        }
        if (!type.isEmpty() && !type.equals("file") && !type.equals("env")) {
            throw new Wrong("the type of a secret is file or env, not " + type);
        }
        if (type.equals("env") && variable.isEmpty()) {
            variable = source;
            source = "";
        }
        var entry = new java.util.LinkedHashMap<String, String>();
        put(entry, "id", id);
        put(entry, "src", source);
        put(entry, "env", variable);
        return new Setting.Entry(entry);
    }

    private static void put(Map<String, String> fields, String name, String value) {
        if (!value.isEmpty()) {
            fields.put(name, value);
        }
    }

    private static Setting.Entry ssh(String text) {
        int equals = text.indexOf('=');
        var id = equals < 0 ? text : text.substring(0, equals);
        var paths =
                equals < 0 ? List.<String>of() : List.of(text.substring(equals + 1).split(",", -1));
        return new Setting.Entry(id.isEmpty() ? Map.of() : Map.of("id", id), paths);
    }

    private static Map<String, String> fields(String text) throws Wrong {
        var fields = new TreeMap<String, String>();
        for (var field : CsvLine.fields(text)) {
            int equals = field.indexOf('=');
            if (equals < 0) {
                throw new Wrong("'" + field + "' is not key=value");
            }
            fields.put(
                    field.substring(0, equals).strip().toLowerCase(Locale.ROOT),
                    field.substring(equals + 1));
        }
        return fields;
    }
}
