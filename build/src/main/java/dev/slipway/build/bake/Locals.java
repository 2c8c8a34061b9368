package dev.slipway.build.bake;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Map;

/// Names that mean something in one place only: parameters, what a `for` is at, a matrix' values.
///
/// @param values not changed any more
record Locals(Map<String, Value> values, Scope outer) implements Scope {

    @Override
    public @Nullable Value value(String name) throws BakeException {
        var value = values.get(name);
        return value == null ? outer.value(name) : value;
    }

    @Override
    public @Nullable Value block(String type, String label, @Nullable String attribute, Span at)
            throws BakeException {
        return outer.block(type, label, attribute, at);
    }

    @Override
    public @Nullable UserFunction function(String name) throws BakeException {
        return outer.function(name);
    }

    @Override
    public Collection<String> names() {
        var names = new ArrayList<>(outer.names());
        names.addAll(values.keySet());
        return names;
    }

    @Override
    public Collection<String> functionNames() {
        return outer.functionNames();
    }
}
