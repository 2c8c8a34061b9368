package dev.slipway.bench;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/// Compares whole processes in one run: Slipway, BuildKit (Debian's docker.io) and buildah, same
/// machine, same input.
///
/// Usage: `bench/run [ROW ...]`, with rows of `version noop files big export steps push pull stages
/// caches shared lines ignore link lint`; all when none is named. Prints a Markdown table of
/// medians in seconds and Slipway's ratio to its peers; `PEERS=buildkit` leaves buildah out,
/// `PEERS=none` both. `ROUNDS=1` makes one run of `push` and `pull` instead of three.
public final class Compare {
    private static final long GIB = 1L << 30;

    private final Path work;
    private final List<Peer> peers = new ArrayList<>();
    private final SlipwayPeer slipway;
    private final Map<String, Map<String, Measured>> rows = new LinkedHashMap<>();
    private final Path base;

    private Compare(Path work, String launcher) {
        this.work = work;
        this.base = Trees.busyboxTar(work, new Shell(work.resolve("base.log")));
        slipway = new SlipwayPeer(launcher, work);
        peers.add(slipway);
        String wanted = System.getenv().getOrDefault("PEERS", "buildkit buildah");
        if (wanted.contains("buildkit") && BuildKitPeer.available()) {
            peers.add(new BuildKitPeer(work));
        }
        if (wanted.contains("buildah") && BuildahPeer.available()) {
            peers.add(new BuildahPeer(work));
        }
        for (Peer peer : peers) {
            peer.importBase(base);
        }
    }

    /// Measures and prints the table.
    ///
    /// @param arguments the launcher to measure, then the rows wanted
    /// @throws IOException when the inputs cannot be written
    public static void main(String[] arguments) throws IOException {
        Path parent = Path.of(System.getenv().getOrDefault("BENCH_DIR", "/var/tmp"));
        Path work = Files.createTempDirectory(parent, "slipway-bench");
        Set<String> wanted = Set.copyOf(Arrays.asList(arguments).subList(1, arguments.length));
        Compare compare = new Compare(work, arguments[0]);
        try {
            compare.measure(wanted);
        } finally {
            compare.peers.forEach(Peer::close);
            Trees.delete(work);
        }
    }

    private void measure(Set<String> wanted) throws IOException {
        if (wants(wanted, "version")) {
            median("`slipway --version`", slipway, 15, () -> slipway.run("--version"));
        }
        if (wants(wanted, "noop")) {
            noop();
        }
        if (wants(wanted, "files")) {
            files();
        }
        if (wants(wanted, "big") || wants(wanted, "export")) {
            big(wants(wanted, "export"));
        }
        if (wants(wanted, "steps")) {
            steps();
            stepsWithNetwork();
        }
        boolean push = wants(wanted, "push");
        boolean pull = wants(wanted, "pull");
        if ((push || pull) && LocalRegistry.available()) {
            RegistryRows registry = new RegistryRows(this, work, base, push, pull, rounds());
            registry.files();
            registry.sources();
            registry.big();
        }
        WiderRows wider = new WiderRows(this, work);
        if (wants(wanted, "stages")) {
            wider.stages();
        }
        if (wants(wanted, "caches")) {
            wider.caches();
        }
        if (wants(wanted, "shared")) {
            wider.shared();
        }
        if (wants(wanted, "lines")) {
            wider.lines();
        }
        if (wants(wanted, "ignore")) {
            wider.ignore();
        }
        if (wants(wanted, "link")) {
            wider.link();
        }
        if (wants(wanted, "lint")) {
            new LintRows(this, work).measure();
        }
        print();
    }

    /// `ROUNDS`: how often the tools take turns in the rows of a registry.
    private static int rounds() {
        return Integer.parseInt(System.getenv().getOrDefault("ROUNDS", "3"));
    }

    private static boolean wants(Set<String> wanted, String row) {
        return wanted.isEmpty() || wanted.contains(row);
    }

    private void noop() {
        Path context = Trees.threeStages(work.resolve("three"));
        for (Peer peer : peers) {
            peer.build(context, "noop", List.of());
            median(
                    "no-op rebuild, 3 stages",
                    peer,
                    15,
                    () -> peer.build(context, "noop", List.of()));
        }
    }

    private void files() {
        Path context = Trees.manyFiles(work.resolve("files"));
        Path changed = context.resolve("src/d7/f7.txt");
        for (Peer peer : peers) {
            median(
                    "20 000 files: cold",
                    peer,
                    3,
                    () -> {
                        peer.forget(base);
                        return peer.build(context, "files", List.of());
                    });
            median(
                    "20 000 files: nothing changed",
                    peer,
                    7,
                    () -> peer.build(context, "files", List.of()));
            int[] round = {0};
            median(
                    "20 000 files: one changed",
                    peer,
                    5,
                    () -> {
                        Trees.change(changed, peer.name() + round[0]++);
                        return peer.build(context, "files", List.of());
                    });
        }
    }

    private void big(boolean export) {
        Path context = Trees.bigFile(work.resolve("big"), GIB);
        Path archive = work.resolve("big.tar");
        for (Peer peer : peers) {
            median(
                    "one 1 GiB file: cold",
                    peer,
                    3,
                    () -> {
                        peer.forget(base);
                        return peer.build(context, "big", List.of());
                    });
            if (export) {
                median(
                        "export 1 GiB image to an archive",
                        peer,
                        3,
                        () -> {
                            Trees.delete(archive);
                            return peer.save("big", archive);
                        });
                Trees.delete(archive);
            }
        }
    }

    private void steps() {
        Path one = Trees.runSteps(work.resolve("steps1"), 1);
        Path twenty = Trees.runSteps(work.resolve("steps20"), 20);
        for (Peer peer : peers) {
            peer.build(one, "steps", List.of("--no-cache"));
            double single =
                    median(
                                    "1 RUN step",
                                    peer,
                                    5,
                                    () -> peer.build(one, "steps", List.of("--no-cache")))
                            .seconds();
            double all =
                    median(
                                    "20 RUN steps",
                                    peer,
                                    5,
                                    () -> peer.build(twenty, "steps", List.of("--no-cache")))
                            .seconds();
            record("one more RUN step", peer, new Measured((all - single) / 19, 0));
        }
    }

    /// The same steps with the network that a user gets who says nothing of it: BuildKit's is a
    /// bridge of the daemon's, Slipway's is the machine's. buildah needs a CNI configuration.
    private void stepsWithNetwork() throws IOException {
        Path twenty = Trees.runSteps(work.resolve("steps20"), 20);
        measureWithNetwork(twenty, slipway);
        if (peers.stream().anyMatch(BuildKitPeer.class::isInstance)) {
            try (BuildKitPeer bridged = BuildKitPeer.bridged(work)) {
                bridged.importBase(base);
                measureWithNetwork(twenty, bridged);
            }
        }
    }

    private void measureWithNetwork(Path context, Peer peer) {
        List<String> flags = List.of("--no-cache", "--network", "default");
        peer.build(context, "steps", flags);
        median(
                "20 RUN steps, the default network",
                peer,
                5,
                () -> peer.build(context, "steps", flags));
    }

    List<Peer> peers() {
        return peers;
    }

    SlipwayPeer slipway() {
        return slipway;
    }

    /// Measures a row for one peer.
    Measured median(String row, Peer peer, int times, Supplier<Measured> run) {
        List<Measured> results = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            results.add(run.get());
        }
        return median(row, peer, results);
    }

    /// Takes the median of the runs of a row by one peer.
    Measured median(String row, Peer peer, List<Measured> runs) {
        List<Measured> results = new ArrayList<>(runs);
        results.sort((a, b) -> Double.compare(a.seconds(), b.seconds()));
        long peak = results.stream().mapToLong(Measured::peakKib).max().orElse(0);
        Measured median = new Measured(results.get(results.size() / 2).seconds(), peak);
        record(row, peer, median);
        return median;
    }

    private void record(String row, Peer peer, Measured measured) {
        rows.computeIfAbsent(row, _ -> new LinkedHashMap<>()).put(peer.name(), measured);
        tell(row, peer, measured);
    }

    /// Says what a run took.
    void tell(String row, Peer peer, Measured measured) {
        System.err.printf(
                Locale.ROOT,
                "%-36s %-9s %8.3f s  %6d MiB%n",
                row,
                peer.name(),
                measured.seconds(),
                measured.peakKib() / 1024);
    }

    /// Says how much a run made.
    void tellSize(String row, Peer peer, long bytes) {
        System.err.printf(Locale.ROOT, "%-36s %-9s %8.3f MB%n", row, peer.name(), bytes / 1e6);
    }

    private void print() {
        System.out.println("| work | slipway | peak RSS | BuildKit | ratio | buildah | ratio |");
        System.out.println("| --- | --- | --- | --- | --- | --- | --- |");
        rows.forEach((row, cells) -> {
            Measured ours = cells.get("slipway");
            System.out.println(
                    "| "
                            + row
                            + " | "
                            + seconds(ours)
                            + " | "
                            + (ours == null || ours.peakKib() == 0
                                    ? "–"
                                    : ours.peakKib() / 1024 + " MiB")
                            + " | "
                            + seconds(cells.get("buildkit"))
                            + " | "
                            + ratio(ours, cells.get("buildkit"))
                            + " | "
                            + seconds(cells.get("buildah"))
                            + " | "
                            + ratio(ours, cells.get("buildah"))
                            + " |");
        });
    }

    private static String seconds(@Nullable Measured measured) {
        return measured == null ? "–" : String.format(Locale.ROOT, "%.3f s", measured.seconds());
    }

    private static String ratio(@Nullable Measured ours, @Nullable Measured theirs) {
        return ours == null || theirs == null
                ? "–"
                : String.format(Locale.ROOT, "%.2f×", ours.seconds() / theirs.seconds());
    }
}
