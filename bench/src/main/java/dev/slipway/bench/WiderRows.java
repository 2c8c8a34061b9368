package dev.slipway.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// The rows beyond DESIGN's table: work that is wide rather than deep. What BuildKit 20.10 or
/// buildah cannot do is measured for Slipway alone.
final class WiderRows {
    private static final int TIMES = 5;
    private static final List<String> ANEW = List.of("--no-cache");

    private final Compare compare;
    private final Path work;

    WiderRows(Compare compare, Path work) {
        this.compare = compare;
        this.work = work;
    }

    /// 50 stages with a RUN each, which a last stage copies from.
    void stages() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 50; i++) {
            text.append("FROM bench-base AS s").append(i).append('\n');
            text.append("RUN echo ").append(i).append(" > /f").append(i).append('\n');
        }
        text.append("FROM bench-base\n");
        for (int i = 0; i < 50; i++) {
            text.append("COPY --from=s").append(i).append(" /f").append(i).append(" /all/\n");
        }
        Path context = Trees.dockerfile(work.resolve("stages"), text.toString());
        for (Peer peer : compare.peers()) {
            compare.median(
                    "50 stages side by side",
                    peer,
                    TIMES,
                    () -> peer.build(context, "stages", ANEW));
        }
    }

    /// A RUN that finds what it left in a cache mount.
    void caches() {
        Path context =
                Trees.dockerfile(
                        work.resolve("caches"),
                        """
                        FROM bench-base
                        RUN --mount=type=cache,target=/cache \\
                          cat /cache/* > /seen 2>/dev/null; echo more > /cache/file
                        """);
        for (Peer peer : compare.peers()) {
            peer.build(context, "caches", ANEW);
            compare.median(
                    "RUN with a cache mount",
                    peer,
                    TIMES,
                    () -> peer.build(context, "caches", ANEW));
        }
    }

    /// Two builds at the same moment whose first step, of half a second, is the same.
    void shared() {
        int[] round = {0};
        for (Peer peer : compare.peers()) {
            compare.median(
                    "two builds at once, a 0.5 s step in common",
                    peer,
                    TIMES,
                    () -> {
                        String step =
                                "FROM bench-base\nRUN sleep 0.5; echo "
                                        + peer.name()
                                        + round[0]++
                                        + "\n";
                        Path one = Trees.dockerfile(work.resolve("one"), step + "RUN echo one\n");
                        Path two = Trees.dockerfile(work.resolve("two"), step + "RUN echo two\n");
                        long start = System.nanoTime();
                        var other =
                                CompletableFuture.supplyAsync(
                                        () -> peer.build(two, "two", List.of()));
                        Measured first = peer.build(one, "one", List.of());
                        Measured second = other.join();
                        return new Measured(
                                (System.nanoTime() - start) / 1e9,
                                Math.max(first.peakKib(), second.peakKib()));
                    });
        }
    }

    /// A Dockerfile of 10 000 lines without any work in it.
    void lines() {
        StringBuilder text = new StringBuilder("FROM bench-base\n");
        for (int i = 1; i < 10_000; i++) {
            String line = i % 40 == 0 ? "ENV V" + i + "=${B:-" + i + "}" : "# line " + i;
            text.append(line).append('\n');
        }
        Path context = Trees.dockerfile(work.resolve("lines"), text.toString());
        for (Peer peer : compare.peers()) {
            peer.build(context, "lines", List.of());
            compare.median(
                    "Dockerfile of 10 000 lines, no-op",
                    peer,
                    TIMES,
                    () -> peer.build(context, "lines", List.of()));
        }
    }

    /// 100 000 files, of which 1 000 patterns leave a few.
    void ignore() {
        Path context = work.resolve("ignore");
        StringBuilder patterns = new StringBuilder();
        for (int i = 0; i < 500; i++) {
            patterns.append("**/*.t").append(i).append('\n');
            patterns.append("d").append(i).append("/**/f*\n");
        }
        try {
            for (int i = 0; i < 100_000; i++) {
                Path file = context.resolve("d" + i % 1000 + "/e/f" + i + ".t" + i % 700);
                if (i < 1000) {
                    Files.createDirectories(file.getParent());
                }
                Files.createFile(file);
            }
            Files.writeString(context.resolve(".dockerignore"), patterns);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Trees.dockerfile(context, "FROM scratch\nCOPY . /app/\n");
        for (Peer peer : compare.peers()) {
            if (!peer.name().equals("buildah")) { // minutes
                compare.median(
                        "100 000 files, 1 000 ignore patterns: cold",
                        peer,
                        1,
                        () -> peer.build(context, "ignore", List.of()));
                compare.median(
                        "100 000 files, 1 000 ignore patterns: no-op",
                        peer,
                        3,
                        () -> peer.build(context, "ignore", List.of()));
            }
        }
    }

    /// The same `COPY --link` on another base: its layer is taken as it is.
    void link() {
        Path context = Trees.bigFile(work.resolve("link"), 64 << 20);
        SlipwayPeer peer = compare.slipway();
        int[] round = {0};
        compare.median(
                "64 MiB by COPY --link on another base",
                peer,
                TIMES + 1,
                () -> {
                    Trees.dockerfile(
                            context,
                            "FROM bench-base\nLABEL n="
                                    + round[0]
                                    + "\nRUN echo "
                                    + round[0]++
                                    + "\nCOPY --link big /big\n");
                    return peer.build(context, "link", List.of());
                });
    }
}
