package dev.slipway.build.bake;

import dev.slipway.image.JsonWriter;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// Makes definitions up, and writes them as HCL and as JSON.
final class BakeGenerator {
    private static final String[] WORDS = {
        "a",
        "b1",
        "x-y",
        "ä",
        "with space",
        "quo\"te",
        "back\\slash",
        "new\nline",
        "tab\t",
        "${V}",
        "p-${W}-s",
        "$${V}",
        "%%{x}",
        "%{ if F }y%{ else }n%{ endif }",
        "",
        "<&>",
        "1.5",
        "${upper(\"q\")}",
        "${F ? V : W}",
        "${join(\",\", L)}"
    };

    private final Random random;
    private final Map<String, Object> root = new LinkedHashMap<>();

    BakeGenerator(Random random) {
        this.random = random;
        generate();
    }

    private String word() {
        return WORDS[random.nextInt(WORDS.length)];
    }

    private String plain() {
        return new String[] {"one", "two", "three", "four"}[random.nextInt(4)];
    }

    private Object scalar() {
        return switch (random.nextInt(6)) {
            case 0 -> random.nextInt(100);
            case 1 -> random.nextBoolean();
            default -> word();
        };
    }

    private List<Object> words() {
        List<Object> words = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            words.add(scalar());
        }
        return words;
    }

    private Map<String, Object> pairs() {
        Map<String, Object> pairs = new LinkedHashMap<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            pairs.put(plain() + i, scalar());
        }
        return pairs;
    }

    private void generate() {
        root.put("V", "val");
        root.put("W", List.of("${V}", "w").get(random.nextInt(2)));
        root.put("F", random.nextBoolean());
        root.put("L", List.of("l1", "${V}", 3));
        Map<String, Object> targets = new LinkedHashMap<>();
        List<Object> names = new ArrayList<>();
        for (int i = 0; i < 1 + random.nextInt(4); i++) {
            targets.put("t" + i, target(i));
            names.add("t" + i);
        }
        root.put("target", targets);
        Map<String, Object> group = new LinkedHashMap<>();
        group.put("targets", names);
        root.put("group", Map.of("default", group));
    }

    private Map<String, Object> target(int number) {
        Map<String, Object> target = new LinkedHashMap<>();
        if (number > 0 && random.nextBoolean()) {
            target.put("inherits", List.of("t0"));
        }
        if (number > 0 && random.nextInt(3) == 0) {
            target.put("matrix", Map.of("m", List.of("x", "y")));
            target.put("name", "t" + number + "-${m}");
        }
        if (random.nextBoolean()) {
            target.put("args", pairs());
        }
        if (random.nextBoolean()) {
            target.put("labels", pairs());
        }
        if (random.nextBoolean()) {
            target.put("tags", words());
        }
        if (random.nextInt(4) == 0) {
            target.put("output", List.of(Map.of("type", "local", "dest", word()), "type=docker"));
        }
        if (random.nextInt(4) == 0) {
            target.put("no-cache", random.nextBoolean());
        }
        if (random.nextInt(4) == 0) {
            target.put("dockerfile-inline", "FROM x\nRUN " + word() + "\n");
        }
        if (random.nextInt(4) == 0) {
            target.put("description", word());
        }
        return target;
    }

    String hcl() {
        var hcl = new StringBuilder();
        root.forEach((name, value) -> {
            if (name.equals("target") || name.equals("group")) {
                ((Map<?, ?>) value)
                        .forEach((label, body) -> {
                            hcl.append(name + " \"" + label + "\" {\n");
                            attributes(hcl, (Map<?, ?>) body);
                            hcl.append("}\n");
                        });
            } else {
                attributes(hcl, Map.of(name, value));
            }
        });
        return hcl.toString();
    }

    private void attributes(StringBuilder hcl, Map<?, ?> body) {
        body.forEach((name, value) -> {
            hcl.append("  ".repeat(random.nextInt(3))).append(name).append(" = ");
            expression(hcl, value);
            hcl.append(random.nextBoolean() ? "\n" : " # note\n\n");
        });
    }

    private void expression(StringBuilder hcl, Object value) {
        switch (value) {
            case Map<?, ?> map -> {
                hcl.append("{");
                map.forEach((name, member) -> {
                    hcl.append(random.nextBoolean() ? "\n" : " ");
                    hcl.append('"').append(name).append('"');
                    hcl.append(random.nextBoolean() ? " = " : ": ");
                    expression(hcl, member);
                    hcl.append(random.nextBoolean() ? "," : "\n");
                });
                hcl.append("}");
            }
            case List<?> list -> {
                hcl.append("[");
                list.forEach(element -> {
                    expression(hcl, element);
                    hcl.append(random.nextBoolean() ? ", " : ",\n");
                });
                hcl.append("]");
            }
            case String text -> string(hcl, text);
            default -> hcl.append(value);
        }
    }

    /// Text in quotes: what stands in `${ }` and `%{ }` is code, the rest is escaped.
    private static void string(StringBuilder hcl, String text) {
        hcl.append('"');
        int depth = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '{' && i > 0 && "$%".indexOf(text.charAt(i - 1)) >= 0) {
                depth++;
            } else if (c == '}' && depth > 0) {
                depth--;
            }
            boolean code = depth > 0;
            switch (c) {
                case '\n' -> hcl.append("\\n");
                case '\t' -> hcl.append("\\t");
                case '"' -> hcl.append(code ? "\"" : "\\\"");
                case '\\' -> hcl.append("\\\\");
                default -> hcl.append(c);
            }
        }
        hcl.append('"');
    }

    String json() {
        var json = JsonWriter.indented(random.nextInt(2) * 2);
        write(json, root);
        return json.toString();
    }

    private static void write(JsonWriter json, Object value) {
        switch (value) {
            case Map<?, ?> map -> {
                json.beginObject();
                map.forEach((name, member) -> {
                    json.name(String.valueOf(name));
                    write(json, member);
                });
                json.endObject();
            }
            case List<?> list -> {
                json.beginArray();
                list.forEach(element -> write(json, element));
                json.endArray();
            }
            case Integer number -> json.value(number.longValue());
            case Boolean truth -> json.value(truth.booleanValue());
            default -> json.value(value.toString());
        }
    }
}
