package dev.slipway.build;

import dev.slipway.container.Resources;
import dev.slipway.container.Ulimit;
import dev.slipway.image.ImageException;
import dev.slipway.image.Json;
import dev.slipway.image.JsonWriter;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Settings of RUNs as the record of a build keeps them.
final class RunSettingsRecord {
    private RunSettingsRecord() {}

    static void write(JsonWriter json, RunSettings settings) {
        json.name("run").beginObject();
        json.member("allowed", settings.allowed());
        var limits = new ArrayList<String>();
        for (var limit : settings.ulimits()) {
            limits.add(limit.name() + "=" + limit.soft() + ":" + limit.hard());
        }
        json.member("ulimits", limits);
        json.member("shmSizeBytes", settings.shmSizeBytes());
        json.member("cgroupParent", settings.cgroupParent());
        json.name("volumes").beginArray();
        for (var volume : settings.volumes()) {
            json.beginObject().member("source", volume.source().toString());
            json.member("target", volume.target()).member("readOnly", volume.readOnly());
            json.endObject();
        }
        json.endArray();
        var directories = new ArrayList<String>();
        for (var directory : settings.cdiDirectories()) {
            directories.add(directory.toString());
        }
        json.member("cdiDirectories", directories);
        resources(json, settings.resources());
        json.endObject();
    }

    private static void resources(JsonWriter json, Resources resources) {
        json.name("resources").beginObject();
        json.memberUnlessZero("memoryBytes", resources.memoryBytes());
        json.memberUnlessZero("memorySwapBytes", resources.memorySwapBytes());
        json.memberUnlessZero("cpuQuotaMicros", resources.cpuQuotaMicros());
        json.memberUnlessZero("cpuPeriodMicros", resources.cpuPeriodMicros());
        json.memberUnlessZero("cpuShares", resources.cpuShares());
        json.memberUnlessEmpty("cpusetCpus", resources.cpusetCpus());
        json.memberUnlessEmpty("cpusetMems", resources.cpusetMems());
        json.endObject();
    }

    /// @return null if `json` is
    /// @throws IllegalArgumentException if a value is none that [#write] writes
    static @Nullable RunSettings read(Json.@Nullable Obj json) throws ImageException {
        if (json == null) {
            return null;
        }
        var settings = RunSettings.builder();
        texts(json, "allowed").forEach(settings::allow);
        var limits = new ArrayList<Ulimit>();
        for (var limit : texts(json, "ulimits")) {
            limits.add(Ulimit.parse(limit));
        }
        settings.ulimits(limits)
                .shmSizeBytes(json.number("shmSizeBytes", 0))
                .cgroupParent(json.text("cgroupParent", ""));
        for (var volume : json.objects("volumes")) {
            settings.volume(
                    new HostMount(
                            Path.of(volume.requiredText("source")),
                            volume.requiredText("target"),
                            volume.flag("readOnly")));
        }
        var directories = new ArrayList<Path>();
        for (var directory : texts(json, "cdiDirectories")) {
            directories.add(Path.of(directory));
        }
        settings.cdiDirectories(directories);
        var resources = json.object("resources");
        if (resources != null) {
            settings.resources(resources(resources));
        }
        return settings.build();
    }

    private static Resources resources(Json.Obj json) throws ImageException {
        return new Resources(
                json.number("memoryBytes", 0),
                json.number("memorySwapBytes", 0),
                json.number("cpuQuotaMicros", 0),
                json.number("cpuPeriodMicros", 0),
                json.number("cpuShares", 0),
                json.text("cpusetCpus", ""),
                json.text("cpusetMems", ""),
                0);
    }

    private static List<String> texts(Json.Obj json, String name) throws ImageException {
        var texts = json.texts(name);
        return texts == null ? List.of() : texts;
    }
}
