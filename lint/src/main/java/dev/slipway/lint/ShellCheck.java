package dev.slipway.lint;

import dev.slipway.dockerfile.Instruction;
import dev.slipway.dockerfile.Run;
import dev.slipway.image.InvalidJsonException;
import dev.slipway.image.Json;
import dev.slipway.lint.model.LintFile;
import dev.slipway.lint.model.Script;
import dev.slipway.lint.model.StageModel;
import dev.slipway.lint.rules.ShellScripts;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// The program `shellcheck`, where it is installed. It is given each script of a `RUN` as hadolint
/// gives it: the shell in its first line, a line for every variable the build sets, and the text
/// with its lines joined.
public final class ShellCheck {
    private static final int MAX_SCRIPTS = 400; // of one process
    private static final long PATIENCE_SECONDS = 120;
    private static final int MAX_OUTPUT = 64 << 20;

    private final Path program;

    /// @param program the executable
    public ShellCheck(Path program) {
        this.program = program;
    }

    /// Returns the program if a directory of `path`, as the variable `PATH` has it, holds it; else
    /// null.
    public static @Nullable ShellCheck onPath(String path) {
        int start = 0;
        while (start <= path.length()) {
            int colon = path.indexOf(':', start);
            int end = colon < 0 ? path.length() : colon;
            if (end > start) {
                Path file = Path.of(path.substring(start, end), "shellcheck");
                if (Files.isExecutable(file) && Files.isRegularFile(file)) {
                    return new ShellCheck(file);
                }
            }
            start = end + 1;
        }
        return null;
    }

    /// What it says of a script.
    ///
    /// @param start offset in the script
    /// @param end offset behind it
    record Comment(String code, Severity severity, String message, int start, int end) {}

    /// Starts it on all scripts of some files.
    Started start(List<LintFile> files) {
        List<Handed> scripts = new ArrayList<>();
        for (LintFile file : files) {
            collect(file, scripts);
        }
        Started started = new Started();
        for (int i = 0; i < scripts.size(); i += MAX_SCRIPTS) {
            started.launch(scripts.subList(i, Math.min(scripts.size(), i + MAX_SCRIPTS)));
        }
        return started;
    }

    /// A script and the lines put before it.
    private record Handed(Script script, String preamble) {}

    private static void collect(LintFile file, List<Handed> scripts) {
        for (StageModel stage : file.stages()) {
            for (Instruction instruction : stage.instructions()) {
                Script script = instruction instanceof Run ? file.script(instruction) : null;
                String preamble =
                        script == null ? null : ShellScripts.preamble(file, stage, script);
                if (script != null && preamble != null) {
                    scripts.add(new Handed(script, preamble));
                }
            }
        }
        LintFile triggers = file.triggers();
        if (triggers != null) {
            collect(triggers, scripts);
        }
    }

    /// Processes that are at work.
    final class Started {
        private final List<Batch> batches = new ArrayList<>();

        private void launch(List<Handed> scripts) {
            try {
                batches.add(new Batch(scripts));
            } catch (IOException e) {
                // It cannot be started: our own checks stand for it.
            }
        }

        /// Waits for them. A script that is missing here was not looked at.
        IdentityHashMap<Script, List<Comment>> results() {
            IdentityHashMap<Script, List<Comment>> results = new IdentityHashMap<>();
            for (Batch batch : batches) {
                batch.readInto(results);
            }
            return results;
        }
    }

    private final class Batch {
        private final Path directory;
        private final Map<String, Handed> byFile = new HashMap<>();
        private final Process process;

        Batch(List<Handed> scripts) throws IOException {
            directory = Files.createTempDirectory("slipway-shellcheck");
            List<String> command = new ArrayList<>();
            command.add(program.toString());
            command.addAll(
                    List.of("--norc", "-f", "json1", "-S", "style", "-e", "SC2187,SC1090,SC1091"));
            try {
                for (int i = 0; i < scripts.size(); i++) {
                    Path file = directory.resolve(i + ".sh");
                    Handed handed = scripts.get(i);
                    Files.writeString(file, handed.preamble() + handed.script().source().text());
                    byFile.put(file.toString(), handed);
                    command.add(file.toString());
                }
                process =
                        new ProcessBuilder(command)
                                .redirectError(ProcessBuilder.Redirect.DISCARD)
                                .start();
                process.getOutputStream().close();
            } catch (IOException e) {
                clean();
                throw e;
            }
        }

        void readInto(IdentityHashMap<Script, List<Comment>> results) {
            Thread guard = Thread.ofVirtual().start(this::stopLate);
            try (InputStream in = process.getInputStream()) {
                byte[] output = in.readNBytes(MAX_OUTPUT);
                int code = process.waitFor();
                if (code == 0 || code == 1) {
                    parse(output, results);
                }
            } catch (IOException e) {
                // What it printed cannot be used: our own checks stand for it.
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                guard.interrupt();
                process.destroyForcibly();
                clean();
            }
        }

        private void stopLate() {
            try {
                if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt(); // it ended in time
            }
        }

        private void parse(byte[] output, Map<Script, List<Comment>> results)
                throws InvalidJsonException {
            for (Handed handed : byFile.values()) {
                results.put(handed.script(), new ArrayList<>());
            }
            if (!(Json.parseObject(output).get("comments") instanceof Json.Arr(List<Json> all))) {
                return;
            }
            for (Json json : all) {
                if (json instanceof Json.Obj comment) {
                    Handed handed = byFile.get(comment.text("file", ""));
                    List<Comment> list = handed == null ? null : results.get(handed.script());
                    if (handed != null && list != null) {
                        list.add(comment(comment, handed));
                    }
                }
            }
        }

        private static Comment comment(Json.Obj json, Handed handed) throws InvalidJsonException {
            String text = handed.preamble() + handed.script().source().text();
            int skipped = handed.preamble().length();
            int start = offset(text, json.number("line", 1), json.number("column", 1)) - skipped;
            int end =
                    offset(text, json.number("endLine", 1), json.number("endColumn", 1)) - skipped;
            Severity severity = Severity.of(json.text("level", "info"));
            int last = handed.script().source().text().length();
            int from = Math.clamp(start, 0, last);
            return new Comment(
                    "SC" + json.number("code", 0),
                    severity == null ? Severity.INFO : severity,
                    json.text("message", ""),
                    from,
                    Math.clamp(end, from, last));
        }

        private void clean() {
            for (String file : byFile.keySet()) {
                delete(Path.of(file));
            }
            delete(directory);
        }

        private static void delete(Path path) {
            try {
                Files.deleteIfExists(path);
            } catch (IOException e) {
                // A scratch file stays behind; the next start of the system removes it.
            }
        }
    }

    // Lines and columns count from 1, columns in code points.
    private static int offset(String text, long line, long column) {
        int start = 0;
        for (long i = 1; i < line; i++) {
            int newline = text.indexOf('\n', start);
            if (newline < 0) {
                return text.length();
            }
            start = newline + 1;
        }
        int at = start;
        for (long i = 1; i < column && at < text.length(); i++) {
            at += Character.charCount(text.codePointAt(at));
        }
        return at;
    }
}
