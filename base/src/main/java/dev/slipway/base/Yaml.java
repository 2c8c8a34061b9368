package dev.slipway.base;

import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A YAML mapping whose every complaint says where. Scalars are taken as text, as they are written.
final class Yaml {
    private static final int MAX_CHARACTERS = 4 << 20;
    private static final int MAX_DEPTH = 12;

    private final String file;
    private final MappingNode node;
    private final Map<String, NodeTuple> members = new LinkedHashMap<>();

    private Yaml(String file, MappingNode node) throws DefinitionException {
        this.file = file;
        this.node = node;
        for (var tuple : node.getValue()) {
            if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                throw error(tuple.getKeyNode(), "a key must be text", null);
            }
            if (members.put(key.getValue(), tuple) != null) {
                throw error(key, "'" + key.getValue() + "' is given twice", null);
            }
        }
    }

    /// Reads a document that is one mapping. Aliases are refused: they are not needed, and can make
    /// a small file large.
    static Yaml parse(String file, String text) throws DefinitionException {
        var settings =
                LoadSettings.builder().setLabel(file).setCodePointLimit(MAX_CHARACTERS).build();
        try {
            checkShape(file, settings, text);
            var root = new Compose(settings).composeString(text);
            if (root.orElse(null) instanceof MappingNode mapping) {
                return new Yaml(file, mapping);
            }
            throw new DefinitionException(file, 1, 1, "expected 'key: value' lines", null);
        } catch (MarkedYamlEngineException e) {
            throw at(file, e.getProblemMark(), e.getProblem(), null);
        } catch (YamlEngineException e) {
            throw new DefinitionException(file, 1, 1, String.valueOf(e.getMessage()), null);
        }
    }

    private static void checkShape(String file, LoadSettings settings, String text)
            throws DefinitionException {
        int depth = 0;
        for (var event : new Parse(settings).parseString(text)) {
            var id = event.getEventId();
            if (id == Event.ID.Alias) {
                throw at(file, event.getStartMark(), "aliases are not allowed here", null);
            }
            if (id == Event.ID.MappingStart || id == Event.ID.SequenceStart) {
                depth++;
            } else if (id == Event.ID.MappingEnd || id == Event.ID.SequenceEnd) {
                depth--;
            }
            if (depth > MAX_DEPTH) {
                throw at(file, event.getStartMark(), "nested too deeply", null);
            }
        }
    }

    /// Complains about members that are not among `known`.
    void allowOnly(Collection<String> known) throws DefinitionException {
        for (var entry : members.entrySet()) {
            if (!known.contains(entry.getKey())) {
                throw error(
                        entry.getValue().getKeyNode(),
                        "'" + entry.getKey() + "' is not known here",
                        suggestion(entry.getKey(), known));
            }
        }
    }

    static String suggestion(String word, Collection<String> known) {
        String best = null;
        int least = 3;
        for (var each : known) {
            int distance = EditDistance.between(word, each, least);
            if (distance < least) {
                least = distance;
                best = each;
            }
        }
        return best == null
                ? "known are: " + String.join(", ", known.stream().sorted().toList())
                : "did you mean '" + best + "'?";
    }

    boolean has(String key) {
        return value(key) != null;
    }

    /// Null when the member is missing or null.
    @Nullable String text(String key) throws DefinitionException {
        var value = value(key);
        return value == null ? null : scalar(value, key);
    }

    String text(String key, String otherwise) throws DefinitionException {
        var text = text(key);
        return text == null ? otherwise : text;
    }

    String requiredText(String key) throws DefinitionException {
        var text = text(key);
        if (text == null || text.isBlank()) {
            throw error(node, "'" + key + "' is missing", null);
        }
        return text;
    }

    boolean flag(String key, boolean otherwise) throws DefinitionException {
        var text = text(key);
        if (text == null) {
            return otherwise;
        }
        return switch (text) {
            case "true", "yes" -> true;
            case "false", "no" -> false;
            default -> throw error(key, "expected true or false, found '" + text + "'", null);
        };
    }

    /// A list of texts, or one text as a list of one; null when missing.
    @Nullable List<String> texts(String key) throws DefinitionException {
        var value = value(key);
        if (value == null) {
            return null;
        }
        var texts = new ArrayList<String>();
        if (value instanceof SequenceNode sequence) {
            for (var each : sequence.getValue()) {
                texts.add(scalar(each, key));
            }
        } else {
            texts.add(scalar(value, key));
        }
        return List.copyOf(texts);
    }

    /// A mapping of texts in the order they are written; empty when missing.
    Map<String, String> textMap(String key) throws DefinitionException {
        var result = new LinkedHashMap<String, String>();
        var value = value(key);
        if (value == null) {
            return result;
        }
        if (!(value instanceof MappingNode mapping)) {
            throw error(value, "expected 'key: value' lines", null);
        }
        for (var member : new Yaml(file, mapping).members.entrySet()) {
            result.put(member.getKey(), scalar(member.getValue().getValueNode(), key));
        }
        return result;
    }

    /// A list of mappings; empty when missing.
    List<Yaml> mappings(String key) throws DefinitionException {
        var result = new ArrayList<Yaml>();
        var value = value(key);
        if (value == null) {
            return result;
        }
        if (!(value instanceof SequenceNode sequence)) {
            throw error(value, "expected a list", null);
        }
        for (var each : sequence.getValue()) {
            if (!(each instanceof MappingNode mapping)) {
                throw error(each, "expected 'key: value' lines", null);
            }
            result.add(new Yaml(file, mapping));
        }
        return result;
    }

    private @Nullable Node value(String key) {
        var tuple = members.get(key);
        if (tuple == null || tuple.getValueNode().getTag().equals(Tag.NULL)) {
            return null;
        }
        return tuple.getValueNode();
    }

    private String scalar(Node value, String key) throws DefinitionException {
        if (value instanceof ScalarNode scalar) {
            return scalar.getValue();
        }
        throw error(value, "'" + key + "': expected text", null);
    }

    /// An error about a member's value, or about the mapping when there is no such member.
    DefinitionException error(String key, String what, @Nullable String hint) {
        var value = value(key);
        return error(value == null ? node : value, what, hint);
    }

    /// An error about one element of a list.
    DefinitionException error(String key, int element, String what) {
        var value = value(key);
        return value instanceof SequenceNode sequence && element < sequence.getValue().size()
                ? error(sequence.getValue().get(element), what, null)
                : error(key, what, null);
    }

    int line() {
        return node.getStartMark().map(Mark::getLine).orElse(0) + 1;
    }

    private DefinitionException error(Node where, String what, @Nullable String hint) {
        return at(file, where.getStartMark(), what, hint);
    }

    private static DefinitionException at(
            String file, Optional<Mark> mark, String what, @Nullable String hint) {
        int line = mark.map(Mark::getLine).orElse(0) + 1;
        int column = mark.map(Mark::getColumn).orElse(0) + 1;
        return new DefinitionException(file, line, column, what, hint);
    }
}
