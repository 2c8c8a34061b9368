package dev.slipway.image;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// The files of a docker archive that say what it holds: `manifest.json` and, for tools older than
/// 2016, `repositories`.
final class DockerManifest {
    private DockerManifest() {}

    static byte[] of(List<SavePlan> plans) {
        Map<Digest, List<SavePlan>> byImage = new LinkedHashMap<>();
        for (SavePlan plan : plans) {
            if (plan.image() != null) {
                byImage.computeIfAbsent(plan.image().id(), _ -> new ArrayList<>()).add(plan);
            }
        }
        JsonWriter out = JsonWriter.compact().beginArray();
        for (Map.Entry<Digest, List<SavePlan>> image : byImage.entrySet()) {
            var names = new ArrayList<String>();
            for (SavePlan plan : image.getValue()) {
                for (Reference name : plan.names()) {
                    names.add(name.familiar());
                }
            }
            var layers = new ArrayList<String>();
            for (Descriptor layer : image.getValue().getFirst().layers()) {
                layers.add(OciArchive.file(layer));
            }
            out.beginObject()
                    .member("Config", "blobs/sha256/" + image.getKey().hex())
                    .member("RepoTags", names.isEmpty() ? null : names)
                    .member("Layers", layers)
                    .endObject();
        }
        return out.endArray().toBytes();
    }

    static byte[] repositories(List<SavePlan> plans) {
        SortedMap<String, SortedMap<String, String>> byName = new TreeMap<>();
        for (SavePlan plan : plans) {
            if (plan.layers().isEmpty()) {
                continue;
            }
            String top = plan.layers().getLast().digest().hex();
            for (Reference name : plan.names()) {
                if (name.tag() != null) {
                    byName.computeIfAbsent(name.familiarName(), _ -> new TreeMap<>())
                            .put(name.tag(), top);
                }
            }
        }
        JsonWriter out = JsonWriter.compact().beginObject();
        for (Map.Entry<String, SortedMap<String, String>> name : byName.entrySet()) {
            out.member(name.getKey(), name.getValue());
        }
        return out.endObject().toBytes();
    }
}
