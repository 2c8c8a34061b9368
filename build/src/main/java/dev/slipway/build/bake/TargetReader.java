package dev.slipway.build.bake;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// Makes targets and groups of blocks.
final class TargetReader {
    private final Evaluator evaluator;

    TargetReader(Evaluator evaluator) {
        this.evaluator = evaluator;
    }

    TargetDraft target(String name, Body.Block block, Scope scope) throws BakeException {
        noBlocks(block);
        var draft = new TargetDraft(name);
        for (var member : block.body().attributes()) {
            var attribute = TargetAttribute.of(member.name());
            if (attribute != null) {
                var value = evaluator.value(member.value(), scope);
                if (!(value instanceof Value.Null)) {
                    draft.set(attribute, setting(attribute, value, member));
                }
            } else if (member.name().equals("inherits")) {
                var value = evaluator.value(member.value(), scope);
                if (!(value instanceof Value.Null)) {
                    draft.inherits().addAll(texts(value, member));
                }
            } else if (!TargetAttribute.OTHERS.contains(member.name())) {
                throw BakeException.at(
                        member.span(),
                        "a target has no attribute " + member.name(),
                        Nearest.question(member.name(), TargetAttribute.keys()));
            }
        }
        return draft;
    }

    BakeGroup group(Body.Block block, Scope scope) throws BakeException {
        noBlocks(block);
        List<String> targets = List.of();
        var description = "";
        for (var member : block.body().attributes()) {
            switch (member.name()) {
                case "targets" -> targets = texts(evaluator.value(member.value(), scope), member);
                case "description" -> description = evaluator.text(member.value(), scope);
                case "matrix", "name" ->
                        throw BakeException.at(
                                member.span(),
                                "a group has no " + member.name() + ", targets have");
                default ->
                        throw BakeException.at(
                                member.span(),
                                "a group has no attribute " + member.name(),
                                "it has targets and description");
            }
        }
        if (block.body().attribute("targets") == null) {
            throw BakeException.at(block.span(), "the group " + block.name() + " has no targets");
        }
        return new BakeGroup(block.name(), description, targets);
    }

    private static void noBlocks(Body.Block block) throws BakeException {
        for (var inner : block.body().blocks()) {
            throw BakeException.at(
                    inner.span(),
                    "a " + block.type() + " has no block " + inner.type(),
                    TargetAttribute.of(inner.type()) == null
                            ? null
                            : "write " + inner.type() + " = { … }");
        }
    }

    private static Setting setting(TargetAttribute attribute, Value value, Body.Attribute member)
            throws BakeException {
        return switch (attribute.kind) {
            case TEXT -> {
                var text = Conversion.text(value);
                if (text == null) {
                    throw wrong(member, "a string", value);
                }
                yield new Setting.Text(text);
            }
            case FLAG -> {
                var truth = Conversion.truth(value);
                if (truth == null) {
                    throw wrong(member, "true or false", value);
                }
                yield new Setting.Flag(truth);
            }
            case TEXTS -> new Setting.Texts(texts(value, member));
            case MAP -> {
                if (!(value instanceof Value.Fields(SortedMap<String, Value> members))) {
                    throw wrong(member, "an object of strings", value);
                }
                yield new Setting.Pairs(pairs(members, member));
            }
            case CACHES, OUTPUTS, SECRETS, SSH, ATTESTS, POLICIES ->
                    new Setting.Entries(entries(attribute.kind, value, member));
        };
    }

    private static BakeException wrong(Body.Attribute member, String wanted, Value value) {
        return BakeException.at(
                member.value().span(),
                member.name() + " takes " + wanted + ", and this is " + value.typeName(),
                value instanceof Value.Text && wanted.startsWith("a list")
                        ? "write it in brackets: " + member.name() + " = [ … ]"
                        : null);
    }

    private static List<String> texts(Value value, Body.Attribute member) throws BakeException {
        if (!(value instanceof Value.Items(List<Value> items))) {
            throw wrong(member, "a list of strings", value);
        }
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < items.size(); i++) {
            var text = Conversion.text(items.get(i));
            if (text != null) {
                texts.add(text);
            } else if (!(items.get(i) instanceof Value.Null)) {
                throw BakeException.at(
                        span(member, i),
                        member.name() + " takes strings, and this is " + items.get(i).typeName());
            }
        }
        return texts;
    }

    /// Where the element `index` stands if it is written there, else where the whole is.
    private static Span span(Body.Attribute member, int index) {
        return member.value() instanceof Expr.Items(List<Expr> values, _) && index < values.size()
                ? values.get(index).span()
                : member.value().span();
    }

    private static SortedMap<String, String> pairs(
            Map<String, Value> members, Body.Attribute member) throws BakeException {
        var pairs = new TreeMap<String, String>();
        for (var entry : members.entrySet()) {
            var text = Conversion.text(entry.getValue());
            if (text != null) {
                pairs.put(entry.getKey(), text);
            } else if (!(entry.getValue() instanceof Value.Null)) {
                throw BakeException.at(
                        member.value().span(),
                        member.name()
                                + "."
                                + entry.getKey()
                                + " must be a string, and is "
                                + entry.getValue().typeName());
            }
        }
        return pairs;
    }

    private static List<Setting.Entry> entries(
            TargetAttribute.Kind kind, Value value, Body.Attribute member) throws BakeException {
        if (!(value instanceof Value.Items(List<Value> items))) {
            throw wrong(member, "a list", value);
        }
        List<Setting.Entry> entries = new ArrayList<>();
        for (int i = 0; i < items.size(); i++) {
            try {
                switch (items.get(i)) {
                    case Value.Text(String text) -> entries.addAll(EntryText.parse(kind, text));
                    case Value.Fields(SortedMap<String, Value> members) ->
                            entries.add(entry(kind, members, member));
                    case Value.Null _ -> {}
                    case Value.Num _, Value.Bool _, Value.Items _ ->
                            throw new EntryText.Wrong("this is " + items.get(i).typeName());
                }
            } catch (EntryText.Wrong e) {
                throw BakeException.at(span(member, i), member.name() + ": " + e.getMessage());
            }
        }
        return entries;
    }

    private static Setting.Entry entry(
            TargetAttribute.Kind kind, SortedMap<String, Value> members, Body.Attribute member)
            throws BakeException, EntryText.Wrong {
        if (kind != TargetAttribute.Kind.SSH) {
            return EntryText.of(kind, pairs(members, member));
        }
        var id = Conversion.text(members.getOrDefault("id", Value.text("")));
        var paths = members.getOrDefault("paths", Value.Items.NONE);
        return new Setting.Entry(
                id == null || id.isEmpty() ? Map.of() : Map.of("id", id),
                paths instanceof Value.Null ? List.of() : texts(paths, member));
    }

    /// The matrix of a target: one map of names to values for each combination; null: it has none.
    @Nullable List<Map<String, Value>> matrix(Body.Block block, Scope scope) throws BakeException {
        var member = block.body().attribute("matrix");
        if (member == null || !block.type().equals("target")) {
            return null;
        }
        var value = evaluator.value(member.value(), scope);
        if (!(value instanceof Value.Fields(SortedMap<String, Value> axes))) {
            throw wrong(member, "an object of lists", value);
        }
        List<Map<String, Value>> rows = List.of(Map.of());
        for (var axis : axes.entrySet()) {
            if (!(axis.getValue() instanceof Value.Items(List<Value> choices))) {
                throw BakeException.at(
                        member.value().span(),
                        "matrix."
                                + axis.getKey()
                                + " must be a list, and is "
                                + axis.getValue().typeName());
            }
            List<Map<String, Value>> longer = new ArrayList<>();
            for (var choice : choices) {
                for (var row : rows) {
                    var next = new TreeMap<>(row);
                    next.put(axis.getKey(), choice);
                    longer.add(next);
                }
            }
            if (longer.size() > 10_000) {
                throw BakeException.at(
                        member.value().span(), "the matrix has too many combinations");
            }
            rows = longer;
        }
        return rows;
    }
}
