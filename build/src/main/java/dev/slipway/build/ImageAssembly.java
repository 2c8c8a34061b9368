package dev.slipway.build;

import dev.slipway.image.Descriptor;
import dev.slipway.image.Digest;
import dev.slipway.image.History;
import dev.slipway.image.ImageConfig;
import dev.slipway.image.Layer;
import dev.slipway.image.Manifest;
import dev.slipway.image.MediaTypes;
import dev.slipway.linux.Timespec;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// Makes the config and the manifest of a result, in BuildKit's manner.
///
/// All times come from the cache records or from `SOURCE_DATE_EPOCH`, none from the clock: a build
/// that finds all its steps gives the same image again.
final class ImageAssembly {
    private final Workshop shop;
    private final @Nullable InlineCache inline;

    /// @param inline what caches the images hold; null: none
    ImageAssembly(Workshop shop, @Nullable InlineCache inline) {
        this.shop = shop;
        this.inline = inline;
    }

    /// An image that was put into the store, but has no name yet.
    ///
    /// @param layers bottom first
    /// @param squashed whether layers of steps, or of the base, were put together
    record Assembled(Manifest manifest, Digest imageId, List<Layer> layers, boolean squashed) {
        /// What identifies the layers, bottom first.
        List<Digest> diffIds() {
            var diffIds = new ArrayList<Digest>(layers.size());
            for (var layer : layers) {
                diffIds.add(layer.diffId());
            }
            return diffIds;
        }
    }

    /// What an image consists of.
    ///
    /// @param layers bottom first; as many as entries of the history that are not empty
    record Content(List<Layer> layers, List<History> history) {}

    Assembled assemble(BuildPlan.Target target, Snapshot result)
            throws IOException, BuildException, InterruptedException {
        var image = target.image();
        var content = new Content(shop.layers(result), filled(history(image, result)));
        var packaging = shop.request().packaging();
        boolean squashed = packaging != null && packaging.squash() != Squash.NONE;
        if (packaging != null && squashed) {
            content = new Squashing(shop, packaging.squash()).squash(target, result, content);
        }
        var more =
                inline == null
                        ? new TreeMap<String, String>()
                        : inline.members(result, content.layers());
        return put(image, content, squashed, more);
    }

    private Assembled put(
            ImageDraft image, Content content, boolean squashed, SortedMap<String, String> more)
            throws IOException {
        var blobs = shop.store().blobs();
        var layers = new ArrayList<Descriptor>();
        var diffIds = new ArrayList<Digest>();
        for (var layer : content.layers()) {
            layers.add(Descriptor.of(MediaTypes.OCI_LAYER, layer.diffId(), layer.size()));
            diffIds.add(layer.diffId());
        }
        var config = config(image, diffIds, content.history()).toJson(more);
        var configDigest = blobs.put(config);
        var manifest =
                Manifest.of(
                        MediaTypes.OCI_MANIFEST,
                        Descriptor.of(MediaTypes.OCI_CONFIG, configDigest, config.length),
                        layers,
                        new TreeMap<>());
        blobs.put(manifest.raw());
        return new Assembled(manifest, configDigest, content.layers(), squashed);
    }

    private static ImageConfig config(
            ImageDraft image, List<Digest> diffIds, List<History> history) {
        var created = history.isEmpty() ? null : history.getLast().created();
        return new ImageConfig(
                created == null ? Instant.EPOCH : created,
                image.author,
                image.platform,
                image.runConfig(),
                diffIds,
                history);
    }

    private List<History> history(ImageDraft image, Snapshot result) {
        var history = new ArrayList<History>();
        var epoch = epoch(shop.latest());
        int change = 0;
        var changes = result.changes();
        for (var entry : image.history()) {
            if (entry.inherited() != null) {
                history.add(entry.inherited());
                continue;
            }
            var text = entry.text();
            if (text.isEmpty()) {
                change++;
                continue;
            }
            Instant created = epoch;
            boolean empty = true;
            if (entry.step() != null) {
                var made = changes.get(change++);
                empty = made.diffId() == null;
                created = epoch != null ? epoch : Instant.ofEpochMilli(made.createdMillis());
            }
            history.add(new History(created, text, null, HistoryText.COMMENT, empty));
        }
        return history;
    }

    private static @Nullable Instant epoch(@Nullable Timespec latest) {
        return latest == null ? null : Instant.ofEpochSecond(latest.seconds());
    }

    /// Gives entries without a time that of the entry before, and the first ones that of the first
    /// new layer.
    private static List<History> filled(List<History> history) {
        var time = firstTime(history);
        boolean missed = false;
        var filled = new ArrayList<History>(history.size());
        for (var entry : history) {
            if (entry.created() != null) {
                time = missed ? entry.created() : time;
                filled.add(entry);
                continue;
            }
            missed = true;
            filled.add(
                    new History(
                            time,
                            entry.createdBy(),
                            entry.author(),
                            entry.comment(),
                            entry.emptyLayer()));
        }
        return filled;
    }

    /// The first time after an entry that has none; else the last time there is.
    private static @Nullable Instant firstTime(List<History> history) {
        Instant time = null;
        boolean missed = false;
        for (var entry : history) {
            if (entry.created() == null) {
                missed = true;
            } else {
                time = entry.created();
                if (missed) {
                    break;
                }
            }
        }
        return time;
    }
}
