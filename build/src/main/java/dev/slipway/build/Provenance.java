package dev.slipway.build;

import dev.slipway.image.JsonWriter;
import dev.slipway.image.Platform;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// How a result was made, as a SLSA provenance (slsa.dev/spec/v1.0/provenance) in the terms of
/// BuildKit's build type, which readers of images know: `docs/attestations/slsa-definitions.md` of
/// BuildKit.
///
/// No secret is in it, and no credentials of a URL. The smaller form has no values of build
/// arguments and labels either.
final class Provenance implements Attestation.Predicate {
    private static final String BUILD_TYPE_1 =
            "https://github.com/moby/buildkit/blob/master/docs/attestations/slsa-definitions.md";
    private static final String BUILD_TYPE_0_2 = "https://mobyproject.org/buildkit@v1";
    private static final String METADATA_0_2 = "https://mobyproject.org/buildkit@v1#metadata";
    private static final String HERMETIC_0_2 = "https://mobyproject.org/buildkit@v1#hermetic";

    private final ProvenanceOptions options;
    private final ProvenanceFacts facts;
    private final @Nullable Revision revision;
    private final ProvenanceSteps steps;

    private Provenance(
            ProvenanceOptions options,
            ProvenanceFacts facts,
            @Nullable Revision revision,
            ProvenanceSteps steps) {
        this.options = options;
        this.facts = facts;
        this.revision = revision;
        this.steps = steps;
    }

    /// @param revision of the context; null: none is known
    static Attestation of(
            ProvenanceOptions options,
            ProvenanceFacts facts,
            @Nullable Revision revision,
            Product product)
            throws IOException {
        return new Attestation(
                options.version().predicateType(),
                options.fileName(),
                options.inlineOnly(),
                new Provenance(options, facts, revision, ProvenanceSteps.of(product)));
    }

    @Override
    public void write(JsonWriter out) {
        out.beginObject();
        switch (options.version()) {
            case V1 -> version1(out);
            case V0_2 -> version02(out);
        }
        out.endObject();
    }

    private void version1(JsonWriter out) {
        out.name("buildDefinition").beginObject().member("buildType", BUILD_TYPE_1);
        out.name("externalParameters").beginObject();
        configSource(out, "path");
        request(out.name("request"));
        out.endObject();
        out.name("internalParameters").beginObject();
        out.member("builderPlatform", Platform.host().toString());
        if (options.max()) {
            steps.definition(out.name("buildConfig"));
        }
        out.endObject();
        dependencies(out.name("resolvedDependencies"));
        out.endObject();
        out.name("runDetails").beginObject();
        out.name("builder").beginObject().member("id", options.builderId()).endObject();
        out.name("metadata").beginObject().member("invocationId", facts.invocation());
        out.member("startedOn", facts.started().toString());
        out.member("finishedOn", facts.finished().toString());
        details(out.name("buildkit_metadata"));
        out.name("buildkit_completeness").beginObject().member("request", isRequestComplete());
        out.member("resolvedDependencies", isMaterialComplete()).endObject();
        if (isHermetic()) {
            out.member("buildkit_hermetic", true);
        }
        if (options.reproducible()) {
            out.member("buildkit_reproducible", true);
        }
        out.endObject().endObject();
    }

    private void version02(JsonWriter out) {
        out.name("builder").beginObject().member("id", options.builderId()).endObject();
        out.member("buildType", BUILD_TYPE_0_2);
        dependencies(out.name("materials"));
        out.name("invocation").beginObject();
        configSource(out, "entryPoint");
        request(out.name("parameters"));
        out.name("environment").beginObject();
        out.member("platform", Platform.host().toString()).endObject().endObject();
        if (options.max()) {
            steps.definition(out.name("buildConfig"));
        }
        out.name("metadata").beginObject().member("buildInvocationID", facts.invocation());
        out.member("buildStartedOn", facts.started().toString());
        out.member("buildFinishedOn", facts.finished().toString());
        out.name("completeness").beginObject().member("parameters", isRequestComplete());
        out.member("environment", true).member("materials", isMaterialComplete()).endObject();
        out.member("reproducible", options.reproducible());
        if (isHermetic()) {
            out.member(HERMETIC_0_2, true);
        }
        details(out.name(METADATA_0_2));
        out.endObject();
    }

    private void configSource(JsonWriter out, String path) {
        out.name("configSource").beginObject();
        var file = facts.dockerfile().file();
        if (file != null) {
            out.member(path, relative(file));
        }
        out.endObject();
    }

    /// The Dockerfile's path in the context; its mere name if it lies elsewhere, as where that is
    /// says something of the machine and nothing of the build.
    private String relative(Path file) {
        var context = facts.request().context();
        var absolute = file.toAbsolutePath().normalize();
        if (context != null) {
            var root = context.toAbsolutePath().normalize();
            if (absolute.startsWith(root)) {
                return root.relativize(absolute).toString();
            }
        }
        return String.valueOf(file.getFileName());
    }

    private void request(JsonWriter out) {
        out.beginObject().member("frontend", "dockerfile.v0");
        var args = arguments();
        if (!options.max()) {
            args.keySet().removeIf(Provenance::isScrubbed);
        }
        out.memberUnlessEmpty("args", args);
        if (options.max()) {
            ids(out, "secrets", steps.secrets());
            ids(out, "ssh", steps.sshAgents());
        }
        out.name("locals").beginArray();
        for (var local : locals()) {
            out.beginObject().member("name", local).endObject();
        }
        out.endArray().endObject();
    }

    private static boolean isScrubbed(String name) {
        return name.startsWith("build-arg:") || name.startsWith("label:");
    }

    private static void ids(JsonWriter out, String name, Map<String, Boolean> required) {
        if (required.isEmpty()) {
            return;
        }
        out.name(name).beginArray();
        for (var id : required.entrySet()) {
            out.beginObject().member("id", id.getKey());
            if (!id.getValue()) {
                out.member("optional", true);
            }
            out.endObject();
        }
        out.endArray();
    }

    /// What the caller asked for, under the names BuildKit's frontend has for it. What only says
    /// something of this machine is left out.
    private Map<String, String> arguments() {
        var args = new TreeMap<String, String>();
        var request = facts.request();
        for (var arg : request.buildArgs().entrySet()) {
            args.put("build-arg:" + arg.getKey(), Redaction.urls(arg.getValue()));
        }
        var epoch = request.sourceDateEpoch();
        if (epoch != null) {
            args.put("build-arg:SOURCE_DATE_EPOCH", epoch.toString());
        }
        for (var label : request.labels().entrySet()) {
            args.put("label:" + label.getKey(), label.getValue());
        }
        var target = request.target();
        if (target != null) {
            args.put("target", target);
        }
        if (request.noCache()) {
            args.put("no-cache", "");
        } else if (!request.noCacheStages().isEmpty()) {
            args.put("no-cache", String.join(",", request.noCacheStages()));
        }
        if (request.network() != NetworkChoice.DEFAULT) {
            args.put(
                    "force-network-mode",
                    request.network() == NetworkChoice.HOST ? "host" : "none");
        }
        var hosts = new ArrayList<String>();
        for (var host : request.extraHosts().entrySet()) {
            hosts.add(host.getKey() + "=" + host.getValue());
        }
        if (!hosts.isEmpty()) {
            args.put("add-hosts", String.join(",", hosts));
        }
        return args;
    }

    private List<String> locals() {
        var locals = new ArrayList<String>();
        if (steps.usesContext()) {
            locals.add("context");
        }
        if (facts.dockerfile().file() != null) {
            locals.add("dockerfile");
        }
        return locals;
    }

    private void dependencies(JsonWriter out) {
        out.beginArray();
        for (var material : steps.materials()) {
            out.beginObject().member("uri", material.uri()).name("digest").beginObject();
            out.member(material.algorithm(), material.hex()).endObject().endObject();
        }
        out.endArray();
    }

    private boolean isRequestComplete() {
        if (options.max()) {
            return true;
        }
        for (var name : arguments().keySet()) {
            if (isScrubbed(name)) {
                return false;
            }
        }
        return true;
    }

    /// A local directory has no digest that another could check it by.
    private boolean isMaterialComplete() {
        return locals().isEmpty();
    }

    private boolean isHermetic() {
        return isMaterialComplete() && !steps.usesNetwork();
    }

    private void details(JsonWriter out) {
        out.beginObject();
        if (revision != null) {
            out.name("vcs").beginObject().member("revision", revision.commit());
            out.memberUnlessEmpty("source", revision.source()).endObject();
        }
        if (options.max()) {
            var sources = new LinkedHashMap<String, String>();
            sources.put(facts.dockerfile().name(), Redaction.urls(facts.dockerfile().text()));
            steps.sources(out.name("source"), sources);
            steps.layers(out.name("layers"));
        }
        out.endObject();
    }
}
