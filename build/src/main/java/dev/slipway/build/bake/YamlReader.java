package dev.slipway.build.bake;

import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Reads YAML into [YamlNode]s. Aliases and merge keys are followed, as far as the whole stays of a
/// size that a person could have written.
final class YamlReader {
    private static final int MAX_NODES = 200_000;
    private static final int MAX_DEPTH = 100;
    private static final int MAX_ALIASES = 1000;

    private final SourceText source;
    private final Interpolation interpolation;
    private int nodes;

    private YamlReader(SourceText source, Interpolation interpolation) {
        this.source = source;
        this.interpolation = interpolation;
    }

    /// Reads the only document of a file; an empty one is null.
    static YamlNode read(SourceText source, Interpolation interpolation) throws BakeException {
        var settings =
                LoadSettings.builder()
                        .setLabel(source.name())
                        .setCodePointLimit(BakeSource.MAX_CHARACTERS)
                        .setMaxAliasesForCollections(MAX_ALIASES)
                        .build();
        var reader = new YamlReader(source, interpolation);
        try {
            var root = new Compose(settings).composeString(source.text());
            return root.isEmpty()
                    ? new YamlNode.Null(false, source.span(0, 1))
                    : reader.node(root.get(), 0);
        } catch (MarkedYamlEngineException e) {
            throw BakeException.at(
                    reader.span(e.getProblemMark(), Optional.empty()), "YAML: " + e.getProblem());
        } catch (YamlEngineException e) {
            throw BakeException.at(source.span(0, 1), "YAML: " + e.getMessage());
        } catch (StackOverflowError _) {
            throw BakeException.at(source.span(0, 1), "YAML: this is nested too deeply");
        }
    }

    private YamlNode node(Node node, int depth) throws BakeException {
        var span = span(node);
        if (++nodes > MAX_NODES || depth > MAX_DEPTH) {
            throw BakeException.at(span, "aliases and nesting make this too large");
        }
        var tag = node.getTag().getValue();
        if (tag.equals("!reset")) {
            return new YamlNode.Null(true, span);
        }
        var value =
                switch (node) {
                    case MappingNode mapping -> fields(mapping, span, depth);
                    case SequenceNode sequence -> {
                        List<YamlNode> items = new ArrayList<>();
                        for (var item : sequence.getValue()) {
                            items.add(node(item, depth + 1));
                        }
                        yield new YamlNode.Items(items, span);
                    }
                    case ScalarNode scalar ->
                            scalar.getTag().equals(Tag.NULL)
                                    ? new YamlNode.Null(false, span)
                                    : new YamlNode.Text(
                                            interpolation.of(scalar.getValue(), span), span);
                    default -> throw BakeException.at(span, "this YAML is not understood");
                };
        return tag.equals("!override") ? new YamlNode.Replacing(value, span) : value;
    }

    private YamlNode fields(MappingNode mapping, Span span, int depth) throws BakeException {
        Map<String, YamlNode> members = new LinkedHashMap<>();
        Map<String, YamlNode> merged = new LinkedHashMap<>();
        for (var tuple : mapping.getValue()) {
            if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                throw BakeException.at(span(tuple.getKeyNode()), "a key is text");
            }
            var value = node(tuple.getValueNode(), depth + 1);
            if (key.getValue().equals("<<")) {
                merge(value, merged);
            } else if (members.put(key.getValue(), value) != null) {
                throw BakeException.at(span(key), key.getValue() + " is given twice");
            }
        }
        merged.forEach(members::putIfAbsent);
        return new YamlNode.Fields(members, span);
    }

    private static void merge(YamlNode value, Map<String, YamlNode> into) throws BakeException {
        switch (value) {
            case YamlNode.Fields(var members, _) -> members.forEach(into::putIfAbsent);
            case YamlNode.Items(var values, _) -> {
                for (var each : values) {
                    merge(each, into);
                }
            }
            default -> throw BakeException.at(value.span(), "'<<' takes a mapping");
        }
    }

    private Span span(Node node) {
        return span(
                node.getStartMark(),
                node instanceof ScalarNode ? node.getEndMark() : Optional.empty());
    }

    private Span span(Optional<Mark> start, Optional<Mark> end) {
        int from = start.map(this::offset).orElse(0);
        return source.span(from, Math.max(from + 1, end.map(this::offset).orElse(from + 1)));
    }

    private int offset(Mark mark) {
        return source.offset(mark.getLine(), mark.getColumn());
    }
}
