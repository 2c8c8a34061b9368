package dev.slipway.build;

import dev.slipway.dockerfile.Arg;
import dev.slipway.dockerfile.Copy;
import dev.slipway.dockerfile.Dockerfile;
import dev.slipway.dockerfile.Env;
import dev.slipway.dockerfile.ExpansionException;
import dev.slipway.dockerfile.Instruction;
import dev.slipway.dockerfile.Mount;
import dev.slipway.dockerfile.MountException;
import dev.slipway.dockerfile.MountFlag;
import dev.slipway.dockerfile.Range;
import dev.slipway.dockerfile.Run;
import dev.slipway.dockerfile.Stage;
import dev.slipway.image.JsonWriter;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What a target takes, gathered from the stages it needs.
final class Outline {
    private final Planner planner;
    private final Dockerfile file;
    private final Map<Integer, Scope> scopes = new TreeMap<>();
    private final Deque<Integer> copied = new ArrayDeque<>();
    private final Map<String, Parameter> args = new LinkedHashMap<>();
    private final Map<String, Parameter> secrets = new LinkedHashMap<>();
    private final Map<String, Parameter> sshAgents = new LinkedHashMap<>();
    private final Map<String, Parameter> caches = new LinkedHashMap<>();

    /// One thing that a target takes.
    ///
    /// @param value of an argument, as the build would have it; null: none
    /// @param required whether the build fails without it
    private record Parameter(
            String name,
            String description,
            @Nullable String value,
            boolean required,
            Range range) {}

    Outline(Planner planner, Dockerfile file) {
        this.planner = planner;
        this.file = file;
    }

    void read() throws BuildException {
        copied.add(planner.targetIndex());
        while (!copied.isEmpty()) {
            stage(copied.remove());
        }
    }

    /// Reads a stage and those it is made from, the lowest first; those it copies from come later.
    private void stage(int index) throws BuildException {
        var pending = new ArrayDeque<Stage>();
        for (int at = index; at >= 0 && !scopes.containsKey(at); ) {
            var stage = file.stages().get(at);
            pending.push(stage);
            globals(stage.from().image());
            at = parent(stage);
        }
        for (var stage : pending) {
            var below = scopes.get(parent(stage));
            var scope = below == null ? new Scope() : below.copy();
            scopes.put(stage.index(), scope);
            for (var instruction : stage.instructions()) {
                read(instruction, stage, scope);
            }
        }
    }

    private int parent(Stage stage) throws BuildException {
        var base = expand(stage.from().image(), stage.from(), planner.args()::value);
        return planner.stages().before(base, stage.index());
    }

    private void read(Instruction instruction, Stage stage, Scope scope) throws BuildException {
        switch (instruction) {
            case Arg arg -> arg(arg, scope);
            case Env env -> {
                for (var variable : env.variables()) {
                    scope.setEnv(variable.key(), expand(variable.value(), env, scope::get));
                }
            }
            case Copy copy -> from(copy.from(), copy, stage, scope);
            case Run run -> {
                for (var flag : run.mounts()) {
                    mount(flag, run, stage, scope);
                }
            }
            default -> {}
        }
    }

    private void arg(Arg arg, Scope scope) throws BuildException {
        for (var definition : arg.definitions()) {
            var name = expand(definition.name(), arg, scope::get);
            var written = definition.defaultValue();
            var given = planner.args().given(name);
            var value =
                    given != null
                            ? given
                            : written != null
                                    ? expand(written, arg, scope::get)
                                    : planner.args().value(name);
            scope.declareArg(name, value);
            var said = Subrequests.described(file, arg, name);
            args.putIfAbsent(name, new Parameter(name, said, value, false, arg.range()));
        }
    }

    /// The arguments before the first stage that `word` names, or that their defaults do.
    private void globals(String word) throws BuildException {
        for (var arg : file.globalArgs()) {
            for (var definition : arg.definitions()) {
                var name = definition.name();
                boolean used = word.contains("$" + name) || word.contains("${" + name);
                if (!used || args.containsKey(name)) {
                    continue;
                }
                var said = Subrequests.described(file, arg, name);
                args.put(
                        name,
                        new Parameter(name, said, planner.args().value(name), false, arg.range()));
                var written = definition.defaultValue();
                if (written != null) {
                    globals(written);
                }
            }
        }
    }

    private void from(@Nullable String from, Instruction at, Stage stage, Scope scope)
            throws BuildException {
        if (from == null || from.isEmpty()) {
            return;
        }
        var name =
                expand(
                        from,
                        at,
                        word -> {
                            var own = scope.get(word);
                            return own == null ? planner.args().value(word) : own;
                        });
        int index = PlainNumber.parse(name);
        index = index >= 0 ? index : planner.stages().before(name, stage.index());
        if (index >= 0 && index < stage.index()) {
            copied.add(index);
        }
    }

    private void mount(MountFlag flag, Run run, Stage stage, Scope scope) throws BuildException {
        Mount mount;
        try {
            mount = flag.resolve(word -> planner.expander().expand(word, scope::get));
        } catch (MountException | ExpansionException e) {
            throw BuildException.of(BuildException.messageOf(e)).source(planner.lines(run)).make();
        }
        from(mount.from(), run, stage, scope);
        switch (mount.type()) {
            case SECRET -> add(secrets, id(mount), mount.required(), run);
            case SSH -> {
                var id = id(mount);
                add(sshAgents, id.isEmpty() ? "default" : id, mount.required(), run);
            }
            case CACHE -> add(caches, id(mount), false, run);
            case BIND, TMPFS -> {}
        }
    }

    private static String id(Mount mount) {
        var id = mount.id();
        if (id != null && !id.isEmpty()) {
            return id;
        }
        var target = mount.target();
        var path = target == null ? "" : target;
        return mount.type() == Mount.Type.SECRET ? path.substring(path.lastIndexOf('/') + 1) : path;
    }

    private static void add(Map<String, Parameter> to, String name, boolean required, Run run) {
        var known = to.get(name);
        boolean isRequired = required || (known != null && known.required());
        var range = known == null ? run.range() : known.range();
        to.put(name, new Parameter(name, "", null, isRequired, range));
    }

    private String expand(
            String word,
            Instruction at,
            java.util.function.Function<String, @Nullable String> values)
            throws BuildException {
        try {
            return planner.expander().expand(word, values);
        } catch (ExpansionException e) {
            throw BuildException.of(BuildException.messageOf(e)).source(planner.lines(at)).make();
        }
    }

    private static List<Parameter> sorted(Map<String, Parameter> parameters) {
        var all = new ArrayList<>(parameters.values());
        all.sort((a, b) -> a.range().start().compareTo(b.range().start()));
        return all;
    }

    String text() {
        var text = new StringBuilder();
        var stage = file.stages().get(planner.targetIndex());
        var name = stage.from().name();
        var said = name == null ? "" : Subrequests.described(file, stage.from(), name);
        if (name != null) {
            var rows = new ArrayList<List<String>>();
            rows.add(List.of("TARGET:", name));
            if (!said.isEmpty()) {
                rows.add(List.of("DESCRIPTION:", said));
            }
            text.append(Subrequests.table(rows)).append('\n');
        }
        var rows = new ArrayList<List<String>>();
        rows.add(List.of("BUILD ARG", "VALUE", "DESCRIPTION"));
        for (var arg : sorted(args)) {
            var value = arg.value();
            rows.add(List.of(arg.name(), value == null ? "" : value, arg.description()));
        }
        append(text, rows);
        append(text, required("SECRET", secrets));
        append(text, required("SSH", sshAgents));
        return text.toString();
    }

    private static void append(StringBuilder text, List<List<String>> rows) {
        if (rows.size() > 1) {
            text.append(Subrequests.table(rows)).append('\n');
        }
    }

    private static List<List<String>> required(String title, Map<String, Parameter> parameters) {
        var rows = new ArrayList<List<String>>();
        rows.add(List.of(title, "REQUIRED"));
        for (var parameter : sorted(parameters)) {
            rows.add(List.of(parameter.name(), parameter.required() ? "true" : ""));
        }
        return rows;
    }

    String json() {
        var out = JsonWriter.indented(2).beginObject();
        var stage = file.stages().get(planner.targetIndex());
        var name = stage.from().name();
        out.memberUnlessEmpty("name", name);
        out.memberUnlessEmpty(
                "description",
                name == null ? null : Subrequests.described(file, stage.from(), name));
        if (!args.isEmpty()) {
            out.name("args").beginArray();
            for (var arg : sorted(args)) {
                out.beginObject().member("name", arg.name());
                out.memberUnlessEmpty("description", arg.description());
                out.memberUnlessEmpty("value", arg.value());
                Subrequests.location(out, arg.range());
                out.endObject();
            }
            out.endArray();
        }
        list(out, "secrets", "name", secrets);
        list(out, "ssh", "name", sshAgents);
        list(out, "cache", "ID", caches);
        Subrequests.sources(out, file);
        return out.endObject() + "\n";
    }

    private static void list(
            JsonWriter out, String title, String name, Map<String, Parameter> parameters) {
        if (parameters.isEmpty()) {
            return;
        }
        out.name(title).beginArray();
        for (var parameter : sorted(parameters)) {
            out.beginObject().member(name, parameter.name());
            if (parameter.required()) {
                out.member("required", true);
            }
            Subrequests.location(out, parameter.range());
            out.endObject();
        }
        out.endArray();
    }
}
