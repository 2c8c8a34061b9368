package dev.slipway.build;

import dev.slipway.image.History;
import dev.slipway.image.Layer;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Puts layers of an image together when it is assembled. What was put together once is found
/// again: it has a record of its own in the cache, while the records of the steps stay as they are.
final class Squashing {
    private final Workshop shop;
    private final Squash squash;
    private int tasks;

    /// A run of layers that become one.
    ///
    /// @param from the first of them, counted from the bottom
    /// @param to the one behind the last
    private record Group(int from, int to) {}

    Squashing(Workshop shop, Squash squash) {
        this.shop = shop;
        this.squash = squash;
    }

    ImageAssembly.Content squash(
            BuildPlan.Target target, Snapshot result, ImageAssembly.Content content)
            throws BuildException, IOException {
        var layers = content.layers();
        var merged = new ArrayList<Layer>();
        var empty = new ArrayList<Integer>(); // layers whose entry of the history has none any more
        int next = 0;
        for (var group : groups(target, result)) {
            merged.addAll(layers.subList(next, group.from));
            next = group.to;
            if (group.to - group.from < 2) {
                merged.addAll(layers.subList(group.from, group.to));
                continue;
            }
            merged.add(one(layers.subList(0, group.from), layers.subList(group.from, group.to)));
            for (int i = group.from; i < group.to - 1; i++) {
                empty.add(i);
            }
        }
        merged.addAll(layers.subList(next, layers.size()));
        return new ImageAssembly.Content(merged, history(content, empty));
    }

    private List<Group> groups(BuildPlan.Target target, Snapshot result) {
        int base = result.base().size();
        int all = result.diffIds().size();
        return switch (squash) {
            case NONE -> List.of();
            case NEW -> List.of(new Group(base, all));
            case ALL -> List.of(new Group(0, all));
            case STAGE -> stages(target, result);
        };
    }

    /// The layers of each stage that the target stands on; those of the base are none's.
    private static List<Group> stages(BuildPlan.Target target, Snapshot result) {
        var groups = new ArrayList<Group>();
        int end = result.diffIds().size();
        int at = end;
        var made = result;
        var stage = target.step().stage();
        for (var step = target.step(); made.below() != null; step = below(step)) {
            if (!step.stage().equals(stage)) {
                groups.addFirst(new Group(at, end));
                end = at;
                stage = step.stage();
            }
            at -= made.last().diffId() == null ? 0 : 1;
            made = made.below();
        }
        groups.addFirst(new Group(at, end));
        return groups;
    }

    private static Step below(Step step) {
        var below = step.below();
        return below == null ? step : below;
    }

    /// The layer that changes what lies below as a group of layers does; made if the cache has
    /// none.
    Layer one(List<Layer> below, List<Layer> group) throws BuildException, IOException {
        var parts = new ArrayList<KeyPart>();
        parts.add(new KeyPart("instruction", "squash"));
        parts.add(new KeyPart("below", Snapshot.chainId(diffIds(below))));
        for (var layer : group) {
            parts.add(new KeyPart("layer", layer.diffId().toString()));
        }
        var found = shop.find(CacheRecord.definitionKey(parts, List.of()));
        if (found != null) {
            return shop.layers(found).getFirst();
        }
        var id = "squash-" + ++tasks;
        var name = "squashing " + group.size() + " layers";
        long start = System.nanoTime();
        shop.events().emit(time -> new BuildEvent.TaskStarted(time, id, name));
        String error = "interrupted";
        try {
            var layer = LayerMerge.merge(shop.store().layers(), below, group);
            long nanos = System.nanoTime() - start;
            var change =
                    new Snapshot.Change(
                            layer.diffId(), layer.size(), shop.events().clock().millis(), nanos);
            var record = Snapshot.of(List.of(), List.of(change));
            shop.records().put(new CacheRecord(name, parts, List.of(), List.of(), record));
            error = null;
            return layer;
        } catch (IOException e) {
            error = BuildException.messageOf(e);
            throw BuildException.io(name + " failed", e);
        } finally {
            var told = error;
            long nanos = System.nanoTime() - start;
            shop.events().emit(time -> new BuildEvent.TaskFinished(time, id, name, nanos, told));
        }
    }

    private static List<dev.slipway.image.Digest> diffIds(List<Layer> layers) {
        var diffIds = new ArrayList<dev.slipway.image.Digest>(layers.size());
        for (var layer : layers) {
            diffIds.add(layer.diffId());
        }
        return diffIds;
    }

    /// Counted from the top, as a base may come without a history.
    private static List<History> history(ImageAssembly.Content content, List<Integer> empty) {
        var history = new ArrayList<>(content.history());
        int layer = content.layers().size();
        for (int i = history.size() - 1; i >= 0; i--) {
            var entry = history.get(i);
            if (entry.emptyLayer() || !empty.contains(--layer)) {
                continue;
            }
            history.set(
                    i,
                    new History(
                            entry.created(),
                            entry.createdBy(),
                            entry.author(),
                            entry.comment(),
                            true));
        }
        return history;
    }
}
