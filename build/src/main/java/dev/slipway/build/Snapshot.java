package dev.slipway.build;

import dev.slipway.image.Digest;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/// What a step results in: a root file system, as the layers it is made of. It shares what lies
/// below its last change with the result it was made from, so that one more step costs the same
/// however many stand below it. Immutable.
final class Snapshot {
    private final List<Digest> base;
    private final @Nullable Snapshot below;
    private final @Nullable Change last;
    private final int count;
    private volatile @Nullable String chainId;
    private volatile @Nullable ResultBlock block;

    private Snapshot(List<Digest> base, @Nullable Snapshot below, @Nullable Change last) {
        this.base = base;
        this.below = below;
        this.last = last;
        this.count = below == null ? 0 : below.count + 1;
    }

    /// What one step did.
    ///
    /// @param diffId the layer it made; null: it changed nothing
    /// @param size the layer's size as a tar, in bytes
    /// @param createdMillis when it was done, since 1970
    /// @param nanos how long it took
    record Change(@Nullable Digest diffId, long size, long createdMillis, long nanos) {}

    /// @param base the layers of the base image, bottom first
    static Snapshot of(List<Digest> base) {
        return new Snapshot(List.copyOf(base), null, null);
    }

    /// @param changes what each step on top of the base did, oldest first
    static Snapshot of(List<Digest> base, List<Change> changes) {
        var result = of(base);
        for (var change : changes) {
            result = result.with(change);
        }
        return result;
    }

    Snapshot with(Change change) {
        return new Snapshot(base, this, change);
    }

    /// The layers of the base image, bottom first.
    List<Digest> base() {
        return base;
    }

    /// How many steps there are on top of the base.
    int count() {
        return count;
    }

    /// What the last step was made on; null if this is a base.
    @Nullable Snapshot below() {
        return below;
    }

    /// What the last step did.
    ///
    /// @throws IllegalStateException if this is a base
    Change last() {
        if (last == null) {
            throw new IllegalStateException("a base was made by no step");
        }
        return last;
    }

    /// What each step on top of the base did, oldest first. Costs as much as there are.
    List<Change> changes() {
        return changes(0);
    }

    /// What the steps did that came after the first `from`, oldest first.
    List<Change> changes(int from) {
        var newestFirst = new ArrayList<Change>(count - from);
        for (var at = this; at.count > from; at = at.belowLast()) {
            newestFirst.add(at.last());
        }
        return newestFirst.reversed();
    }

    private Snapshot belowLast() {
        if (below == null) {
            throw new IllegalStateException("a base lies on nothing");
        }
        return below;
    }

    /// All layers, bottom first. Costs as much as there are.
    List<Digest> diffIds() {
        var all = new ArrayList<Digest>(base.size() + count);
        all.addAll(base);
        for (var change : changes()) {
            if (change.diffId() != null) {
                all.add(change.diffId());
            }
        }
        return all;
    }

    /// Identifies the files: OCI image-spec, `config.md`, "Layer ChainID"; `empty` without layers.
    String chainId() {
        var pending = new ArrayDeque<Snapshot>();
        var at = this;
        while (at.chainId == null && at.below != null) {
            pending.push(at);
            at = at.below;
        }
        var chain = at.chainId;
        if (chain == null) {
            chain = chainId(base);
            at.chainId = chain;
        }
        for (var above : pending) {
            var diffId = above.last().diffId();
            chain = diffId == null ? chain : chained(chain, diffId);
            above.chainId = chain;
        }
        return chain;
    }

    static String chainId(List<Digest> diffIds) {
        var chain = EMPTY;
        for (var diffId : diffIds) {
            chain = chained(chain, diffId);
        }
        return chain;
    }

    private static final String EMPTY = "empty";

    private static String chained(String below, Digest diffId) {
        if (below.equals(EMPTY)) {
            return diffId.toString();
        }
        var joined = (below + " " + diffId).getBytes(StandardCharsets.US_ASCII);
        return "sha256:" + HexFormat.of().formatHex(KeyHash.sha256().digest(joined));
    }

    /// The part of it that a record leaves to blocks: all but the last few changes; null if it has
    /// so few that a record holds them all.
    @Nullable Snapshot inBlocks() {
        int rest = count <= ResultBlock.CHANGES ? 0 : (count - 1) % ResultBlock.CHANGES + 1;
        if (rest == 0) {
            return null;
        }
        var at = this;
        for (int i = 0; i < rest; i++) {
            at = at.belowLast();
        }
        return at;
    }

    /// The block that ends with its last change.
    ///
    /// @throws IllegalArgumentException if none does
    ResultBlock block() {
        var pending = new ArrayDeque<Snapshot>();
        for (var at = this; at != null && at.block == null; at = at.inBlocks()) {
            pending.push(at);
        }
        for (var at : pending) {
            at.block = ResultBlock.of(at);
        }
        var made = block;
        if (made == null) {
            throw new IllegalStateException("no block");
        }
        return made;
    }

    /// Notes the block it was read from.
    void readFrom(ResultBlock from) {
        block = from;
    }

    /// Equal if base and changes are.
    @Override
    public boolean equals(@Nullable Object other) {
        if (!(other instanceof Snapshot that) || count != that.count || !base.equals(that.base)) {
            return false;
        }
        var a = this;
        var b = that;
        while (a != b && a.below != null && b.below != null) {
            if (!a.last().equals(b.last())) {
                return false;
            }
            a = a.below;
            b = b.below;
        }
        return true;
    }

    @Override
    public int hashCode() {
        return 31 * count + (last == null ? base.hashCode() : last.hashCode());
    }

    @Override
    public String toString() {
        return "Snapshot[base=" + base + ", changes=" + changes() + "]";
    }
}
