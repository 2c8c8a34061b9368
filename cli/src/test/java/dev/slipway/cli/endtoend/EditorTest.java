package dev.slipway.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.image.Json;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/// `slipway lint --lsp` as an editor starts it: a process, and messages over its streams.
class EditorTest {
    private static final String TEXT = "FROM debian:12 AS a\nRUN cd /tmp\nFROM a as b\n";

    @TempDir Path work;

    @Test
    void editor_isServedUntilItShutsDown() throws Exception {
        Path file = Files.writeString(work.resolve("Dockerfile"), TEXT);
        Files.writeString(work.resolve(".hadolint.yaml"), "ignored: [DL3003]\n");
        String uri = file.toUri().toString();
        try (Editor editor = new Editor(work)) {
            String folder = "{\"name\":\"w\",\"uri\":\"" + work.toUri() + "\"}";
            Json.Obj answer =
                    editor.ask(
                            "initialize",
                            "\"capabilities\":{},\"workspaceFolders\":[" + folder + "]");
            assertThat(
                            Objects.requireNonNull(answer.object("capabilities"))
                                    .text("positionEncoding"))
                    .isEqualTo("utf-16");
            editor.tell("initialized", "");

            editor.tell(
                    "textDocument/didOpen",
                    "\"textDocument\":{\"uri\":\""
                            + uri
                            + "\",\"languageId\":\"dockerfile\",\"version\":1,\"text\":"
                            + quoted(TEXT)
                            + "}");
            Json.Obj first = editor.published();
            assertThat(first.text("uri")).isEqualTo(uri);
            assertThat(first.number("version", 0)).isEqualTo(1);
            // The configuration of the folder counts.
            assertThat(codes(first)).contains("FromAsCasing").doesNotContain("DL3003");
            Json.Obj casing = diagnostic(first, "FromAsCasing");
            assertThat(place(casing)).isEqualTo("2:7-2:9");

            List<Json.Obj> fixes =
                    editor.askList(
                            "textDocument/codeAction",
                            document(uri)
                                    + ",\"range\":"
                                    + range(2, 8, 8)
                                    + ",\"context\":{\"diagnostics\":[],\"only\":[\"quickfix\"]}");
            assertThat(fixes).hasSize(1);
            Json.Obj edit = edit(fixes.getFirst(), uri);
            assertThat(place(edit)).isEqualTo("2:7-2:9");
            assertThat(edit.text("newText")).isEqualTo("AS");

            Json.Obj hover = editor.ask("textDocument/hover", document(uri) + at(2, 8));
            assertThat(place(hover)).isEqualTo("2:7-2:9");
            assertThat(Objects.requireNonNull(hover.object("contents")).text("value"))
                    .contains("FromAsCasing");

            // What the fix does, and a line to be completed.
            editor.tell(
                    "textDocument/didChange",
                    "\"textDocument\":{\"uri\":\""
                            + uri
                            + "\",\"version\":2},\"contentChanges\":[{\"range\":"
                            + range(2, 7, 9)
                            + ",\"text\":\"AS\"},{\"range\":"
                            + range(3, 0, 0)
                            + ",\"text\":\"COPY --from=\\n\"}]");
            Json.Obj second = editor.published();
            assertThat(second.number("version", 0)).isEqualTo(2);
            assertThat(codes(second)).isNotEmpty().doesNotContain("FromAsCasing");

            List<Json.Obj> stages =
                    editor.askList("textDocument/completion", document(uri) + at(3, 12));
            assertThat(stages).extracting(item -> item.text("label")).contains("a");

            assertThat(editor.answer("shutdown", "").get("error")).isNull();
            assertThat(editor.exit()).isZero();
        }
    }

    @Test
    void exitWithoutShutdown_isAFailure() throws Exception {
        try (Editor editor = new Editor(work)) {
            editor.ask("initialize", "\"capabilities\":{}");
            assertThat(editor.exit()).isEqualTo(1);
        }
    }

    private static String quoted(String text) {
        return "\"" + text.replace("\n", "\\n") + "\"";
    }

    private static String document(String uri) {
        return "\"textDocument\":{\"uri\":\"" + uri + "\"}";
    }

    private static String position(int line, int character) {
        return "{\"line\":" + line + ",\"character\":" + character + "}";
    }

    private static String at(int line, int character) {
        return ",\"position\":" + position(line, character);
    }

    private static String range(int line, int from, int to) {
        return "{\"start\":" + position(line, from) + ",\"end\":" + position(line, to) + "}";
    }

    private static List<String> codes(Json.Obj published) throws Exception {
        return published.objects("diagnostics").stream().map(EditorTest::code).toList();
    }

    private static String code(Json.Obj diagnostic) {
        return diagnostic.get("code") instanceof Json.Str(String text) ? text : "";
    }

    private static Json.Obj diagnostic(Json.Obj published, String code) throws Exception {
        return published.objects("diagnostics").stream()
                .filter(one -> code(one).equals(code))
                .findFirst()
                .orElseThrow();
    }

    private static Json.Obj edit(Json.Obj fix, String uri) throws Exception {
        Json.Obj edit = Objects.requireNonNull(fix.object("edit"));
        List<Json.Obj> edits = Objects.requireNonNull(edit.object("changes")).objects(uri);
        assertThat(edits).hasSize(1);
        return edits.getFirst();
    }

    private static String place(Json.Obj ranged) throws Exception {
        Json.Obj range = Objects.requireNonNull(ranged.object("range"));
        return place(range, "start") + "-" + place(range, "end");
    }

    private static String place(Json.Obj range, String which) throws Exception {
        Json.Obj position = Objects.requireNonNull(range.object(which));
        return position.number("line", -1) + ":" + position.number("character", -1);
    }

    /// An editor's side of it. Whatever it waits for ends when its patience with the process does.
    private static final class Editor implements AutoCloseable {
        private static final int PATIENCE_SECONDS = 60;

        private final Process process;
        private final InputStream in;
        private int asked;

        Editor(Path work) throws IOException {
            process =
                    new Slipway(work.resolve("home"), Map.of())
                            .serve(work.resolve("errors"), "lint", "--lsp");
            in = process.getInputStream();
            Thread.ofVirtual().start(this::stopLate);
        }

        private void stopLate() {
            try {
                if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private void send(String message) throws IOException {
            byte[] body = message.getBytes(StandardCharsets.UTF_8);
            ByteArrayOutputStream frame = new ByteArrayOutputStream();
            frame.writeBytes(
                    ("Content-Length: " + body.length + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            frame.writeBytes(body);
            process.getOutputStream().write(frame.toByteArray());
            process.getOutputStream().flush();
        }

        void tell(String method, String params) throws IOException {
            send("{\"jsonrpc\":\"2.0\",\"method\":\"" + method + "\",\"params\":{" + params + "}}");
        }

        private Json.Obj receive() throws Exception {
            int length = -1;
            for (String line = line(); !line.isEmpty(); line = line()) {
                if (line.startsWith("Content-Length: ")) {
                    length = Integer.parseInt(line.substring(16));
                }
            }
            return Json.parseObject(in.readNBytes(length));
        }

        private String line() throws IOException {
            StringBuilder line = new StringBuilder();
            for (int c = in.read(); c != '\n'; c = in.read()) {
                if (c < 0) {
                    throw new EOFException("the server has ended");
                }
                line.append((char) c);
            }
            return line.toString().strip();
        }

        /// The answer to a request; nothing else may come before it.
        Json.Obj answer(String method, String params) throws Exception {
            int id = ++asked;
            send(
                    "{\"jsonrpc\":\"2.0\",\"id\":"
                            + id
                            + ",\"method\":\""
                            + method
                            + "\",\"params\":{"
                            + params
                            + "}}");
            Json.Obj answer = receive();
            assertThat(answer.number("id", 0)).as(answer.toString()).isEqualTo(id);
            return answer;
        }

        Json.Obj ask(String method, String params) throws Exception {
            return Objects.requireNonNull(answer(method, params).object("result"));
        }

        List<Json.Obj> askList(String method, String params) throws Exception {
            return answer(method, params).objects("result");
        }

        Json.Obj published() throws Exception {
            Json.Obj message = receive();
            assertThat(message.text("method")).isEqualTo("textDocument/publishDiagnostics");
            return Objects.requireNonNull(message.object("params"));
        }

        int exit() throws Exception {
            tell("exit", "");
            assertThat(in.read()).as("nothing more is said").isEqualTo(-1);
            return process.waitFor();
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }
}
