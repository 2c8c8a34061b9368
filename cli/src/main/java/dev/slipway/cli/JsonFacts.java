package dev.slipway.cli;

import dev.slipway.image.Json;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// JSON as the tree that templates and printing take.
final class JsonFacts {
    /// Members whose keys the image's author chose: dictionaries, not records.
    private static final List<String> DICTIONARIES =
            List.of("Labels", "ExposedPorts", "Volumes", "annotations");

    private JsonFacts() {}

    /// An object's members, in order.
    static Map<String, Object> object(Json.Obj json) {
        Map<String, Object> facts = new LinkedHashMap<>();
        put(json, facts);
        return facts;
    }

    @SuppressWarnings("NullAway") // null is a value here, as in JSON
    private static void put(Json.Obj json, Map<String, Object> facts) {
        json.members()
                .forEach((name, value) -> {
                    boolean free = DICTIONARIES.contains(name) && value instanceof Json.Obj;
                    facts.put(name, free ? dictionary((Json.Obj) value) : value(value));
                });
    }

    private static Map<String, Object> dictionary(Json.Obj json) {
        Map<String, Object> facts = new TreeMap<>();
        put(json, facts);
        return facts;
    }

    private static @Nullable Object value(Json json) {
        return switch (json) {
            case Json.Obj object -> object(object);
            case Json.Arr array -> {
                List<@Nullable Object> values = new ArrayList<>();
                for (Json each : array.values()) {
                    values.add(value(each));
                }
                yield values;
            }
            case Json.Str text -> text.text();
            case Json.Num number -> number(number.literal());
            case Json.Bool truth -> truth.value();
            case Json.Null _ -> null;
        };
    }

    private static Object number(String text) {
        try {
            return Long.valueOf(text);
        } catch (NumberFormatException _) {
            return Double.valueOf(text);
        }
    }
}
