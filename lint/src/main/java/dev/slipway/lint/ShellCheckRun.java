package dev.slipway.lint;

import dev.slipway.image.InvalidJsonException;
import dev.slipway.image.Json;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// `shellcheck` at work on scripts: as many processes at once as there are processors, each on a
/// good number of scripts.
final class ShellCheckRun {
    private static final int MAX_SCRIPTS = 200; // of one process
    private static final long PATIENCE_SECONDS = 120;
    private static final int MAX_OUTPUT = 64 << 20;

    private final Path program;
    private final List<ShellCheck.Question> questions;
    private final Map<ShellCheck.Question, List<ShellCheck.Comment>> answers;
    private final @Nullable Thread thread;

    private ShellCheckRun(
            Path program,
            List<ShellCheck.Question> questions,
            Map<ShellCheck.Question, List<ShellCheck.Comment>> known,
            Consumer<Map<ShellCheck.Question, List<ShellCheck.Comment>>> remember) {
        this.program = program;
        this.questions = questions;
        this.answers = new HashMap<>(known);
        this.thread =
                questions.isEmpty()
                        ? null
                        : Thread.ofPlatform()
                                .daemon()
                                .name("shellcheck")
                                .start(() -> run(remember));
    }

    /// Starts it.
    ///
    /// @param questions the scripts to look at
    /// @param known what was said of others
    /// @param remember is given what it says
    static ShellCheckRun start(
            Path program,
            List<ShellCheck.Question> questions,
            Map<ShellCheck.Question, List<ShellCheck.Comment>> known,
            Consumer<Map<ShellCheck.Question, List<ShellCheck.Comment>>> remember) {
        return new ShellCheckRun(program, questions, known, remember);
    }

    /// Waits for it. A script that is missing here was not looked at: our own checks stand for it.
    Map<ShellCheck.Question, List<ShellCheck.Comment>> answers() {
        if (thread != null) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return Map.of();
            }
        }
        return answers;
    }

    private void run(Consumer<Map<ShellCheck.Question, List<ShellCheck.Comment>>> remember) {
        int processors = Runtime.getRuntime().availableProcessors();
        int size = Math.clamp((questions.size() + processors - 1) / processors, 1, MAX_SCRIPTS);
        List<List<ShellCheck.Question>> batches = new ArrayList<>();
        for (int i = 0; i < questions.size(); i += size) {
            batches.add(questions.subList(i, Math.min(questions.size(), i + size)));
        }
        Map<ShellCheck.Question, List<ShellCheck.Comment>> found = new HashMap<>();
        Workers.forEach(batches.size(), 1, i -> look(batches.get(i), found));
        answers.putAll(found);
        remember.accept(found);
    }

    private void look(
            List<ShellCheck.Question> scripts,
            Map<ShellCheck.Question, List<ShellCheck.Comment>> found) {
        Map<ShellCheck.Question, List<ShellCheck.Comment>> said = new HashMap<>();
        try (Batch batch = new Batch(program, scripts)) {
            batch.readInto(said);
        } catch (IOException e) {
            // It cannot be started, or what it prints cannot be used.
            return;
        }
        synchronized (found) {
            found.putAll(said);
        }
    }

    /// One process.
    private static final class Batch implements AutoCloseable {
        private final Path directory;
        private final Map<String, ShellCheck.Question> byFile = new HashMap<>();
        private final Process process;

        Batch(Path program, List<ShellCheck.Question> scripts) throws IOException {
            directory = Files.createTempDirectory("slipway-shellcheck");
            List<String> command = new ArrayList<>();
            command.add(program.toString());
            command.addAll(
                    List.of("--norc", "-f", "json1", "-S", "style", "-e", "SC2187,SC1090,SC1091"));
            try {
                for (int i = 0; i < scripts.size(); i++) {
                    Path file = directory.resolve(i + ".sh");
                    ShellCheck.Question script = scripts.get(i);
                    byFile.put(file.toString(), script);
                    Files.writeString(file, script.preamble() + script.text());
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

        void readInto(Map<ShellCheck.Question, List<ShellCheck.Comment>> said) throws IOException {
            Thread guard = Thread.ofVirtual().start(this::stopLate);
            try (InputStream in = process.getInputStream()) {
                byte[] output = in.readNBytes(MAX_OUTPUT);
                int code = process.waitFor();
                if (code == 0 || code == 1) {
                    parse(output, said);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                guard.interrupt();
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

        private void parse(byte[] output, Map<ShellCheck.Question, List<ShellCheck.Comment>> said)
                throws InvalidJsonException {
            for (ShellCheck.Question script : byFile.values()) {
                said.put(script, new ArrayList<>());
            }
            if (!(Json.parseObject(output).get("comments") instanceof Json.Arr(List<Json> all))) {
                return;
            }
            for (Json json : all) {
                if (json instanceof Json.Obj comment) {
                    ShellCheck.Question script = byFile.get(comment.text("file", ""));
                    List<ShellCheck.Comment> list = script == null ? null : said.get(script);
                    if (script != null && list != null) {
                        list.add(comment(comment, script));
                    }
                }
            }
        }

        private static ShellCheck.Comment comment(Json.Obj json, ShellCheck.Question script)
                throws InvalidJsonException {
            String text = script.preamble() + script.text();
            int skipped = script.preamble().length();
            int start = offset(text, json.number("line", 1), json.number("column", 1)) - skipped;
            int end =
                    offset(text, json.number("endLine", 1), json.number("endColumn", 1)) - skipped;
            Severity severity = Severity.of(json.text("level", "info"));
            int last = script.text().length();
            int from = Math.clamp(start, 0, last);
            return new ShellCheck.Comment(
                    "SC" + json.number("code", 0),
                    severity == null ? Severity.INFO : severity,
                    json.text("message", ""),
                    from,
                    Math.clamp(end, from, last));
        }

        @Override
        public void close() {
            process.destroyForcibly();
            clean();
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
