package dev.slipway.build.bake;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/// What bake files say: targets, groups and variables. Made once, then only read.
public final class BakeDefinition {
    private final Map<String, TargetDraft> targets = new LinkedHashMap<>();
    private final Map<String, BakeGroup> groups = new LinkedHashMap<>();
    private final List<BakeVariable> variables = new ArrayList<>();
    private final BakeEnvironment environment;

    private BakeDefinition(BakeEnvironment environment) {
        this.environment = environment;
    }

    /// Reads files; what a later one says of a target, group or variable comes to what earlier ones
    /// say. Compose files go before all others.
    ///
    /// @throws BakeException naming the place of the first thing that makes no sense
    public static BakeDefinition parse(List<BakeSource> files, BakeEnvironment environment)
            throws BakeException {
        var definition = new BakeDefinition(environment);
        List<Body> bodies = new ArrayList<>();
        List<SourceText> compose = new ArrayList<>();
        for (var file : files) {
            if (file.text().length() > BakeSource.MAX_CHARACTERS) {
                throw new BakeException(file.name() + " is too long to be a bake file", null);
            }
            var source = new SourceText(file.name(), file.text());
            switch (Language.of(source)) {
                case COMPOSE -> compose.add(source);
                case JSON -> bodies.add(JsonBodies.parse(source));
                case HCL -> bodies.add(HclParser.parse(source));
            }
        }
        if (!compose.isEmpty()) {
            definition.addCompose(compose);
        }
        if (!bodies.isEmpty()) {
            definition.add(new Globals(bodies, environment));
        }
        return definition;
    }

    private enum Language {
        HCL,
        JSON,
        COMPOSE;

        /// By the name's ending; without one that tells, by the text.
        static Language of(SourceText source) {
            var name = source.name();
            if (name.endsWith(".yml") || name.endsWith(".yaml")) {
                return COMPOSE;
            }
            if (name.endsWith(".hcl")) {
                return HCL;
            }
            var text = source.text();
            if (name.endsWith(".json") || text.stripLeading().startsWith("{")) {
                return JSON;
            }
            return text.startsWith("services:") || text.contains("\nservices:") ? COMPOSE : HCL;
        }
    }

    private void addCompose(List<SourceText> files) throws BakeException {
        var compose = ComposeFile.read(files, environment);
        for (var target : compose.targets()) {
            add(target);
        }
        var names = compose.targets().stream().map(TargetDraft::name).toList();
        groups.put("default", new BakeGroup("default", "", names));
    }

    private void add(TargetDraft target) {
        var before = targets.putIfAbsent(target.name(), target);
        if (before != null) {
            before.merge(target);
        }
    }

    private void add(Globals globals) throws BakeException {
        variables.addAll(globals.checkVariables());
        var renamed = new LinkedHashMap<String, LinkedHashSet<String>>();
        for (var instance : globals.instances(null)) {
            var block = instance.block();
            if (block.type().equals("group")) {
                var group = globals.reader().group(block, instance.scope());
                groups.put(group.name(), group);
            } else {
                add(globals.reader().target(instance.name(), block, instance.scope()));
                renamed.computeIfAbsent(block.name(), _ -> new LinkedHashSet<>())
                        .add(instance.name());
            }
        }
        // A matrix' own name stands for all it gives.
        renamed.forEach((name, names) -> {
            if (!names.equals(new LinkedHashSet<>(List.of(name)))) {
                groups.putIfAbsent(name, new BakeGroup(name, "", List.copyOf(names)));
            }
        });
    }

    /// All groups, in the order written.
    public List<BakeGroup> groups() {
        return List.copyOf(groups.values());
    }

    /// All targets as they are written, with what they inherit, in the order written.
    public List<BakeTarget> targets() throws BakeException {
        var resolution = new TargetResolution(targets, none(), environment);
        List<BakeTarget> resolved = new ArrayList<>();
        for (var name : targets.keySet()) {
            resolved.add(new BakeTarget(resolution.resolve(name), false));
        }
        return resolved;
    }

    private Overrides none() throws BakeException {
        return Overrides.parse(List.of(), targets.keySet(), environment);
    }

    /// All variables, in the order written.
    public List<BakeVariable> variables() {
        return List.copyOf(variables);
    }

    /// What building `names` means.
    ///
    /// @param names of targets and groups, with `*` and `?`; empty: `default`
    /// @param overrides as `--set` has them: `target.key=value`
    public BakePlan plan(List<String> names, List<String> overrides) throws BakeException {
        var asked = new LinkedHashSet<String>();
        for (var name : names.isEmpty() ? List.of("default") : names) {
            asked.addAll(matching(name.replace('.', '_')));
        }
        var resolution =
                new TargetResolution(
                        targets,
                        Overrides.parse(overrides, targets.keySet(), environment),
                        environment);
        return new Planning(groups, resolution).plan(asked);
    }

    private Collection<String> matching(String name) throws BakeException {
        if (!NamePattern.isPattern(name)) {
            return List.of(name);
        }
        List<String> all = new ArrayList<>(groups.keySet());
        all.addAll(targets.keySet());
        return NamePattern.matching(name, all);
    }
}
