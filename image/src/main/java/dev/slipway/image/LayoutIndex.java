package dev.slipway.image;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;

/// The `index.json` of an OCI layout. An image with several names has an entry for each.
final class LayoutIndex {
    private LayoutIndex() {}

    /// Makes the index of what is saved now and of what a layout held before.
    static Index of(List<SavePlan> plans, List<Descriptor> before) {
        var entries = new ArrayList<Descriptor>();
        for (SavePlan plan : plans) {
            if (plan.names().isEmpty()) {
                add(entries, plan.root());
            }
            for (Reference name : plan.names()) {
                add(entries, named(plan.root(), name));
            }
        }
        for (Descriptor each : before) {
            if (!isReplaced(each, entries)) {
                add(entries, each);
            }
        }
        return Index.of(MediaTypes.OCI_INDEX, entries, Collections.emptySortedMap());
    }

    private static void add(List<Descriptor> entries, Descriptor entry) {
        if (!entries.contains(entry)) {
            entries.add(entry);
        }
    }

    private static Descriptor named(Descriptor root, Reference name) {
        var annotations = new TreeMap<>(root.annotations());
        annotations.put(OciArchive.CONTAINERD_NAME, name.canonical());
        String tag = name.tag();
        if (tag != null) {
            annotations.put(OciArchive.REF_NAME, tag);
        }
        return new Descriptor(
                root.mediaType(), root.digest(), root.size(), root.platform(), annotations);
    }

    private static boolean isReplaced(Descriptor old, List<Descriptor> entries) {
        String name = name(old);
        for (Descriptor each : entries) {
            boolean same =
                    name.isEmpty() ? each.digest().equals(old.digest()) : name.equals(name(each));
            if (same) {
                return true;
            }
        }
        return false;
    }

    private static String name(Descriptor entry) {
        String full = entry.annotations().get(OciArchive.CONTAINERD_NAME);
        return full != null ? full : entry.annotations().getOrDefault(OciArchive.REF_NAME, "");
    }

    static List<Descriptor> read(Path directory) throws IOException {
        try (var source = new DirectorySource(directory)) {
            return Index.parse(source.read("index.json", Manifest.MAX_BYTES)).manifests();
        }
    }
}
