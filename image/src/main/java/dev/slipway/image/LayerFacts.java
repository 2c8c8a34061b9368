package dev.slipway.image;

import dev.slipway.linux.Fd;
import dev.slipway.linux.OpenFlags;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;

/// What the store says of a layer, read without keeping it from the collector: for the collector
/// itself, and for lists.
///
/// @param size of the uncompressed tar in bytes
/// @param blobs the compressed forms it knows, here or not
record LayerFacts(long size, List<Descriptor> blobs) {
    /// Returns null if there is no such layer.
    static @Nullable LayerFacts peek(Store store, Digest diffId) throws ImageException {
        LayerDirectory directory = LayerDirectory.of(store, diffId);
        try {
            byte[] json = Files.readAllBytes(directory.part(LayerDirectory.RECORD));
            LayerRecord record = LayerRecord.parse(json);
            var blobs = new ArrayList<Descriptor>();
            Descriptor own = record.blob();
            if (own != null) {
                blobs.add(own);
            }
            for (LayerBlobs.Known known : LayerBlobs.read(directory)) {
                blobs.add(known.descriptor());
            }
            return new LayerFacts(record.sizeBytes(), blobs);
        } catch (NoSuchFileException | ImageException _) {
            return null; // not here, or harmed in a power cut
        } catch (IOException e) {
            throw StoreException.of(store.home(), "read the layer " + diffId, e);
        }
    }

    /// Opens the layer's uncompressed tar if the store has it as a file; null if it would have to
    /// be made.
    static @Nullable Fd openTarFile(Store store, Digest diffId) throws IOException {
        LayerDirectory directory = LayerDirectory.of(store, diffId);
        byte[] json = Files.readAllBytes(directory.part(LayerDirectory.RECORD));
        LayerRecord record = LayerRecord.parse(json);
        return directory.has(LayerDirectory.TAR, record.bootId())
                ? Fd.open(directory.part(LayerDirectory.TAR), OpenFlags.O_RDONLY, 0)
                : null;
    }

    /// Returns a layer's size, 0 if it is not here.
    static long size(Store store, Digest diffId) throws ImageException {
        LayerFacts facts = peek(store, diffId);
        return facts == null ? 0 : facts.size();
    }
}
