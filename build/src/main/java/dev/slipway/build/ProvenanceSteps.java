package dev.slipway.build;

import dev.slipway.image.Descriptor;
import dev.slipway.image.Digest;
import dev.slipway.image.JsonWriter;
import dev.slipway.image.Platform;
import dev.slipway.image.Reference;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/// What a provenance says of the steps of one result: those its target needs, each after those it
/// needs itself.
final class ProvenanceSteps {
    private final List<Step> steps = new ArrayList<>();
    private final Map<Step, Integer> numbers = new HashMap<>();
    private final Map<Step, String> names = new HashMap<>();
    private final Map<Step, Descriptor> made = new HashMap<>();
    private final SortedMap<String, Boolean> secrets = new TreeMap<>();
    private final SortedMap<String, Boolean> sshAgents = new TreeMap<>();
    private final Map<String, Material> materials = new LinkedHashMap<>();
    private boolean context;
    private boolean network;

    /// Something from outside that a result was made from.
    ///
    /// @param algorithm of the digest, in the words of in-toto
    record Material(String uri, String algorithm, String hex) {
        static Material of(String uri, Digest digest) {
            return new Material(uri, digest.algorithm(), digest.hex());
        }
    }

    private ProvenanceSteps() {}

    static ProvenanceSteps of(Product product) throws IOException {
        var steps = new ProvenanceSteps();
        steps.add(product.target().step());
        for (var step : steps.steps) {
            steps.look(step);
        }
        steps.noteLayers(product);
        return steps;
    }

    /// Without recursion: a stage may have thousands of steps.
    private void add(Step last) {
        Set<Step> entered = new HashSet<>();
        var pending = new ArrayList<Step>();
        pending.add(last);
        while (!pending.isEmpty()) {
            var step = pending.getLast();
            if (entered.add(step)) {
                for (var input : step.inputs().reversed()) {
                    if (!entered.contains(input)) {
                        pending.add(input);
                    }
                }
            } else {
                pending.removeLast();
                if (numbers.putIfAbsent(step, steps.size()) == null) {
                    steps.add(step);
                }
            }
        }
    }

    private void look(Step step) throws IOException {
        context |= !ContextUse.of(step).isEmpty();
        var image = step instanceof Step.Base base ? base.image() : null;
        if (image != null) {
            var name = Reference.parse(((Step.Base) step).reference()).withDefaultTag();
            var uri = PackageUrl.ofImage("docker", name, step.header().platform());
            var digest = image.target().digest();
            materials.put(uri, Material.of(uri, digest));
            names.put(step, "docker-image://" + name.canonical() + "@" + digest);
        }
        if (step instanceof Step.Origin origin) {
            var material = origin.files().material();
            if (material != null) {
                materials.put(material.uri(), material);
            }
        }
        if (step instanceof Step.Run run) {
            network |= run.spec().network() != NetworkChoice.NONE;
            for (var mount : run.spec().mounts()) {
                if (mount instanceof RunMount.Secret secret) {
                    secrets.merge(secret.id(), secret.required(), Boolean::logicalOr);
                } else if (mount instanceof RunMount.Ssh ssh) {
                    sshAgents.merge(ssh.id(), ssh.required(), Boolean::logicalOr);
                }
            }
        }
    }

    /// The layers of the steps that the target stands on, as the store describes them.
    private void noteLayers(Product product) {
        var described = new HashMap<Digest, Descriptor>();
        for (var layer : product.image().manifest().layers()) {
            described.put(layer.digest(), layer);
        }
        var changes = product.snapshot().changes();
        int change = changes.size();
        for (Step at = product.target().step(); at != null && change > 0; at = at.below()) {
            var diffId = changes.get(--change).diffId();
            var layer = diffId == null ? null : described.get(diffId);
            if (layer != null) {
                made.put(at, layer);
            }
        }
    }

    boolean usesContext() {
        return context;
    }

    boolean usesNetwork() {
        return network;
    }

    /// Ids of secrets, and whether they must be there.
    Map<String, Boolean> secrets() {
        return secrets;
    }

    /// Ids of ssh agents, and whether they must be there.
    Map<String, Boolean> sshAgents() {
        return sshAgents;
    }

    List<Material> materials() {
        return List.copyOf(materials.values());
    }

    /// The steps as BuildKit shows its own, which it calls a definition in LLB.
    void definition(JsonWriter out) {
        out.beginObject().name("llbDefinition").beginArray();
        for (var step : steps) {
            out.beginObject().member("id", id(step)).name("op").beginObject();
            operation(out.name("Op").beginObject(), step);
            out.endObject();
            platform(out.name("platform"), step.header().platform());
            out.name("constraints").beginObject().endObject().endObject();
            if (!step.inputs().isEmpty()) {
                out.name("inputs").beginArray();
                for (var input : step.inputs()) {
                    out.value(id(input) + ":0");
                }
                out.endArray();
            }
            out.endObject();
        }
        out.endArray().endObject();
    }

    private String id(Step step) {
        return "step" + numbers.get(step);
    }

    private static void platform(JsonWriter out, Platform platform) {
        out.beginObject().member("Architecture", platform.architecture());
        out.member("OS", platform.os());
        out.memberUnlessEmpty("Variant", platform.variant()).endObject();
    }

    private void operation(JsonWriter out, Step step) {
        switch (step) {
            case Step.Base base -> {
                out.name("source").beginObject();
                out.member("identifier", names.getOrDefault(base, "scratch")).endObject();
            }
            case Step.Origin origin -> {
                out.name("source").beginObject();
                out.member("identifier", Redaction.urls(origin.description())).endObject();
            }
            case Step.Run run -> {
                var env = new ArrayList<String>();
                for (var variable : run.spec().env()) {
                    env.add(Redaction.urls(variable));
                }
                var args = new ArrayList<String>();
                for (var arg : run.spec().args()) {
                    args.add(Redaction.urls(arg));
                }
                out.name("exec").beginObject().name("meta").beginObject();
                out.member("args", args).memberUnlessEmpty("env", env);
                out.member("cwd", run.spec().cwd()).memberUnlessEmpty("user", run.spec().user());
                out.endObject().endObject();
            }
            case Step.Copy _, Step.Workdir _, Step.After _ -> {
                out.name("file").beginObject();
                out.member("instruction", Redaction.urls(step.instruction())).endObject();
            }
        }
    }

    /// The Dockerfile, and which of its lines are which step.
    void sources(JsonWriter out, Map<String, String> files) {
        out.beginObject().name("locations").beginObject();
        for (var step : steps) {
            var lines = step.source();
            if (lines == null) {
                continue;
            }
            out.name(id(step)).beginObject().name("locations").beginArray().beginObject();
            out.name("ranges").beginArray().beginObject();
            out.name("start").beginObject().member("line", lines.firstLine()).endObject();
            out.name("end").beginObject().member("line", lines.lastLine()).endObject();
            out.endObject().endArray().endObject().endArray().endObject();
        }
        out.endObject().name("infos").beginArray();
        for (var file : files.entrySet()) {
            var bytes = file.getValue().getBytes(StandardCharsets.UTF_8);
            out.beginObject().member("filename", file.getKey()).member("language", "Dockerfile");
            out.member("data", Base64.getEncoder().encodeToString(bytes)).endObject();
        }
        out.endArray().endObject();
    }

    /// Which step made which layer.
    void layers(JsonWriter out) {
        out.beginObject();
        for (var step : steps) {
            var layer = made.get(step);
            if (layer != null) {
                out.name(id(step) + ":0").beginArray().beginArray();
                layer.write(out);
                out.endArray().endArray();
            }
        }
        out.endObject();
    }
}
