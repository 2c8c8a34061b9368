package dev.slipway.lint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.image.Json;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

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

    private static List<Json.Obj> exchange(String... messages) throws Exception {
        ByteArrayOutputStream in = new ByteArrayOutputStream();
        for (String message : messages) {
            byte[] body = message.getBytes(StandardCharsets.UTF_8);
            String head = "Content-Length: " + body.length + "\r\n\r\n";
            in.writeBytes(head.getBytes(StandardCharsets.UTF_8));
            in.writeBytes(body);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Linter linter = new Linter(RuleBook.load(), LintConfig.DEFAULT, BaseImages.NONE);
        new LanguageServer(linter, new ByteArrayInputStream(in.toByteArray()), out).run();
        List<Json.Obj> answers = new ArrayList<>();
        String text = out.toString(StandardCharsets.UTF_8);
        int start = 0;
        while (start < text.length()) {
            int end = text.indexOf("\r\n\r\n", start);
            int length = Integer.parseInt(text.substring(start + 16, end));
            byte[] rest = text.substring(end + 4).getBytes(StandardCharsets.UTF_8);
            byte[] body = java.util.Arrays.copyOf(rest, length);
            answers.add(Json.parseObject(body));
            start = end + 4 + new String(body, StandardCharsets.UTF_8).length();
        }
        return answers;
    }

    @Test
    void opened_getsDiagnostics() throws Exception {
        Json.Obj published = exchange(OPEN).getFirst();
        assertThat(published.text("method")).isEqualTo("textDocument/publishDiagnostics");
        assertThat(published.toString()).contains("DL3006", "FromAsCasing", "DL1000");
    }

    @Test
    void changed_getsNewDiagnostics() throws Exception {
        String change =
                "{\"jsonrpc\":\"2.0\",\"method\":\"textDocument/didChange\",\"params\":"
                        + "{\"textDocument\":{\"uri\":\"file:///D\"},\"contentChanges\":"
                        + "[{\"text\":\"FROM debian:12\\n\"}]}}";
        assertThat(exchange(OPEN, change).getLast().toString()).doesNotContain("DL3006");
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
    void protocol_initializeShutdownAndUnknown() throws Exception {
        List<Json.Obj> answers =
                exchange(
                        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{}}",
                        "{\"jsonrpc\":\"2.0\",\"id\":\"a\",\"method\":\"other\"}",
                        "no json",
                        "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"shutdown\"}",
                        "{\"jsonrpc\":\"2.0\",\"method\":\"exit\"}");
        assertThat(answers).hasSize(4);
        assertThat(answers.get(0).toString()).contains("hoverProvider");
        assertThat(answers.get(1).toString()).contains("-32601");
        assertThat(answers.get(2).toString()).contains("-32700");
        assertThat(answers.get(3).get("error")).isNull();
    }

    @Test
    void messageWithoutLength_isRefused() {
        Linter linter = new Linter(RuleBook.load(), LintConfig.DEFAULT, BaseImages.NONE);
        byte[] input = "X: 1\r\n\r\n{}".getBytes(StandardCharsets.UTF_8);
        LanguageServer server =
                new LanguageServer(
                        linter, new ByteArrayInputStream(input), new ByteArrayOutputStream());
        assertThatThrownBy(server::run).isInstanceOf(IOException.class);
    }
}
