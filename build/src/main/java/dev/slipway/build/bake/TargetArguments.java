package dev.slipway.build.bake;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/// A target as a command line, so that what an option does is said in one place: where command
/// lines are read.
final class TargetArguments {
    private final BakeTarget target;
    private final List<String> arguments = new ArrayList<>();

    TargetArguments(BakeTarget target) {
        this.target = target;
    }

    List<String> list() {
        var file = target.dockerfile();
        if (file != null) {
            add("--file", file);
        }
        texts("--target", TargetAttribute.TARGET);
        pairs("--build-arg", TargetAttribute.ARGS, "=");
        pairs("--label", TargetAttribute.LABELS, "=");
        texts("--annotation", TargetAttribute.ANNOTATIONS);
        texts("--tag", TargetAttribute.TAGS);
        target.namedContexts().forEach((name, from) -> add("--build-context", name + "=" + from));
        entries("--cache-from", TargetAttribute.CACHE_FROM);
        entries("--cache-to", TargetAttribute.CACHE_TO);
        entries("--secret", TargetAttribute.SECRET);
        for (var agent : target.entries(TargetAttribute.SSH)) {
            var id = agent.fields().getOrDefault("id", "default");
            add("--ssh", agent.paths().isEmpty() ? id : id + "=" + String.join(",", agent.paths()));
        }
        if (!target.platforms().isEmpty()) {
            add("--platform", String.join(",", target.platforms()));
        }
        entries("--output", TargetAttribute.OUTPUT);
        flag("--pull", TargetAttribute.PULL);
        flag("--no-cache", TargetAttribute.NO_CACHE);
        texts("--no-cache-filter", TargetAttribute.NO_CACHE_FILTER);
        texts("--network", TargetAttribute.NETWORK);
        pairs("--add-host", TargetAttribute.EXTRA_HOSTS, ":");
        texts("--shm-size", TargetAttribute.SHM_SIZE);
        texts("--ulimit", TargetAttribute.ULIMITS);
        pairs("--resource", TargetAttribute.RESOURCES, "=");
        texts("--allow", TargetAttribute.ENTITLEMENTS);
        entries("--policy", TargetAttribute.POLICY);
        if (!target.text(TargetAttribute.CALL, "build").equals("build")) {
            texts("--call", TargetAttribute.CALL);
        }
        attestations();
        arguments.add("--");
        arguments.add(target.context());
        return List.copyOf(arguments);
    }

    private void add(String option, String value) {
        arguments.add(option + "=" + value);
    }

    private void flag(String option, TargetAttribute attribute) {
        if (target.is(attribute)) {
            arguments.add(option);
        }
    }

    private void texts(String option, TargetAttribute attribute) {
        var text = target.text(attribute, "");
        if (!text.isEmpty()) {
            add(option, text);
        }
        for (var each : target.texts(attribute)) {
            add(option, each);
        }
    }

    private void pairs(String option, TargetAttribute attribute, String between) {
        target.pairs(attribute).forEach((name, value) -> add(option, name + between + value));
    }

    private void entries(String option, TargetAttribute attribute) {
        for (var entry : target.entries(attribute)) {
            add(option, entry.text());
        }
    }

    /// `type=provenance,mode=max` is `--provenance=mode=max`, and so for `sbom`.
    private void attestations() {
        for (var entry : target.entries(TargetAttribute.ATTEST)) {
            var type = entry.field("type");
            if (!type.equals("provenance") && !type.equals("sbom")) {
                add("--attest", entry.text());
                continue;
            }
            var fields = new TreeMap<>(entry.fields());
            fields.remove("type");
            boolean off = "true".equals(fields.remove("disabled"));
            var rest = new Setting.Entry(fields).text();
            add("--" + type, off ? "false" : rest.isEmpty() ? "true" : rest);
        }
    }
}
