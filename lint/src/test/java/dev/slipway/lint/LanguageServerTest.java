package dev.slipway.lint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.image.Json;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;

class LanguageServerTest {
    private static final String OPEN =
            "{\"jsonrpc\":\"2.0\",\"method\":\"textDocument/didOpen\",\"params\":{\"textDocument\":"
                    + "{\"uri\":\"file:///D\",\"text\":\"FROM debian as x\\nCOPY --\\n"
                    + "COPY --from=\\nFROM \\n\"}}}";

    private static String request(int id, String method, String params) {
        return "{\"jsonrpc\":\"2.0\",\"id\":"
                + id
                + ",\"method\":\"textDocument/"
                + method
                + "\",\"params\":{\"textDocument\":{\"uri\":\"file:///D\"},"
                + params
                + "}}";
    }

    private static String at(int line, int character) {
        return "\"position\":{\"line\":" + line + ",\"character\":" + character + "}";
    }

    private static final String INITIALIZE =
            "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\",\"params\":{}}";

    private static String notification(String method, String params) {
        return "{\"jsonrpc\":\"2.0\",\"method\":\"" + method + "\",\"params\":{" + params + "}}";
    }

    private static String change(String... changes) {
        return notification(
                "textDocument/didChange",
                "\"textDocument\":{\"uri\":\"file:///D\",\"version\":2},\"contentChanges\":["
                        + String.join(",", changes)
                        + "]");
    }

    private static String edit(int line, int from, int to, String text) {
        return "{\"range\":{\"start\":{\"line\":"
                + line
                + ",\"character\":"
                + from
                + "},\"end\":{\"line\":"
                + line
                + ",\"character\":"
                + to
                + "}},\"text\":\""
                + text
                + "\"}";
    }

    // As an editor that waits for each answer before it goes on.
    private static List<Json.Obj> exchange(String... messages) throws Exception {
        List<String> all = new ArrayList<>(List.of(INITIALIZE));
        all.addAll(List.of(messages));
        List<Json.Obj> answers = serve(new Slowly(all));
        return answers.subList(1, answers.size());
    }

    private static List<Json.Obj> serve(InputStream in) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Linter linter = new Linter(RuleBook.load(), LintConfig.DEFAULT, BaseImages.NONE);
        new LanguageServer(folder -> linter, in, out).run();
        List<Json.Obj> answers = new ArrayList<>();
        byte[] text = out.toByteArray();
        int start = 0;
        while (start < text.length) {
            int end = start;
            while (text[end] != '\r') {
                end++;
            }
            String head = new String(text, start, end - start, StandardCharsets.US_ASCII);
            int length = Integer.parseInt(head.substring("Content-Length: ".length()));
            start = end + 4 + length;
            answers.add(Json.parseObject(Arrays.copyOfRange(text, end + 4, start)));
        }
        return answers;
    }

    private static byte[] framed(String message) {
        byte[] body = message.getBytes(StandardCharsets.UTF_8);
        String head = "Content-Length: " + body.length + "\r\n\r\n";
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.writeBytes(head.getBytes(StandardCharsets.US_ASCII));
        frame.writeBytes(body);
        return frame.toByteArray();
    }

    private static InputStream atOnce(String... messages) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (String message : messages) {
            all.writeBytes(framed(message));
        }
        return new ByteArrayInputStream(all.toByteArray());
    }

    /// A stream that holds one message at a time.
    private static final class Slowly extends InputStream {
        private final Iterator<String> messages;
        private byte[] frame = new byte[0];
        private int at;

        Slowly(List<String> messages) {
            this.messages = messages.iterator();
        }

        @Override
        public int available() {
            return frame.length - at;
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            if (at == frame.length) {
                if (!messages.hasNext()) {
                    return -1;
                }
                frame = framed(messages.next());
                at = 0;
            }
            int n = Math.min(length, frame.length - at);
            System.arraycopy(frame, at, target, offset, n);
            at += n;
            return n;
        }

        @Override
        public int read() {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }
    }

    @Test
    void opened_getsDiagnostics() throws Exception {
        Json.Obj published = exchange(OPEN).getFirst();
        assertThat(published.text("method")).isEqualTo("textDocument/publishDiagnostics");
        assertThat(published.toString()).contains("DL3006", "FromAsCasing", "DL1000");
    }

    @Test
    void changed_getsNewDiagnostics() throws Exception {
        String whole = change("{\"text\":\"FROM debian:12\\n\"}");
        Json.Obj published = exchange(OPEN, whole).getLast();
        assertThat(published.toString()).doesNotContain("DL3006").contains("version");
    }

    @Test
    void changedPart_isThatOfUtf16() throws Exception {
        // 𝄞 is two characters of UTF-16; \r alone ends a line for an editor, not for a builder.
        String text =
                change(
                        "{\"text\":\"# 𝄞é\\rx\\r\\nFROM debian as x\\r\\n\"}",
                        edit(2, 5, 11, "debian:12"),
                        edit(0, 4, 5, "e"),
                        edit(2, 15, 17, "AS"));
        Json.Obj published = exchange(OPEN, text).getLast();
        assertThat(published.toString()).doesNotContain("DL3006", "FromAsCasing");
        String back = change("{\"text\":\"FROM a:1\\nRUN echo '𝄞' $x\\n\"}");
        Json.Obj range = (Json.Obj) first(exchange(OPEN, back).getLast(), "SC2086").get("range");
        assertThat(Objects.requireNonNull(range).toString())
                .contains("line=Num[literal=1]", "character=Num[literal=14]")
                .contains("character=Num[literal=16]");
    }

    private static Json.Obj first(Json.Obj published, String code) throws Exception {
        Json.Obj params = (Json.Obj) Objects.requireNonNull(published.get("params"));
        for (Json one : ((Json.Arr) Objects.requireNonNull(params.get("diagnostics"))).values()) {
            if (one instanceof Json.Obj diagnostic && diagnostic.text("code", "").equals(code)) {
                return diagnostic;
            }
        }
        throw new AssertionError(published);
    }

    @Test
    void changesAtOnce_arePublishedOnce() throws Exception {
        List<Json.Obj> answers =
                serve(
                        atOnce(
                                INITIALIZE,
                                OPEN,
                                change(edit(0, 0, 0, "# a\\n")),
                                change(edit(0, 0, 0, "# b\\n")),
                                request(1, "hover", at(2, 7))));
        assertThat(answers).hasSize(3);
        assertThat(answers.get(1).text("method")).isEqualTo("textDocument/publishDiagnostics");
        assertThat(answers.get(2).toString()).contains("untagged-base");
    }

    @Test
    void cancelledRequest_isNotDone() throws Exception {
        List<Json.Obj> answers =
                serve(
                        atOnce(
                                INITIALIZE,
                                OPEN,
                                request(1, "hover", at(0, 7)),
                                request(2, "hover", at(0, 7)),
                                notification("$/cancelRequest", "\"id\":1")));
        assertThat(answers.toString()).contains("-32800");
        assertThat(answers.stream().filter(a -> a.get("result") != null)).hasSize(2);
    }

    @Test
    void beforeInitializeAndAfterShutdown_nothingIsDone() throws Exception {
        String shutdown = "{\"jsonrpc\":\"2.0\",\"id\":8,\"method\":\"shutdown\"}";
        List<Json.Obj> answers =
                serve(
                        new Slowly(
                                List.of(
                                        request(1, "hover", at(0, 0)),
                                        OPEN,
                                        INITIALIZE,
                                        shutdown,
                                        OPEN,
                                        request(9, "hover", at(0, 0)))));
        assertThat(answers).hasSize(4);
        assertThat(answers.get(0).toString()).contains("-32002");
        assertThat(answers.get(3).toString()).contains("-32600");
    }

    @Test
    void wrongParameters_costNothingElse() throws Exception {
        List<Json.Obj> answers =
                exchange(
                        OPEN,
                        request(1, "hover", "\"position\":{\"line\":\"x\"}"),
                        request(2, "hover", "\"position\":{\"line\":-5,\"character\":-7}"),
                        request(3, "completion", at(999_999, 999_999)),
                        change("5", "{\"range\":7}"),
                        notification("textDocument/didOpen", ""),
                        request(4, "hover", at(0, 0)));
        assertThat(answers.get(1).toString()).contains("-32602");
        assertThat(answers.getLast().toString()).contains("id=Num[literal=4]");
    }

    @Test
    void wrongConfiguration_isSaid() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Workspace broken =
                folder -> {
                    throw new ConfigException("slipway.yaml", "line 3 is no list");
                };
        new LanguageServer(broken, new Slowly(List.of(INITIALIZE, OPEN)), out).run();
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("window/showMessage", "slipway.yaml: line 3 is no list");
    }

    @Test
    void fixAll_makesEveryChangeThatKeepsTheImage() throws Exception {
        String range =
                "\"range\":{\"start\":{\"line\":0,\"character\":0},\"end\":{\"line\":0,"
                        + "\"character\":0}},\"context\":{\"only\":[\"source.fixAll\"]}";
        String answer = exchange(OPEN, request(1, "codeAction", range)).getLast().toString();
        assertThat(answer).contains("source.fixAll.slipway", "FROM debian AS x");
        assertThat(answer).doesNotContain("quickfix");
    }

    @Test
    void hover_explainsTheRule() throws Exception {
        Json.Obj answer = exchange(OPEN, request(1, "hover", at(0, 7))).getLast();
        assertThat(answer.toString()).contains("untagged-base", "## Why");
        Json.Obj nothing = exchange(OPEN, request(1, "hover", at(0, 0))).getLast();
        assertThat(nothing.get("result")).isNull();
    }

    @Test
    void codeAction_offersTheChange() throws Exception {
        String range =
                "\"range\":{\"start\":{\"line\":0,\"character\":12},\"end\":{\"line\":0,"
                        + "\"character\":13}}";
        Json.Obj answer = exchange(OPEN, request(1, "codeAction", range)).getLast();
        assertThat(answer.toString()).contains("Write AS", "quickfix", "newText");
    }

    @Test
    void completion_knowsInstructionsFlagsAndStages() throws Exception {
        assertThat(exchange(OPEN, request(1, "completion", at(4, 0))).getLast().toString())
                .contains("HEALTHCHECK");
        assertThat(exchange(OPEN, request(1, "completion", at(1, 7))).getLast().toString())
                .contains("--chown=")
                .doesNotContain("--mount=");
        assertThat(exchange(OPEN, request(1, "completion", at(2, 12))).getLast().toString())
                .contains("text=x");
        assertThat(exchange(OPEN, request(1, "completion", at(3, 5))).getLast().toString())
                .contains("text=x");
    }

    @Test
    void completion_replacesWhatIsThere() throws Exception {
        String answer = exchange(OPEN, request(1, "completion", at(1, 7))).getLast().toString();
        assertThat(answer)
                .contains("newText=Str[text=--chown=]")
                .contains("character=Num[literal=5]");
    }

    @Test
    void protocol_unknownAndNoJson() throws Exception {
        List<Json.Obj> answers =
                exchange(
                        "{\"jsonrpc\":\"2.0\",\"id\":\"a\",\"method\":\"other\"}",
                        "{\"jsonrpc\":\"2.0\",\"method\":\"$/other\"}",
                        "{\"jsonrpc\":\"2.0\",\"id\":\"watch\",\"result\":null}",
                        "no json",
                        "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"shutdown\"}",
                        "{\"jsonrpc\":\"2.0\",\"method\":\"exit\"}");
        assertThat(answers).hasSize(3);
        assertThat(answers.get(0).toString()).contains("-32601");
        assertThat(answers.get(1).toString()).contains("-32700");
        assertThat(answers.get(2).get("error")).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X: 1\r\n\r\n{}",
                "Content-Length: x\r\n\r\n{}",
                "Content-Length: -1\r\n\r\n{}",
                "Content-Length: 2147483647\r\n\r\n{}"
            })
    void messageWithoutLength_isRefused(String input) {
        refused(input);
    }

    @Test
    void headersWithoutEnd_areRefused() {
        refused("X".repeat(10_000));
        refused("X: 1\r\n".repeat(100));
    }

    private static void refused(String input) {
        byte[] bytes = input.getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> serve(new ByteArrayInputStream(bytes)))
                .isInstanceOf(IOException.class);
    }
}
