package dev.slipway.build.bake;

import dev.slipway.image.JsonWriter;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// Values as JSON and back.
final class JsonValues {
    private JsonValues() {}

    static String compact(Value value) {
        var json = JsonWriter.compact();
        write(value, json);
        return json.toString();
    }

    private static void write(Value value, JsonWriter json) {
        switch (value) {
            case Value.Text(String text) -> json.value(text);
            case Value.Num(BigDecimal number) ->
                    json.value(new dev.slipway.image.Json.Num(number.toPlainString()));
            case Value.Bool(boolean truth) -> json.value(truth);
            case Value.Null _ -> json.value((String) null);
            case Value.Items(List<Value> values) -> {
                json.beginArray();
                values.forEach(item -> write(item, json));
                json.endArray();
            }
            case Value.Fields(SortedMap<String, Value> members) -> {
                json.beginObject();
                members.forEach((name, member) -> {
                    json.name(name);
                    write(member, json);
                });
                json.endObject();
            }
        }
    }

    /// Reads JSON as data: strings are just strings.
    static Value parse(String text) throws BakeException {
        return of(JsonParser.parse(new SourceText("JSON", text)));
    }

    private static Value of(JsonNode node) {
        return switch (node) {
            case JsonNode.Text(JsonText text, _) -> Value.text(text.text());
            case JsonNode.Num(BigDecimal number, _) -> Value.of(number);
            case JsonNode.Bool(boolean truth, _) -> Value.of(truth);
            case JsonNode.Null _ -> Value.Null.VALUE;
            case JsonNode.Items(List<JsonNode> values, _) -> {
                List<Value> items = new ArrayList<>();
                values.forEach(item -> items.add(of(item)));
                yield Value.items(items);
            }
            case JsonNode.Fields(List<JsonNode.Field> fields, _) -> {
                var members = new TreeMap<String, Value>();
                fields.forEach(field -> members.put(field.name().text(), of(field.value())));
                yield Value.fields(members);
            }
        };
    }
}
