package dev.slipway.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// Images on their way to a registry and back: 1 GiB of noise, 20 000 files of noise, and, only
/// pushed, the JDK's sources, which can be compressed. All tools push what they built themselves
/// from one context, compressing as each does by default, to a registry that is empty, and pull
/// what Slipway pushed, into an empty store, until it can be run.
///
/// The tools take turns, and each run has a registry and, where it matters, a store of its own,
/// with nothing left to write to the disk. Stores are deleted at the end only.
final class RegistryRows {
    private static final long GIB = 1L << 30;

    private final Compare compare;
    private final Path work;
    private final Path base;
    private final SlipwayPeer slipway;
    private final Shell shell;
    private final boolean push;
    private final boolean pull;
    private final int rounds;
    private int registries;

    /// The runs of each row by each peer.
    private final Map<String, Map<Peer, List<Measured>>> runs = new LinkedHashMap<>();

    /// @param rounds how often each tool gets its turn
    RegistryRows(Compare compare, Path work, Path base, boolean push, boolean pull, int rounds) {
        this.compare = compare;
        this.slipway = compare.slipway();
        this.shell = new Shell(work.resolve("sync.log"));
        this.push = push;
        this.pull = pull;
        this.work = work;
        this.base = base;
        this.rounds = rounds;
    }

    /// One file that cannot be compressed.
    void big() {
        Path context = Trees.bigFile(work.resolve("big"), GIB);
        Trees.dockerfile(context, "FROM bench-base\nCOPY big /big\n");
        image("1 GiB", "big", context);
    }

    /// Many small files.
    void files() {
        Path context = Trees.manyFiles(work.resolve("files"));
        Trees.dockerfile(context, "FROM bench-base\nCOPY . /app/\n");
        image("20 000 files", "files", context);
    }

    /// What is compressed by the way. Sizes in the registry are told, as a level of compression
    /// buys time with size.
    void sources() {
        if (push) {
            Path context = Trees.sources(work.resolve("sources"));
            Trees.dockerfile(context, "FROM bench-base\nCOPY . /src/\n");
            push("JDK sources", "sources", context);
            summarize();
        }
    }

    private void image(String what, String tag, Path context) {
        if (push) {
            push(what, tag, context);
        }
        if (pull) {
            pull(what, tag, context);
        }
        summarize();
    }

    private void summarize() {
        runs.forEach((row, cells) -> cells.forEach((peer, all) -> compare.median(row, peer, all)));
        runs.clear();
    }

    private void push(String what, String tag, Path context) {
        for (Peer peer : compare.peers()) {
            peer.startAnew();
            peer.importBase(base);
            peer.build(context, tag, List.of());
        }
        for (int round = 0; round < rounds; round++) {
            for (Peer peer : compare.peers()) {
                if (peer == slipway && round > 0) {
                    // It keeps what it compressed; the others do it for each push.
                    peer.startAnew();
                    peer.importBase(base);
                    peer.build(context, tag, List.of());
                }
                try (LocalRegistry registry = registry()) {
                    String remote = registry.name(tag);
                    measure("push " + what, peer, () -> peer.push(tag, remote));
                    compare.tellSize("push " + what, peer, registry.bytes());
                    measure("push " + what + " again", peer, () -> peer.push(tag, remote));
                }
            }
        }
    }

    private void pull(String what, String tag, Path context) {
        try (LocalRegistry registry = registry()) {
            String remote = registry.name(tag);
            slipway.startAnew();
            slipway.importBase(base);
            slipway.build(context, tag, List.of());
            slipway.push(tag, remote);
            for (int round = 0; round < rounds; round++) {
                slipway.startAnew();
                measure(
                        "pull " + what + ", not unpacked",
                        slipway,
                        () -> slipway.run("pull", "-q", remote));
                for (Peer peer : compare.peers()) {
                    peer.startAnew();
                    measure("pull " + what + ", ready to run", peer, () -> peer.pull(remote));
                }
            }
        }
    }

    private LocalRegistry registry() {
        return new LocalRegistry(work.resolve("registry-" + registries++));
    }

    private void measure(String row, Peer peer, Supplier<Measured> run) {
        shell.run(Map.of(), List.of("sync"));
        Measured measured = run.get();
        compare.tell(row, peer, measured);
        runs.computeIfAbsent(row, _ -> new LinkedHashMap<>())
                .computeIfAbsent(peer, _ -> new ArrayList<>())
                .add(measured);
    }
}
