package dev.slipway.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The compressed forms of a layer that were made or met here, with what made them. Losing the list
/// loses no more than the work of compressing again.
final class LayerBlobs {
    private static final String FILE = "blobs.json";

    /// @param compressor the id of what made it; empty for what came from elsewhere
    record Known(Descriptor descriptor, String compressor) {}

    private LayerBlobs() {}

    static List<Known> read(LayerDirectory directory) throws IOException {
        byte[] json;
        try {
            json = Files.readAllBytes(directory.part(FILE));
        } catch (NoSuchFileException _) {
            return List.of();
        }
        try {
            List<Known> known = new ArrayList<>();
            for (Json.Obj each : Json.parseObject(json).objects("blobs")) {
                Json.Obj descriptor = each.object("descriptor");
                if (descriptor != null) {
                    String compressor = each.text("compressor", "");
                    known.add(new Known(Descriptor.parse(descriptor), compressor));
                }
            }
            return known;
        } catch (ImageException _) {
            return List.of(); // cut short by a power cut
        }
    }

    /// Adds a form. The caller holds the layer's lock.
    static void add(Store store, LayerDirectory directory, Known added) throws IOException {
        List<Known> all = new ArrayList<>(read(directory));
        all.removeIf(known ->
                known.compressor().equals(added.compressor())
                        && known.descriptor().digest().equals(added.descriptor().digest()));
        all.add(added);
        JsonWriter out = JsonWriter.indented(2).beginObject().name("blobs").beginArray();
        for (Known known : all) {
            out.beginObject().member("compressor", known.compressor()).name("descriptor");
            known.descriptor().write(out);
            out.endObject();
        }
        Path file = directory.part(FILE);
        store.publish(file, out.endArray().endObject().toBytes());
    }
}
