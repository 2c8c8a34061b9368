package dev.slipway.build;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.Map;

/// The variables an instruction of a stage sees: its environment and its build arguments.
///
/// A variable of the environment always hides a build argument of the same name, wherever the two
/// stand. A stage that starts from another one sees that one's arguments; siblings do not.
///
/// No operation costs more for the variables that are there already, a copy included.
final class Scope {
    private final Trail<Variables.Change> changes;
    private @Nullable Layer below;
    private Layer own = new Layer(null);

    /// Variables that were set since the layer below it, which nobody changes any more. A layer is
    /// larger than the one above, so that there are few.
    private static final class Layer {
        final @Nullable Layer below;
        final Map<String, @Nullable String> env = new HashMap<>(); // null: taken away
        final Map<String, @Nullable String> args = new HashMap<>(); // null: without a value

        Layer(@Nullable Layer below) {
            this.below = below;
        }

        int size() {
            return env.size() + args.size();
        }
    }

    Scope() {
        changes = new Trail<>();
    }

    private Scope(Trail<Variables.Change> changes, @Nullable Layer below) {
        this.changes = changes;
        this.below = below;
    }

    /// The same variables, which change apart from here.
    Scope copy() {
        if (own.size() > 0) {
            below = frozen();
            own = new Layer(null);
        }
        return new Scope(changes.fork(), below);
    }

    private Layer frozen() {
        var under = below;
        int size = own.size();
        while (under != null && under.size() <= size) {
            size += under.size();
            under = under.below;
        }
        var layer = new Layer(under);
        merge(below, under, layer);
        layer.env.putAll(own.env);
        layer.args.putAll(own.args);
        return layer;
    }

    /// Puts the layers from `top` down to before `end` together, the lowest first.
    private static void merge(@Nullable Layer top, @Nullable Layer end, Layer into) {
        if (top != null && top != end) {
            merge(top.below, end, into);
            into.env.putAll(top.env);
            into.args.putAll(top.args);
        }
    }

    @Nullable String get(String name) {
        var value = env(name);
        return value == null ? arg(name) : value;
    }

    @Nullable String env(String name) {
        if (own.env.containsKey(name)) {
            return own.env.get(name);
        }
        for (var at = below; at != null; at = at.below) {
            if (at.env.containsKey(name)) {
                return at.env.get(name);
            }
        }
        return null;
    }

    private @Nullable String arg(String name) {
        if (own.args.containsKey(name)) {
            return own.args.get(name);
        }
        for (var at = below; at != null; at = at.below) {
            if (at.args.containsKey(name)) {
                return at.args.get(name);
            }
        }
        return null;
    }

    void setEnv(String name, String value) {
        own.env.put(name, value);
        changes.add(new Variables.Change.Set(name, value));
    }

    /// Removes a variable of the environment.
    ///
    /// @return whether it was there
    boolean removeEnv(String name) {
        if (env(name) == null) {
            return false;
        }
        own.env.put(name, null);
        changes.add(new Variables.Change.Unset(name));
        return true;
    }

    /// Removes all variables of the environment but the search path.
    ///
    /// @return whether there was one
    boolean clearEnv() {
        boolean there = false;
        for (var name : variables().env().keySet()) {
            if (!name.equals("PATH")) {
                there |= removeEnv(name);
            }
        }
        return there;
    }

    /// Declares a build argument; null: it has no value.
    void declareArg(String name, @Nullable String value) {
        own.args.put(name, value);
        changes.add(new Variables.Change.Declare(name, value));
    }

    /// What they are now, whatever happens to them later.
    Variables variables() {
        return new Variables(changes.fork());
    }
}
