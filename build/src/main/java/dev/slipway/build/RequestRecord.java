package dev.slipway.build;

import dev.slipway.image.ImageException;
import dev.slipway.image.Json;
import dev.slipway.image.JsonWriter;
import dev.slipway.image.Platform;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.StringJoiner;

/// What a build was asked for, as its record keeps it: enough to plan the same again. Of secrets
/// and ssh agents only the ids are kept, and not where they come from: who asks again gives them
/// again.
final class RequestRecord {
    private RequestRecord() {}

    /// @param dockerfile null if it could not be read
    static String json(
            BuildRequest request, @Nullable DockerfileSource dockerfile, long startedMillis) {
        var json = JsonWriter.compact().beginObject();
        json.member("started", Instant.ofEpochMilli(startedMillis).toString());
        json.member("pid", ProcessHandle.current().pid());
        json.memberUnlessEmpty("context", absolute(request.context()));
        contexts(json, request);
        if (dockerfile != null) {
            json.member("dockerfile", dockerfile.name());
            json.memberUnlessEmpty("dockerfilePath", absolute(dockerfile.file()));
            json.member("dockerfileText", Redaction.urls(dockerfile.text()));
        }
        json.memberUnlessEmpty("target", request.target());
        var platforms = new StringJoiner(",");
        for (var platform : request.platforms()) {
            platforms.add(platform.toString());
        }
        json.memberUnlessEmpty("platform", platforms.toString());
        json.member("buildArgs", request.buildArgs());
        json.member("labels", request.labels());
        json.member("tags", request.tags());
        json.member("noCache", request.noCache());
        json.member("network", request.network().name());
        json.memberUnlessEmpty("runtime", request.runtime());
        var epoch = request.sourceDateEpoch();
        if (epoch != null) {
            json.member("sourceDateEpoch", epoch);
        }
        json.member("extraHosts", request.extraHosts());
        json.member("secrets", request.secrets().keySet());
        json.member("ssh", request.sshSources().keySet());
        var settings = request.runSettings();
        if (settings != null) {
            RunSettingsRecord.write(json, settings);
        }
        return json.endObject().toString();
    }

    /// Where else files come from, without credentials.
    private static void contexts(JsonWriter json, BuildRequest request) {
        var remote = request.remoteContext();
        json.memberUnlessEmpty("remoteContext", remote == null ? null : Redaction.urls(remote));
        if (!request.namedContexts().isEmpty()) {
            json.name("namedContexts").beginObject();
            for (var context : request.namedContexts().entrySet()) {
                json.member(context.getKey(), Redaction.urls(context.getValue()));
            }
            json.endObject();
        }
        json.memberUnlessEmpty("ignoreFile", absolute(request.ignoreFile()));
        if (request.preserved().owner()) {
            json.member("preserveOwner", true);
        }
        if (request.preserved().times()) {
            json.member("preserveTimes", true);
        }
    }

    private static @Nullable String absolute(@Nullable Path path) {
        return path == null ? null : path.toAbsolutePath().normalize().toString();
    }

    /// The request again, without tags and outputs.
    static BuildRequest.Builder read(Json.Obj json) throws ImageException {
        var context = json.text("context");
        var remote = json.text("remoteContext");
        var request = context(context, remote);
        json.textMap("namedContexts").forEach(request::namedContext);
        var ignoreFile = json.text("ignoreFile");
        request.ignoreFile(ignoreFile == null ? null : Path.of(ignoreFile))
                .preserveOwner(json.flag("preserveOwner"))
                .preserveTimes(json.flag("preserveTimes"));
        var path = json.text("dockerfilePath");
        if (path != null) {
            request.dockerfile(Path.of(path));
        }
        request.dockerfileText(json.text("dockerfileText", ""));
        request.target(json.text("target"));
        var platforms = new ArrayList<Platform>();
        var named = json.text("platform", "");
        for (var platform : named.isEmpty() ? new String[0] : named.split(",", -1)) {
            platforms.add(Platform.parse(platform));
        }
        request.platforms(platforms);
        json.textMap("buildArgs").forEach(request::buildArg);
        request.network(network(json.text("network", "")));
        request.runtime(json.text("runtime"));
        long epoch = json.number("sourceDateEpoch", -1);
        request.sourceDateEpoch(epoch < 0 ? null : epoch);
        json.textMap("extraHosts").forEach(request::extraHost);
        request.runSettings(RunSettingsRecord.read(json.object("run")));
        return request;
    }

    private static BuildRequest.Builder context(@Nullable String path, @Nullable String remote) {
        if (remote != null) {
            return BuildRequest.ofRemote(remote);
        }
        return path == null ? BuildRequest.withoutContext() : BuildRequest.of(Path.of(path));
    }

    private static NetworkChoice network(String name) {
        for (var choice : NetworkChoice.values()) {
            if (choice.name().equals(name)) {
                return choice;
            }
        }
        return NetworkChoice.DEFAULT;
    }
}
