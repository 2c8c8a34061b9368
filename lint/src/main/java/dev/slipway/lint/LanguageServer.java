package dev.slipway.lint;

import dev.slipway.dockerfile.Dockerfile;
import dev.slipway.dockerfile.Edit;
import dev.slipway.dockerfile.Range;
import dev.slipway.image.InvalidJsonException;
import dev.slipway.image.Json;
import dev.slipway.image.JsonWriter;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The language server protocol over a pair of streams: diagnostics, hovers, quick fixes and
/// completion for editors. Documents are sent whole at each change. Used by one thread.
public final class LanguageServer {
    private static final int MAX_MESSAGE = 64 << 20;
    private static final int MAX_HEADER = 4096;
    private static final int METHOD_NOT_FOUND = -32_601;
    private static final int PARSE_ERROR = -32_700;

    private final Linter linter;
    private final InputStream in;
    private final OutputStream out;
    private final Map<String, Document> documents = new HashMap<>();
    private boolean stopped; // it was asked to shut down

    private record Document(String text, Dockerfile file, List<Finding> findings) {}

    /// @param in messages of the editor
    /// @param out messages to it
    public LanguageServer(Linter linter, InputStream in, OutputStream out) {
        this.linter = linter;
        this.in = in;
        this.out = out;
    }

    /// Serves until the editor says `exit` or closes its stream.
    ///
    /// @return whether it was shut down as the protocol wants it
    /// @throws IOException if a stream fails or what comes is no message
    public boolean run() throws IOException {
        while (true) {
            byte[] message = read();
            if (message == null) {
                return stopped;
            }
            Json.Obj request;
            try {
                request = Json.parseObject(message);
            } catch (InvalidJsonException e) {
                fail(null, PARSE_ERROR, String.valueOf(e.getMessage()));
                continue;
            }
            String method = request.text("method", "");
            if (method.equals("exit")) {
                return stopped;
            }
            handle(method, request);
        }
    }

    private byte @Nullable [] read() throws IOException {
        int length = -1;
        String line = header();
        if (line == null) {
            return null;
        }
        while (line != null && !line.isEmpty()) {
            if (line.regionMatches(true, 0, "Content-Length:", 0, 15)) {
                try {
                    length = Integer.parseInt(line.substring(15).strip());
                } catch (NumberFormatException e) {
                    throw new IOException("no length: " + line);
                }
            }
            line = header();
        }
        if (length < 0 || length > MAX_MESSAGE) {
            throw new IOException("a message has no length, or a wrong one");
        }
        byte[] body = in.readNBytes(length);
        return body.length < length ? null : body;
    }

    private @Nullable String header() throws IOException {
        StringBuilder line = new StringBuilder();
        int c = in.read();
        if (c < 0) {
            return null;
        }
        while (c >= 0 && c != '\n') {
            if (c != '\r') {
                line.append((char) c);
            }
            if (line.length() > MAX_HEADER) {
                throw new IOException("a header is too long");
            }
            c = in.read();
        }
        return line.toString();
    }

    private void handle(String method, Json.Obj request) throws IOException {
        Json id = request.get("id");
        Json.Obj params =
                request.get("params") instanceof Json.Obj given ? given : new Json.Obj(Map.of());
        switch (method) {
            case "initialize" -> answer(id, LanguageServer::capabilities);
            case "shutdown" -> {
                stopped = true;
                answer(id, json -> json.value((String) null));
            }
            case "textDocument/didOpen" -> opened(params);
            case "textDocument/didChange" -> changed(params);
            case "textDocument/didClose" -> closed(params);
            case "textDocument/hover" -> answer(id, json -> hover(json, params));
            case "textDocument/codeAction" -> answer(id, json -> actions(json, params));
            case "textDocument/completion" -> answer(id, json -> completion(json, params));
            default -> {
                if (id != null) {
                    fail(id, METHOD_NOT_FOUND, "there is no " + method);
                }
            }
        }
    }

    /// Writes a result.
    @FunctionalInterface
    private interface Result {
        void write(JsonWriter json) throws IOException;
    }

    private void answer(@Nullable Json id, Result result) throws IOException {
        if (id == null) {
            return; // a notification has no answer
        }
        JsonWriter json = JsonWriter.plain().beginObject().member("jsonrpc", "2.0");
        json.name("id").value(id).name("result");
        result.write(json);
        send(json.endObject());
    }

    private void fail(@Nullable Json id, int code, String message) throws IOException {
        JsonWriter json = JsonWriter.plain().beginObject().member("jsonrpc", "2.0").name("id");
        if (id == null) {
            json.value((String) null);
        } else {
            json.value(id);
        }
        json.name("error").beginObject().member("code", code).member("message", message);
        send(json.endObject().endObject());
    }

    private void send(JsonWriter json) throws IOException {
        byte[] body = json.toString().getBytes(StandardCharsets.UTF_8);
        String head = "Content-Length: " + body.length + "\r\n\r\n";
        out.write(head.getBytes(StandardCharsets.US_ASCII));
        out.write(body);
        out.flush();
    }

    private static void capabilities(JsonWriter json) {
        json.beginObject().name("capabilities").beginObject();
        json.member("positionEncoding", "utf-16").member("textDocumentSync", 1);
        json.member("hoverProvider", true);
        json.name("codeActionProvider").beginObject().name("codeActionKinds").beginArray();
        json.value("quickfix").endArray().endObject();
        json.name("completionProvider").beginObject().name("triggerCharacters").beginArray();
        json.value("-").value("=").value(" ").endArray().endObject();
        json.endObject().name("serverInfo").beginObject().member("name", "Slipway").endObject();
        json.endObject();
    }

    private static String uri(Json.Obj params) throws InvalidJsonException {
        return params.get("textDocument") instanceof Json.Obj document
                ? document.text("uri", "")
                : "";
    }

    private void opened(Json.Obj params) throws IOException {
        if (params.get("textDocument") instanceof Json.Obj document) {
            look(document.text("uri", ""), document.text("text", ""));
        }
    }

    private void changed(Json.Obj params) throws IOException {
        if (params.get("contentChanges") instanceof Json.Arr(List<Json> changes)
                && !changes.isEmpty()
                && changes.getLast() instanceof Json.Obj whole) {
            look(uri(params), whole.text("text", ""));
        }
    }

    private void closed(Json.Obj params) throws IOException {
        documents.remove(uri(params));
        publish(uri(params), List.of());
    }

    private void look(String uri, String text) throws IOException {
        Dockerfile file = Dockerfile.parseTolerant(uri, text);
        List<Finding> findings = linter.lint(file, null);
        documents.put(uri, new Document(text, file, findings));
        publish(uri, findings);
    }

    private void publish(String uri, List<Finding> findings) throws IOException {
        JsonWriter json = JsonWriter.plain().beginObject().member("jsonrpc", "2.0");
        json.member("method", "textDocument/publishDiagnostics").name("params").beginObject();
        json.member("uri", uri).name("diagnostics").beginArray();
        for (Finding finding : findings) {
            diagnostic(json, finding);
        }
        send(json.endArray().endObject().endObject());
    }

    /// LSP 3.17, "DiagnosticSeverity".
    private static long diagnosticSeverity(Severity severity) {
        return switch (severity) {
            case ERROR -> 1;
            case WARNING -> 2;
            case INFO -> 3;
            case STYLE, IGNORE -> 4;
        };
    }

    private static void diagnostic(JsonWriter json, Finding finding) {
        json.beginObject();
        range(json, finding.range());
        json.member("severity", diagnosticSeverity(finding.severity()));
        json.member("code", finding.code());
        String link = finding.rule().link();
        if (link != null) {
            json.name("codeDescription").beginObject().member("href", link).endObject();
        }
        json.member("source", "slipway").member("message", finding.message()).endObject();
    }

    private static void range(JsonWriter json, Range range) {
        json.name("range").beginObject();
        position(json, "start", range.start());
        position(json, "end", range.end());
        json.endObject();
    }

    private static void position(
            JsonWriter json, String name, dev.slipway.dockerfile.Position position) {
        json.name(name).beginObject().member("line", position.line() - 1L);
        json.member("character", position.column() - 1L).endObject();
    }

    private void hover(JsonWriter json, Json.Obj params) throws IOException {
        Document document = documents.get(uri(params));
        if (document != null && params.get("position") instanceof Json.Obj at) {
            for (Finding finding : document.findings()) {
                if (isIn(finding.range(), at, at)) {
                    json.beginObject().name("contents").beginObject();
                    json.member("kind", "markdown").member("value", RulePage.of(finding.rule()));
                    json.endObject();
                    range(json, finding.range());
                    json.endObject();
                    return;
                }
            }
        }
        json.value((String) null);
    }

    // Whether the stretch from `start` to `end`, as the protocol counts, touches a range.
    private static boolean isIn(Range range, Json.Obj start, Json.Obj end)
            throws InvalidJsonException {
        return compare(range.start(), end) <= 0 && compare(range.end(), start) >= 0;
    }

    private static int compare(dev.slipway.dockerfile.Position position, Json.Obj at)
            throws InvalidJsonException {
        int byLine = Long.compare(position.line() - 1L, at.number("line", 0));
        return byLine != 0
                ? byLine
                : Long.compare(position.column() - 1L, at.number("character", 0));
    }

    private void actions(JsonWriter json, Json.Obj params) throws IOException {
        json.beginArray();
        Document document = documents.get(uri(params));
        if (document != null
                && params.get("range") instanceof Json.Obj range
                && range.get("start") instanceof Json.Obj start
                && range.get("end") instanceof Json.Obj end) {
            for (Finding finding : document.findings()) {
                Fix fix = finding.fix();
                if (fix != null && isIn(finding.range(), start, end)) {
                    action(json, uri(params), finding, fix);
                }
            }
        }
        json.endArray();
    }

    private static void action(JsonWriter json, String uri, Finding finding, Fix fix) {
        boolean safe = fix.kind() == FixKind.SAFE;
        json.beginObject();
        json.member("title", fix.title() + (safe ? "" : " (may change the image)"));
        json.member("kind", "quickfix").member("isPreferred", safe);
        json.name("diagnostics").beginArray();
        diagnostic(json, finding);
        json.endArray().name("edit").beginObject().name("changes").beginObject();
        json.name(uri).beginArray();
        for (Edit edit : fix.edits()) {
            json.beginObject();
            range(json, edit.range());
            json.member("newText", edit.replacement()).endObject();
        }
        json.endArray().endObject().endObject().endObject();
    }

    private void completion(JsonWriter json, Json.Obj params) throws IOException {
        json.beginArray();
        Document document = documents.get(uri(params));
        if (document != null && params.get("position") instanceof Json.Obj at) {
            List<Completion.Item> items =
                    new ArrayList<>(
                            Completion.at(
                                    document.file(),
                                    at.number("line", 0),
                                    at.number("character", 0)));
            for (Completion.Item item : items) {
                json.beginObject().member("label", item.label());
                json.member("kind", item.kind()).endObject();
            }
        }
        json.endArray();
    }
}
