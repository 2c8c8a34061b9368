package dev.slipway.build;

import dev.slipway.image.Store;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A build in a process of its own: what several processes, and a kill, do to a store.
final class BuildProcess {
    private BuildProcess() {}

    /// Builds `args[2]` with the store `args[0]` and the context `args[1]`; prints the image id.
    public static void main(String[] args) throws Exception {
        try (var store = Store.open(Path.of(args[0]))) {
            var request =
                    BuildRequest.of(Path.of(args[1]))
                            .dockerfile(Path.of(args[2]))
                            .sourceDateEpoch(1_700_000_000L)
                            .build();
            System.out.println(Builder.build(store, request).imageId());
        }
    }

    static Process start(Path home, Path context, String dockerfile) throws IOException {
        var file = Files.createTempFile(context.getParent(), "Dockerfile", "");
        Files.writeString(file, dockerfile);
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of(
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path")));
        command.addAll(
                List.of(
                        BuildProcess.class.getName(),
                        home.toString(),
                        context.toString(),
                        file.toString()));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(new File(file + ".log"))
                .start();
    }

    /// What a process that has ended wrote.
    static String output(Path context) throws IOException {
        var text = new StringBuilder();
        try (var logs = Files.newDirectoryStream(context.getParent(), "*.log")) {
            for (var log : logs) {
                text.append(Files.readString(log)).append('\n');
            }
        }
        return text.toString();
    }
}
