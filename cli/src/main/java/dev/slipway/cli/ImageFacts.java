package dev.slipway.cli;

import dev.slipway.image.Digest;
import dev.slipway.image.Healthcheck;
import dev.slipway.image.ImageConfig;
import dev.slipway.image.Reference;
import dev.slipway.image.RunConfig;
import dev.slipway.image.Store;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// An image in the shape of `docker image inspect`.
final class ImageFacts {
    private ImageFacts() {}

    static Map<String, Object> of(StoredImage image, ImageCatalog catalog, Store store)
            throws IOException {
        ImageConfig config = image.config();
        List<String> tags = new ArrayList<>();
        List<String> digests = new ArrayList<>();
        for (StoredImage entry : catalog.entriesOf(image.id())) {
            Reference name = entry.name();
            if (name != null && name.tag() != null) {
                tags.add(name.familiar());
                digests.add(name.familiarName() + "@" + entry.target().digest());
            }
        }
        List<String> layers = new ArrayList<>();
        for (Digest diffId : config.diffIds()) {
            layers.add(diffId.toString());
        }
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("Id", image.id().toString());
        facts.put("RepoTags", tags);
        facts.put("RepoDigests", digests.stream().distinct().toList());
        facts.put("Created", config.created() == null ? "" : config.created().toString());
        facts.put("Author", text(config.author()));
        facts.put("Architecture", config.platform().architecture());
        if (config.platform().variant() != null) {
            facts.put("Variant", config.platform().variant());
        }
        facts.put("Os", config.platform().os());
        facts.put("Size", image.sizeBytes());
        facts.put("Config", runConfig(config.config()));
        Map<String, Object> rootFs = new LinkedHashMap<>();
        rootFs.put("Type", "layers");
        rootFs.put("Layers", layers);
        facts.put("RootFS", rootFs);
        Map<String, Object> descriptor = new LinkedHashMap<>();
        descriptor.put("mediaType", image.target().mediaType());
        descriptor.put("digest", image.target().digest().toString());
        descriptor.put("size", image.target().size());
        facts.put("Descriptor", descriptor);
        Map<String, Object> metadata = new LinkedHashMap<>();
        metadata.put("LastTagTime", image.named().taggedAt().toString());
        facts.put("Metadata", metadata);
        facts.put("Store", store.home().toString());
        return facts;
    }

    private static Map<String, Object> runConfig(RunConfig config) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("User", config.user());
        facts.put("ExposedPorts", orNull(set(config.exposedPorts())));
        facts.put("Env", config.env());
        facts.put("Entrypoint", config.entrypoint());
        facts.put("Cmd", config.cmd());
        facts.put("Volumes", orNull(set(config.volumes())));
        facts.put("WorkingDir", config.workingDir());
        facts.put("Labels", orNull(config.labels()));
        facts.put("OnBuild", config.onBuild().isEmpty() ? null : config.onBuild());
        facts.put("StopSignal", config.stopSignal());
        facts.put("Shell", config.shell());
        facts.put("Healthcheck", healthcheck(config.healthcheck()));
        return withoutUnset(facts);
    }

    /// Docker leaves out what it leaves out of the configuration itself; the rest is null.
    private static Map<String, Object> withoutUnset(Map<String, Object> facts) {
        for (String name :
                List.of(
                        "ExposedPorts",
                        "Volumes",
                        "StopSignal",
                        "Shell",
                        "Healthcheck",
                        "OnBuild")) {
            Object value = facts.get(name);
            if (value == null || value.equals("")) {
                facts.remove(name);
            }
        }
        return facts;
    }

    private static @Nullable Map<String, Object> healthcheck(@Nullable Healthcheck check) {
        if (check == null) {
            return null;
        }
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("Test", check.test());
        facts.put("Interval", check.intervalNanos());
        facts.put("Timeout", check.timeoutNanos());
        facts.put("StartPeriod", check.startPeriodNanos());
        facts.put("StartInterval", check.startIntervalNanos());
        facts.put("Retries", check.retries());
        return facts;
    }

    private static Map<String, Object> set(Collection<String> names) {
        Map<String, Object> set = new TreeMap<>();
        for (String name : names) {
            set.put(name, Map.of());
        }
        return set;
    }

    private static @Nullable Map<String, ?> orNull(Map<String, ?> map) {
        return map.isEmpty() ? null : map;
    }

    private static String text(@Nullable String text) {
        return text == null ? "" : text;
    }
}
