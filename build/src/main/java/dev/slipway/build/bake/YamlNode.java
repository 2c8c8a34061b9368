package dev.slipway.build.bake;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// YAML that knows where it stands.
sealed interface YamlNode {
    Span span();

    record Text(String text, Span span) implements YamlNode {}

    /// No value.
    ///
    /// @param reset whether it says to forget what earlier files say: `!reset`
    record Null(boolean reset, Span span) implements YamlNode {}

    record Items(List<YamlNode> values, Span span) implements YamlNode {
        public Items {
            values = List.copyOf(values);
        }
    }

    record Fields(Map<String, YamlNode> members, Span span) implements YamlNode {
        public Fields {
            members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
        }
    }

    /// What replaces that of earlier files and not only adds to it: `!override`.
    record Replacing(YamlNode value, Span span) implements YamlNode {}

    /// This node with what a later file says: members and elements are added, scalars replaced.
    default YamlNode merged(YamlNode later) {
        if (later instanceof Replacing(YamlNode value, _)) {
            return value;
        }
        if (later instanceof Null(boolean reset, _)) {
            return reset ? later : this;
        }
        if (this instanceof Fields(Map<String, YamlNode> mine, Span span)
                && later instanceof Fields(Map<String, YamlNode> theirs, _)) {
            var all = new LinkedHashMap<>(mine);
            theirs.forEach((name, node) -> all.merge(name, node, YamlNode::merged));
            return new Fields(all, span);
        }
        if (this instanceof Items(List<YamlNode> mine, Span span)
                && later instanceof Items(List<YamlNode> theirs, _)) {
            List<YamlNode> all = new ArrayList<>(mine);
            all.addAll(theirs);
            return new Items(all, span);
        }
        return later;
    }

    /// Without marks of merging.
    default YamlNode plain() {
        return this instanceof Replacing(YamlNode value, _) ? value : this;
    }
}
