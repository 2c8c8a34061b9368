package dev.slipway.build.bake;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Makes bodies of JSON: HCL's JSON syntax specification. What is a block is known beforehand;
/// strings are templates, as quoted strings are in the native syntax.
final class JsonBodies {
    /// Type of block → how many labels it has.
    private static final Map<String, Integer> ROOT =
            Map.of("variable", 1, "function", 1, "target", 1, "group", 1);

    private static final Map<String, Integer> VARIABLE = Map.of("validation", 0);

    private JsonBodies() {}

    static Body parse(SourceText source) throws BakeException {
        var root = JsonParser.parse(source);
        List<Body.Attribute> attributes = new ArrayList<>();
        List<Body.Block> blocks = new ArrayList<>();
        add(root, ROOT, attributes, blocks);
        return new Body(attributes, blocks);
    }

    private static void add(
            JsonNode node,
            Map<String, Integer> blockTypes,
            List<Body.Attribute> attributes,
            List<Body.Block> blocks)
            throws BakeException {
        if (node instanceof JsonNode.Items(List<JsonNode> parts, _)) {
            for (var part : parts) {
                add(part, blockTypes, attributes, blocks);
            }
            return;
        }
        if (!(node instanceof JsonNode.Fields(List<JsonNode.Field> fields, _))) {
            throw BakeException.at(node.span(), "expected an object");
        }
        for (var field : fields) {
            var name = field.name().text();
            var labels = blockTypes.get(name);
            if (labels != null) {
                addBlocks(field, labels, List.of(), field.value(), blocks);
            } else if (!name.equals("//")) { // a comment
                attributes.add(
                        new Body.Attribute(name, expression(field.value()), field.name().span()));
            }
        }
    }

    private static void addBlocks(
            JsonNode.Field of,
            int missingLabels,
            List<Body.Label> labels,
            JsonNode node,
            List<Body.Block> blocks)
            throws BakeException {
        if (node instanceof JsonNode.Items(List<JsonNode> parts, _)) {
            for (var part : parts) {
                addBlocks(of, missingLabels, labels, part, blocks);
            }
            return;
        }
        if (missingLabels == 0) {
            var type = of.name().text();
            List<Body.Attribute> attributes = new ArrayList<>();
            List<Body.Block> inner = new ArrayList<>();
            add(node, type.equals("variable") ? VARIABLE : Map.of(), attributes, inner);
            var span = labels.isEmpty() ? of.name().span() : labels.getLast().span();
            blocks.add(new Body.Block(type, labels, new Body(attributes, inner), span));
            return;
        }
        if (!(node instanceof JsonNode.Fields(List<JsonNode.Field> fields, _))) {
            throw BakeException.at(node.span(), "expected an object of names");
        }
        for (var field : fields) {
            var more = new ArrayList<>(labels);
            more.add(new Body.Label(field.name().text(), field.name().span()));
            addBlocks(of, missingLabels - 1, more, field.value(), blocks);
        }
    }

    private static Expr expression(JsonNode node) throws BakeException {
        return switch (node) {
            case JsonNode.Text(var text, _) -> TemplateParser.alone(text.cursor());
            case JsonNode.Num(var number, Span span) -> new Expr.Literal(Value.of(number), span);
            case JsonNode.Bool(boolean truth, Span span) -> new Expr.Literal(Value.of(truth), span);
            case JsonNode.Null(Span span) -> new Expr.Literal(Value.Null.VALUE, span);
            case JsonNode.Items(List<JsonNode> values, Span span) -> {
                List<Expr> items = new ArrayList<>();
                for (var value : values) {
                    items.add(expression(value));
                }
                yield new Expr.Items(items, span);
            }
            case JsonNode.Fields(List<JsonNode.Field> members, Span span) -> {
                List<Expr.Field> fields = new ArrayList<>();
                for (var member : members) {
                    var key = TemplateParser.alone(member.name().cursor());
                    fields.add(new Expr.Field(key, expression(member.value())));
                }
                yield new Expr.Fields(fields, span);
            }
        };
    }
}
