package dev.slipway.build.bake;

import java.math.BigDecimal;
import java.util.List;

/// JSON that knows where it stands.
sealed interface JsonNode {
    Span span();

    record Text(JsonText text, Span span) implements JsonNode {}

    record Num(BigDecimal number, Span span) implements JsonNode {}

    record Bool(boolean truth, Span span) implements JsonNode {}

    record Null(Span span) implements JsonNode {}

    record Items(List<JsonNode> values, Span span) implements JsonNode {}

    record Fields(List<Field> fields, Span span) implements JsonNode {}

    record Field(JsonText name, JsonNode value) {}
}
