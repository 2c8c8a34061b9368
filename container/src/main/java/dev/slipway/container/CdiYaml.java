package dev.slipway.container;

import dev.slipway.image.Json;

import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Reads a CDI specification in YAML, which most vendors write, as if it were JSON.
final class CdiYaml {
    private static final int MAX_ALIASES = 50;

    private CdiYaml() {}

    static Json.Obj parse(String text) throws IOException {
        LoadSettings settings =
                LoadSettings.builder().setMaxAliasesForCollections(MAX_ALIASES).build();
        try {
            Object loaded = new Load(settings).loadFromString(text);
            if (loaded instanceof Map<?, ?> map) {
                return object(map);
            }
        } catch (YamlEngineException e) {
            throw new IOException(String.valueOf(e.getMessage()));
        }
        throw new IOException("this is no YAML mapping");
    }

    private static Json.Obj object(Map<?, ?> map) throws IOException {
        Map<String, Json> members = new LinkedHashMap<>();
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            members.put(String.valueOf(entry.getKey()), value(entry.getValue()));
        }
        return new Json.Obj(members);
    }

    private static Json value(Object value) throws IOException {
        return switch (value) {
            case null -> new Json.Null();
            case Map<?, ?> map -> object(map);
            case List<?> list -> {
                List<Json> values = new ArrayList<>();
                for (Object element : list) {
                    values.add(value(element));
                }
                yield new Json.Arr(values);
            }
            case Boolean flag -> new Json.Bool(flag);
            case Number number -> new Json.Num(number.toString());
            default -> new Json.Str(value.toString());
        };
    }
}
