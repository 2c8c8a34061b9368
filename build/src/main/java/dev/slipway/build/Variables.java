package dev.slipway.build;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The variables of a stage at one of its lines. They are kept as what the lines above did to them
/// and put together when asked for: a plan of thousands of ENV and RUN lines holds each line once.
final class Variables {
    private final Trail<Change> changes;

    /// What a line does to a variable.
    sealed interface Change {
        /// ENV.
        record Set(String name, String value) implements Change {}

        /// Taken away from the environment.
        record Unset(String name) implements Change {}

        /// ARG.
        ///
        /// @param value null: it has none
        record Declare(String name, @Nullable String value) implements Change {}
    }

    /// @param changes to which nothing is added any more
    Variables(Trail<Change> changes) {
        this.changes = changes;
    }

    /// Those that are there with these values: an environment without build arguments.
    static Variables of(Map<String, String> env) {
        var scope = new Scope();
        env.forEach(scope::setEnv);
        return scope.variables();
    }

    private record Values(Map<String, String> env, Map<String, @Nullable String> args) {
        /// Whether a command sees the argument: it has a value, and the environment does not hide
        /// it.
        boolean isVisible(String arg) {
            return args.get(arg) != null && !env.containsKey(arg);
        }
    }

    private Values values() {
        var values = new Values(new LinkedHashMap<>(), new LinkedHashMap<>());
        for (var change : changes.toList()) {
            if (change instanceof Change.Set set) {
                values.env.put(set.name, set.value);
            } else if (change instanceof Change.Unset unset) {
                values.env.remove(unset.name);
            } else if (change instanceof Change.Declare declare) {
                values.args.put(declare.name, declare.value);
            }
        }
        return values;
    }

    /// The environment, as an image config holds it, in the order its variables came in.
    Map<String, String> env() {
        return values().env;
    }

    /// What a command's environment is: the stage's variables, then its visible arguments, as
    /// `NAME=value`.
    List<String> commandEnv() {
        var values = values();
        var list = new ArrayList<String>(values.env.size() + values.args.size());
        for (var e : values.env.entrySet()) {
            list.add(e.getKey() + "=" + e.getValue());
        }
        for (var e : values.args.entrySet()) {
            if (values.isVisible(e.getKey())) {
                list.add(e.getKey() + "=" + e.getValue());
            }
        }
        return list;
    }

    /// The arguments a command sees, which no variable of the environment hides.
    Set<String> visibleArgNames() {
        var values = values();
        var names = new LinkedHashSet<String>();
        for (var name : values.args.keySet()) {
            if (values.isVisible(name)) {
                names.add(name);
            }
        }
        return names;
    }

    /// The arguments as history shows them before a command: `|2 A=1 B=2`; empty if there are none.
    String historyPrefix() {
        var values = values();
        if (values.args.isEmpty()) {
            return "";
        }
        var text = new StringBuilder("|").append(values.args.size());
        for (var e : values.args.entrySet()) {
            var own = values.env.get(e.getKey());
            var value = own == null ? e.getValue() : own;
            text.append(' ').append(e.getKey()).append('=').append(value == null ? "" : value);
        }
        return text.append(' ').toString();
    }

    /// Equal if a command sees the same.
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Variables variables
                && (variables == this || values().equals(variables.values()));
    }

    @Override
    public int hashCode() {
        return values().hashCode();
    }
}
