package dev.slipway.image;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// What other processes do to a store in [StoreFaultTest]: the first argument says what, the second
/// where.
public final class StoreProcesses {
    private StoreProcesses() {}

    public static void main(String[] args) throws Exception {
        Path home = Path.of(args[1]);
        switch (args[0]) {
            case "write" -> write(home, Integer.parseInt(args[2]), Integer.MAX_VALUE);
            case "build" -> write(home, Integer.parseInt(args[2]), Integer.parseInt(args[3]));
            case "collect" -> collect(home, Integer.parseInt(args[2]));
            default -> throw new IllegalArgumentException(args[0]);
        }
    }

    /// Starts one in a JVM of its own.
    static Process start(String... args) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of(
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:+UseSerialGC",
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        StoreProcesses.class.getName()));
        command.addAll(List.of(args));
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    /// Builds images one after the other, each of a layer shared by all, one shared with others and
    /// one of its own, and checks each after it got its name. Says "ready" once it is at work.
    private static void write(Path home, int seed, int count) throws Exception {
        var random = new Random(seed);
        for (int i = 0; i < count; i++) {
            try (Store store = Store.open(home)) {
                String own = "own " + seed + " " + i + "x".repeat(random.nextInt(100_000));
                Descriptor image =
                        SampleImages.make(store, "shared by all", "mod " + random.nextInt(5), own);
                Reference name = SampleImages.name("app:" + seed + "-" + random.nextInt(3));
                store.images().tag(name, image);
                for (Layer layer : Image.load(store, image, null).layers()) {
                    layer.openTar().transferTo(java.io.OutputStream.nullOutputStream());
                }
            }
            if (i == 0) {
                System.out.println("ready");
            }
        }
        System.out.println("done");
    }

    private static void collect(Path home, int times) throws Exception {
        for (int i = 0; i < times; i++) {
            try (Store store = Store.open(home)) {
                var filter = i % 3 == 0 ? PruneFilter.ALL : PruneFilter.DANGLING;
                new Collector(store, List.of()).prune(filter);
            }
        }
        System.out.println("done");
    }
}
