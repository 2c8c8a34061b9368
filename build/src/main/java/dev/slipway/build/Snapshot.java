package dev.slipway.build;

import dev.slipway.image.Digest;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/// What a step results in: a root file system, as the layers it is made of.
///
/// @param base the layers of the base image, bottom first
/// @param changes what each step on top of the base did, oldest first
record Snapshot(List<Digest> base, List<Change> changes) {
    Snapshot {
        base = List.copyOf(base);
        changes = List.copyOf(changes);
    }

    /// What one step did.
    ///
    /// @param diffId the layer it made; null: it changed nothing
    /// @param size the layer's size as a tar, in bytes
    /// @param createdMillis when it was done, since 1970
    /// @param nanos how long it took
    record Change(@Nullable Digest diffId, long size, long createdMillis, long nanos) {}

    static Snapshot of(List<Digest> base) {
        return new Snapshot(base, List.of());
    }

    Snapshot with(Change change) {
        var all = new ArrayList<Change>(changes.size() + 1);
        all.addAll(changes);
        all.add(change);
        return new Snapshot(base, all);
    }

    Change last() {
        return changes.getLast();
    }

    /// All layers, bottom first.
    List<Digest> diffIds() {
        var all = new ArrayList<Digest>(base.size() + changes.size());
        all.addAll(base);
        for (var change : changes) {
            if (change.diffId() != null) {
                all.add(change.diffId());
            }
        }
        return all;
    }

    /// Identifies the files: OCI image-spec, `config.md`, "Layer ChainID"; `empty` without layers.
    String chainId() {
        return chainId(diffIds());
    }

    static String chainId(List<Digest> diffIds) {
        if (diffIds.isEmpty()) {
            return "empty";
        }
        var chain = diffIds.getFirst().toString();
        for (int i = 1; i < diffIds.size(); i++) {
            var joined = (chain + " " + diffIds.get(i)).getBytes(StandardCharsets.US_ASCII);
            chain = "sha256:" + HexFormat.of().formatHex(KeyHash.sha256().digest(joined));
        }
        return chain;
    }
}
