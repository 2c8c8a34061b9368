package dev.slipway.build;

import dev.slipway.image.MergedView;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.IdentityHashMap;
import java.util.List;

/// The files of results. The view of a result is that of what it stands on with a layer more, so
/// that a step of a long Dockerfile does not pay for all that stand before it. Thread-safe.
final class SnapshotViews {
    private final Workshop shop;
    private final IdentityHashMap<Snapshot, MergedView> views = new IdentityHashMap<>();

    SnapshotViews(Workshop shop) {
        this.shop = shop;
    }

    synchronized MergedView of(Snapshot result) throws IOException, BuildException {
        var pending = new ArrayDeque<Snapshot>();
        var at = result;
        for (var below = at.below(); below != null && !views.containsKey(at); below = at.below()) {
            pending.push(at);
            at = below;
        }
        var view = views.get(at);
        if (view == null) {
            view = MergedView.of(shop.layers(at.base()));
        }
        for (var above : pending) {
            var diffId = above.last().diffId();
            if (diffId != null) {
                view = view.with(shop.layers(List.of(diffId)).getFirst());
            }
        }
        views.put(result, view);
        return view;
    }
}
