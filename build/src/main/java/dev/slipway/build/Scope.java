package dev.slipway.build;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The variables an instruction of a stage sees: its environment and its build arguments.
///
/// A variable of the environment always hides a build argument of the same name, wherever the two
/// stand. A stage that starts from another one sees that one's arguments; siblings do not.
final class Scope {
    private final LinkedHashMap<String, String> env;
    private final LinkedHashMap<String, @Nullable String> args;

    Scope() {
        env = new LinkedHashMap<>();
        args = new LinkedHashMap<>();
    }

    private Scope(Scope other) {
        env = new LinkedHashMap<>(other.env);
        args = new LinkedHashMap<>(other.args);
    }

    Scope copy() {
        return new Scope(this);
    }

    @Nullable String get(String name) {
        var value = env.get(name);
        return value == null ? args.get(name) : value;
    }

    @Nullable String env(String name) {
        return env.get(name);
    }

    void setEnv(String name, String value) {
        env.put(name, value);
    }

    /// Removes a variable of the environment.
    ///
    /// @return whether it was there
    boolean removeEnv(String name) {
        return env.remove(name) != null;
    }

    /// Removes all variables of the environment but the search path.
    ///
    /// @return whether there was one
    boolean clearEnv() {
        return env.keySet().removeIf(name -> !name.equals("PATH"));
    }

    /// Declares a build argument; null: it has no value.
    void declareArg(String name, @Nullable String value) {
        args.put(name, value);
    }

    boolean declares(String name) {
        return args.containsKey(name);
    }

    /// `NAME=value` for each variable of the environment, as an image config holds it.
    List<String> envList() {
        var list = new ArrayList<String>(env.size());
        for (var e : env.entrySet()) {
            list.add(e.getKey() + "=" + e.getValue());
        }
        return list;
    }

    /// The arguments a command sees, which no variable of the environment hides.
    List<String> visibleArgNames() {
        var list = new ArrayList<String>();
        for (var e : args.entrySet()) {
            if (e.getValue() != null && !env.containsKey(e.getKey())) {
                list.add(e.getKey());
            }
        }
        return list;
    }

    /// What a command's environment is: the stage's variables, then its visible arguments.
    List<String> commandEnv() {
        var list = envList();
        for (var name : visibleArgNames()) {
            list.add(name + "=" + args.get(name));
        }
        return list;
    }

    /// The arguments as history shows them before a command: `|2 A=1 B=2`; empty if there are none.
    String historyPrefix() {
        if (args.isEmpty()) {
            return "";
        }
        var text = new StringBuilder("|").append(args.size());
        for (var e : args.entrySet()) {
            var value = get(e.getKey());
            text.append(' ').append(e.getKey()).append('=').append(value == null ? "" : value);
        }
        return text.append(' ').toString();
    }

    Map<String, @Nullable String> args() {
        return args;
    }
}
