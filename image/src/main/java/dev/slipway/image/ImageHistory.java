package dev.slipway.image;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// How an image came about, as `docker history` tells it.
public final class ImageHistory {
    /// One step.
    ///
    /// @param id of the image for the last step; null for the others, whose images are not stored
    /// @param created null when not known
    /// @param sizeBytes of the uncompressed layer, 0 if the step made none
    public record Line(
            @Nullable Digest id,
            @Nullable Instant created,
            String createdBy,
            long sizeBytes,
            String comment) {}

    private ImageHistory() {}

    /// Returns the steps of an image, the last first.
    public static List<Line> of(Store store, Image image) throws ImageException {
        List<Digest> diffIds = image.config().diffIds();
        var lines = new ArrayList<Line>();
        int layer = 0;
        for (History step : image.config().history()) {
            boolean hasLayer = !step.emptyLayer() && layer < diffIds.size();
            long size = hasLayer ? LayerFacts.size(store, diffIds.get(layer++)) : 0;
            lines.add(line(step, size));
        }
        while (layer < diffIds.size()) { // history is optional, layers are not
            lines.add(new Line(null, null, "", LayerFacts.size(store, diffIds.get(layer++)), ""));
        }
        Collections.reverse(lines);
        if (!lines.isEmpty()) {
            Line last = lines.getFirst();
            lines.set(
                    0,
                    new Line(
                            image.id(),
                            last.created(),
                            last.createdBy(),
                            last.sizeBytes(),
                            last.comment()));
        }
        return lines;
    }

    private static Line line(History step, long size) {
        String comment = step.comment();
        return new Line(
                null, step.created(), step.createdBy(), size, comment == null ? "" : comment);
    }
}
