package dev.slipway.image;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.List;

/// Which images to prune. All conditions must hold.
///
/// @param all also images that have names; false for dangling ones only
/// @param until only images created before; null for any time
public record PruneFilter(boolean all, @Nullable Instant until, List<LabelFilter> labels) {
    /// Dangling images, however old.
    public static final PruneFilter DANGLING = new PruneFilter(false, null, List.of());

    /// All images, however old.
    public static final PruneFilter ALL = new PruneFilter(true, null, List.of());

    public PruneFilter {
        labels = List.copyOf(labels);
    }

    boolean accepts(ImageConfig config) {
        Instant created = config.created();
        if (until != null && created != null && !created.isBefore(until)) {
            return false;
        }
        for (LabelFilter label : labels) {
            if (!label.accepts(config.config().labels())) {
                return false;
            }
        }
        return true;
    }

    boolean isConditional() {
        return until != null || !labels.isEmpty();
    }
}
