package dev.slipway.build;

import dev.slipway.image.ImageException;
import dev.slipway.image.Json;
import dev.slipway.image.JsonWriter;
import dev.slipway.image.Platform;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
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
        if (dockerfile != null) {
            json.member("dockerfile", dockerfile.name());
            json.memberUnlessEmpty("dockerfilePath", absolute(dockerfile.file()));
            json.member("dockerfileText", dockerfile.text());
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
            settings(json, settings);
        }
        return json.endObject().toString();
    }

    /// What a command can see of them; limits of what it may use are not kept.
    private static void settings(JsonWriter json, RunSettings settings) {
        json.name("run").beginObject();
        json.member("allowed", settings.allowed());
        json.member("shmSizeBytes", settings.shmSizeBytes());
        json.name("volumes").beginArray();
        for (var volume : settings.volumes()) {
            json.beginObject().member("source", volume.source().toString());
            json.member("target", volume.target()).member("readOnly", volume.readOnly());
            json.endObject();
        }
        json.endArray();
        json.name("cdiDirectories").beginArray();
        for (var directory : settings.cdiDirectories()) {
            json.value(directory.toString());
        }
        json.endArray().endObject();
    }

    private static RunSettings settings(Json.Obj json) throws ImageException {
        var settings = RunSettings.builder().shmSizeBytes(json.number("shmSizeBytes", 0));
        var allowed = json.texts("allowed");
        for (var entitlement : allowed == null ? List.<String>of() : allowed) {
            settings.allow(entitlement);
        }
        for (var volume : json.objects("volumes")) {
            settings.volume(
                    new HostMount(
                            Path.of(volume.requiredText("source")),
                            volume.requiredText("target"),
                            volume.flag("readOnly")));
        }
        var directories = json.texts("cdiDirectories");
        if (directories != null) {
            var paths = new ArrayList<Path>();
            for (var directory : directories) {
                paths.add(Path.of(directory));
            }
            settings.cdiDirectories(paths);
        }
        return settings.build();
    }

    private static @Nullable String absolute(@Nullable Path path) {
        return path == null ? null : path.toAbsolutePath().normalize().toString();
    }

    /// The request again, without tags and outputs.
    static BuildRequest.Builder read(Json.Obj json) throws ImageException {
        var context = json.text("context");
        var request =
                context == null ? BuildRequest.withoutContext() : BuildRequest.of(Path.of(context));
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
        var settings = json.object("run");
        if (settings != null) {
            request.runSettings(settings(settings));
        }
        return request;
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
