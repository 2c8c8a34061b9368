package dev.slipway.build.bake;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The build sections of Compose files, as targets: Compose build specification, and `x-bake`.
final class ComposeFile {
    /// Members that are lists of `name=value` or mappings alike.
    private static final Set<String> PAIRS =
            Set.of("args", "labels", "additional_contexts", "extra_hosts", "environment");

    private final Map<String, String> variables;
    private Map<String, YamlNode> secrets = Map.of();
    private Map<String, YamlNode> services = Map.of();

    private ComposeFile(Map<String, String> variables) {
        this.variables = variables;
    }

    /// What the files say together.
    record Read(List<TargetDraft> targets) {}

    static Read read(List<SourceText> files, BakeEnvironment environment) throws BakeException {
        var outer = new HashMap<>(environment.environment());
        outer.putAll(environment.given());
        var variables = new HashMap<>(DotEnv.read(environment.directory(), outer));
        variables.putAll(outer);
        return new ComposeFile(variables).read(files);
    }

    private Read read(List<SourceText> files) throws BakeException {
        YamlNode whole = null;
        var interpolation = new Interpolation(variables::get);
        for (var file : files) {
            var node = YamlReader.read(file, interpolation);
            if (node instanceof YamlNode.Fields(var members, Span span)
                    && members.containsKey("include")) {
                throw BakeException.at(
                        span, "'include' is not followed", "name each file with its own -f");
            }
            var normal = pairsOf(node);
            whole = whole == null ? normal : whole.merged(normal);
        }
        var members = fields(whole);
        services = fields(members.get("services"));
        secrets = fields(members.get("secrets"));
        List<TargetDraft> targets = new ArrayList<>();
        for (var name : services.keySet()) {
            var target = target(name);
            if (target != null) {
                targets.add(target);
            }
        }
        if (services.isEmpty()) {
            throw BakeException.at(files.getFirst().span(0, 1), "the Compose file has no services");
        }
        return new Read(targets);
    }

    /// Makes mappings of what may be a list of `name=value` too, so that files can be merged.
    private static YamlNode pairsOf(YamlNode node) {
        if (!(node.plain() instanceof YamlNode.Fields(Map<String, YamlNode> members, Span span))) {
            return node;
        }
        var normal = new LinkedHashMap<String, YamlNode>();
        members.forEach((name, value) ->
                normal.put(
                        name,
                        PAIRS.contains(name)
                                        && value
                                                instanceof
                                                YamlNode.Items(List<YamlNode> items, Span at)
                                ? pairs(items, at, name.equals("extra_hosts"))
                                : pairsOf(value)));
        var result = new YamlNode.Fields(normal, span);
        return node instanceof YamlNode.Replacing ? new YamlNode.Replacing(result, span) : result;
    }

    private static YamlNode pairs(List<YamlNode> items, Span span, boolean colons) {
        var pairs = new LinkedHashMap<String, YamlNode>();
        for (var item : items) {
            if (item instanceof YamlNode.Text(String text, Span at)) {
                int cut = text.indexOf('=');
                cut = cut < 0 && colons ? text.indexOf(':') : cut;
                pairs.put(
                        cut < 0 ? text : text.substring(0, cut),
                        cut < 0
                                ? new YamlNode.Null(false, at)
                                : new YamlNode.Text(text.substring(cut + 1), at));
            }
        }
        return new YamlNode.Fields(pairs, span);
    }

    static Map<String, YamlNode> fields(@Nullable YamlNode node) throws BakeException {
        return switch (node == null ? null : node.plain()) {
            case null -> Map.of();
            case YamlNode.Null _ -> Map.of();
            case YamlNode.Fields(var members, _) -> members;
            case YamlNode other ->
                    throw BakeException.at(other.span(), "expected 'key: value' lines");
        };
    }

    private @Nullable TargetDraft target(String service) throws BakeException {
        var members = extended(service, new ArrayList<>());
        var build = members.get("build");
        if (build == null || build.plain() instanceof YamlNode.Null) {
            return null;
        }
        var name = service.replace('.', '_');
        if (name.isEmpty()
                || !name.chars()
                        .allMatch(c ->
                                c < 128
                                        && (Character.isLetterOrDigit(c)
                                                || c == '_'
                                                || c == '-'))) {
            throw BakeException.at(
                    build.span(),
                    "'" + name + "' is no name of a target",
                    "it takes letters, digits, _ and -");
        }
        var environment = fields(members.get("environment"));
        var section =
                new ComposeBuild(name, this::secret, argument -> argument(argument, environment));
        var target = section.read(build.plain());
        if (target.texts(TargetAttribute.TAGS).isEmpty()
                && members.get("image") instanceof YamlNode.Text(String image, _)) {
            target.set(TargetAttribute.TAGS, new Setting.Texts(List.of(image)));
        }
        return target;
    }

    /// A service with what it extends.
    private Map<String, YamlNode> extended(String service, List<String> path) throws BakeException {
        var node = services.get(service);
        var members = fields(node);
        var extension = members.get("extends");
        if (extension == null || node == null) {
            return members;
        }
        path.add(service);
        String base = null;
        if (extension.plain() instanceof YamlNode.Text(String name, _)) {
            base = name;
        } else if (fields(extension).get("service") instanceof YamlNode.Text(String name, _)) {
            base = name;
        }
        if (fields(extension.plain() instanceof YamlNode.Text ? null : extension)
                .containsKey("file")) {
            throw BakeException.at(
                    extension.span(),
                    "'extends' from another file is not followed",
                    "name that file with its own -f, and extend its service");
        }
        if (base == null || !services.containsKey(base)) {
            throw BakeException.at(
                    extension.span(),
                    "there is no service " + (base == null ? "to extend" : base),
                    Nearest.question(base == null ? "" : base, services.keySet()));
        }
        if (path.contains(base)) {
            throw BakeException.at(
                    extension.span(),
                    "the services " + String.join(", ", path) + " extend each other");
        }
        var whole = new YamlNode.Fields(extended(base, path), node.span()).merged(node);
        return fields(whole);
    }

    /// The value of an argument that is named without one; null: there is none.
    private @Nullable String argument(String name, Map<String, YamlNode> environment) {
        return environment.get(name) instanceof YamlNode.Text(String text, _)
                ? text
                : variables.get(name);
    }

    private Setting.Entry secret(String name, Span at) throws BakeException {
        var members = fields(secrets.get(name));
        if (members.get("external") instanceof YamlNode.Text(String external, _)
                && external.equals("true")) {
            throw BakeException.at(
                    at, "the secret " + name + " is external", "a build takes file or environment");
        }
        var entry = new LinkedHashMap<String, String>();
        entry.put("id", name);
        if (members.get("file") instanceof YamlNode.Text(String file, _)) {
            entry.put("src", file);
        }
        if (members.get("environment") instanceof YamlNode.Text(String variable, _)) {
            entry.put("env", variable);
        }
        return new Setting.Entry(entry);
    }
}
