package dev.slipway.bench;

import java.nio.file.Path;
import java.util.List;

/// Images on their way to a registry and back: 1 GiB of noise, and 20 000 files. All tools push
/// what they built themselves from one context, compressing as each does by default, to a registry
/// that is empty, and pull what Slipway pushed, into a store without it, until it can be run.
final class RegistryRows {
    private static final long GIB = 1L << 30;

    private final Compare compare;
    private final Path work;
    private final Path base;
    private final SlipwayPeer slipway;
    private final boolean push;
    private final boolean pull;

    RegistryRows(Compare compare, Path work, Path base, boolean push, boolean pull) {
        this.compare = compare;
        this.slipway = compare.slipway();
        this.push = push;
        this.pull = pull;
        this.work = work;
        this.base = base;
    }

    /// One file that cannot be compressed.
    void big() {
        Path context = Trees.bigFile(work.resolve("big"), GIB);
        Trees.dockerfile(context, "FROM bench-base\nCOPY big /big\n");
        image("1 GiB", "big", context, 1);
    }

    /// Many small files.
    void files() {
        Path context = Trees.manyFiles(work.resolve("files"));
        Trees.dockerfile(context, "FROM bench-base\nCOPY . /app/\n");
        image("20 000 files", "files", context, 3);
    }

    private void image(String what, String tag, Path context, int times) {
        try (LocalRegistry registry = new LocalRegistry(work)) {
            if (push) {
                push(what, tag, context, registry, times);
            }
            if (pull) {
                pull(what, tag, context, registry, times);
            }
        }
    }

    private void push(String what, String tag, Path context, LocalRegistry registry, int times) {
        String remote = registry.name(tag);
        for (Peer peer : compare.peers()) {
            compare.median(
                    "push " + what,
                    peer,
                    times,
                    () -> {
                        registry.clear();
                        peer.forget(base); // what was compressed as well
                        peer.build(context, tag, List.of());
                        return peer.push(tag, remote);
                    });
            compare.median("push " + what + " again", peer, 3, () -> peer.push(tag, remote));
        }
    }

    private void pull(String what, String tag, Path context, LocalRegistry registry, int times) {
        String remote = registry.name(tag);
        registry.clear();
        slipway.build(context, tag, List.of());
        slipway.push(tag, remote);
        compare.median(
                "pull " + what + ", not unpacked",
                slipway,
                times,
                () -> {
                    slipway.forget(base);
                    return slipway.run("pull", "-q", remote);
                });
        for (Peer peer : compare.peers()) {
            compare.median(
                    "pull " + what + ", ready to run",
                    peer,
                    times,
                    () -> {
                        peer.forget(base);
                        return peer.pull(remote);
                    });
        }
    }
}
