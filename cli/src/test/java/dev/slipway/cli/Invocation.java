package dev.slipway.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/// One command line run in this process, and what came of it.
record Invocation(int code, String out, String err) {
    static Invocation of(String... args) {
        return with(Map.of(), "", args);
    }

    static Invocation with(Map<String, String> env, String input, String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Map<String, String> environment = new HashMap<>(env);
        environment.putIfAbsent("COLUMNS", "90");
        try (PrintStream outText = new PrintStream(out, false, StandardCharsets.UTF_8);
                PrintStream errText = new PrintStream(err, false, StandardCharsets.UTF_8)) {
            int code =
                    Main.run(
                            args,
                            environment,
                            new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                            outText,
                            errText);
            outText.flush();
            errText.flush();
            return new Invocation(
                    code,
                    out.toString(StandardCharsets.UTF_8),
                    err.toString(StandardCharsets.UTF_8));
        }
    }
}
