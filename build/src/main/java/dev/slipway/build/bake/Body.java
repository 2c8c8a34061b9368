package dev.slipway.build.bake;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/// What stands in a file or between a block's braces, in the order written.
record Body(List<Attribute> attributes, List<Block> blocks) {
    static final Body EMPTY = new Body(List.of(), List.of());

    Body {
        attributes = List.copyOf(attributes);
        blocks = List.copyOf(blocks);
    }

    /// `name = value`
    ///
    /// @param span of the name
    record Attribute(String name, Expr value, Span span) {}

    /// `type "label" { … }`
    ///
    /// @param span of the type and the labels
    record Block(String type, List<Label> labels, Body body, Span span) {
        Block {
            labels = List.copyOf(labels);
        }

        String name() {
            return labels.getFirst().text();
        }
    }

    record Label(String text, Span span) {}

    @Nullable Attribute attribute(String name) {
        for (var attribute : attributes) {
            if (attribute.name().equals(name)) {
                return attribute;
            }
        }
        return null;
    }

    @Nullable Expr value(String name) {
        var attribute = attribute(name);
        return attribute == null ? null : attribute.value();
    }

    /// Names of all attributes, to say which are known.
    List<String> names() {
        var names = new ArrayList<String>();
        for (var attribute : attributes) {
            names.add(attribute.name());
        }
        return names;
    }
}
