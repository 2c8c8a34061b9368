package dev.slipway.cli.endtoend;

import static org.assertj.core.api.Assertions.fail;

import dev.slipway.cli.Main;
import dev.slipway.image.Image;
import dev.slipway.image.MergedView;
import dev.slipway.image.Reference;
import dev.slipway.image.Store;
import dev.slipway.linux.RawPath;
import dev.slipway.linux.SharedObject;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The command on a store of its own: in this process, or in a process that can be killed.
record Slipway(Path home, Map<String, String> environment) {
    Slipway(Path home) {
        this(home, Map.of());
    }

    Tool.Outcome outcome(String... arguments) {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        PrintStream text = new PrintStream(output, true, StandardCharsets.UTF_8);
        Map<String, String> all = new HashMap<>(environment);
        all.put("SLIPWAY_HOME", home.toString());
        int code = Main.run(arguments, all, InputStream.nullInputStream(), text, text);
        return new Tool.Outcome(code, output.toString(StandardCharsets.UTF_8));
    }

    /// Runs a command that must succeed, and returns what it printed.
    String run(String... arguments) {
        Tool.Outcome outcome = outcome(arguments);
        if (outcome.code() != 0) {
            fail(
                    "slipway "
                            + String.join(" ", arguments)
                            + " exited with "
                            + outcome.code()
                            + ":\n"
                            + outcome.output());
        }
        return outcome.output();
    }

    /// Starts the command in a process of its own, with native methods as the launcher gives it;
    /// its output goes to `log`.
    Process start(Path log, String... arguments) throws IOException {
        return process(log, arguments)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .redirectInput(Path.of("/dev/null").toFile())
                .start();
    }

    /// Starts it so that its standard input and output are the caller's; its errors go to `log`.
    Process serve(Path log, String... arguments) throws IOException {
        return process(log, arguments).redirectError(log.toFile()).start();
    }

    private ProcessBuilder process(Path log, String... arguments) throws IOException {
        Path methods =
                Files.write(
                        Files.createTempFile(log.toAbsolutePath().getParent(), "native", ".so"),
                        SharedObject.bytes());
        List<String> command =
                new ArrayList<>(
                        List.of(
                                // A test run in the background may itself be deaf to it.
                                "env",
                                "--default-signal=INT",
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-Xmx224m",
                                "-Dslipway.native=" + methods,
                                "-cp",
                                System.getProperty("java.class.path"),
                                "dev.slipway.cli.Main"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("SLIPWAY_HOME", home.toString());
        builder.environment().putAll(environment);
        return builder;
    }

    void importBusybox(Path scratch) throws Exception {
        run("import", "-c", "ENV PATH=/bin", Contexts.busyboxTar(scratch).toString(), "base");
    }

    Image image(Store store, String name) throws Exception {
        return Image.load(
                store,
                store.images().find(Reference.parse(name).withDefaultTag()).orElseThrow(),
                null);
    }

    /// The content of a file of an image.
    String read(String name, String path) throws Exception {
        try (Store store = Store.open(home);
                MergedView view = MergedView.of(image(store, name).layers());
                InputStream in = view.open(view.resolve(RawPath.of(path)).orElseThrow())) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    boolean has(String name, String path) throws Exception {
        try (Store store = Store.open(home);
                MergedView view = MergedView.of(image(store, name).layers())) {
            return view.lookup(RawPath.of(path)).isPresent();
        }
    }

    /// The mounts of this machine that lie in the store: there should never be any.
    List<String> mounts() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/mounts")).stream()
                .filter(line -> line.contains(home.toString()))
                .toList();
    }

    /// What lies in a directory of the store.
    List<String> listing(String directory) throws IOException {
        Path path = home.resolve(directory);
        if (!Files.isDirectory(path)) {
            return List.of();
        }
        try (var files = Files.list(path)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
