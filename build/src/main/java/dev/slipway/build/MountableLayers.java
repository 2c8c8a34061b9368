package dev.slipway.build;

import dev.slipway.image.Layer;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Keeps the layers of a root file system within what overlayfs mounts at once, which is 500: of
/// more, the lowest are put together, as many at a time as make the same group for all steps above
/// them. What is made of the image does not change.
final class MountableLayers {
    /// Leaves room for the directory that says what others leave out, and for the upper one.
    static final int MOST = 400;

    static final int GROUP = 256;

    private final Workshop shop;

    MountableLayers(Workshop shop) {
        this.shop = shop;
    }

    /// @param bottomFirst none of them twice
    List<Layer> of(List<Layer> bottomFirst) throws BuildException, IOException {
        int size = bottomFirst.size();
        if (size <= MOST) {
            return bottomFirst;
        }
        var squashing = new Squashing(shop, Squash.NONE);
        var layers = new ArrayList<Layer>();
        int from = 0;
        while (layers.size() + size - from > MOST) {
            int to = Math.min(from + GROUP, size);
            layers.add(squashing.one(bottomFirst.subList(0, from), bottomFirst.subList(from, to)));
            from = to;
        }
        layers.addAll(bottomFirst.subList(from, size));
        return layers;
    }
}
