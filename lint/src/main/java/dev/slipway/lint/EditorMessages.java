package dev.slipway.lint;

import dev.slipway.image.Json;
import dev.slipway.image.JsonWriter;

import org.jspecify.annotations.Nullable;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// JSON-RPC messages, each behind a header with its length. LSP 3.17, "Base Protocol".
final class EditorMessages {
    private static final int MAX_MESSAGE = 64 << 20;
    private static final int MAX_HEADER = 4096; // of one line
    private static final int MAX_HEADERS = 32;
    private static final int WARNING = 2;

    private final InputStream in;
    private final OutputStream out;

    EditorMessages(InputStream in, OutputStream out) {
        this.in = new BufferedInputStream(in);
        this.out = out;
    }

    /// Writes a result.
    @FunctionalInterface
    interface Result {
        void write(JsonWriter json) throws IOException;
    }

    /// Returns whether more has arrived.
    boolean hasMore() throws IOException {
        return in.available() > 0;
    }

    /// Waits for a message; null if the stream has ended.
    byte @Nullable [] read() throws IOException {
        int length = -1;
        String line = header();
        if (line == null) {
            return null;
        }
        for (int i = 0; line != null && !line.isEmpty(); i++) {
            if (i == MAX_HEADERS) {
                throw new IOException("a message has too many headers");
            }
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

    /// Answers a request; a notification, which has no id, has no answer.
    void answer(@Nullable Json id, Result result) throws IOException {
        if (id == null) {
            return;
        }
        JsonWriter json = JsonWriter.plain().beginObject().member("jsonrpc", "2.0");
        json.name("id").value(id).name("result");
        result.write(json);
        send(json.endObject());
    }

    /// Says that a request failed.
    void fail(@Nullable Json id, int code, String message) throws IOException {
        JsonWriter json = JsonWriter.plain().beginObject().member("jsonrpc", "2.0").name("id");
        if (id == null) {
            json.value((String) null);
        } else {
            json.value(id);
        }
        json.name("error").beginObject().member("code", code).member("message", message);
        send(json.endObject().endObject());
    }

    /// Sends a notification.
    void tell(String method, Result params) throws IOException {
        JsonWriter json = JsonWriter.plain().beginObject().member("jsonrpc", "2.0");
        json.member("method", method).name("params");
        params.write(json);
        send(json.endObject());
    }

    /// Shows people a warning.
    void warn(String text) throws IOException {
        show("window/showMessage", text);
    }

    /// Writes a warning to the editor's log.
    void log(String text) throws IOException {
        show("window/logMessage", text);
    }

    private void show(String method, String text) throws IOException {
        tell(
                method,
                json ->
                        json.beginObject()
                                .member("type", WARNING)
                                .member("message", text)
                                .endObject());
    }

    /// Asks the editor to say when a file changes that counts.
    void watch() throws IOException {
        JsonWriter json = JsonWriter.plain().beginObject().member("jsonrpc", "2.0");
        json.member("id", "watch").member("method", "client/registerCapability");
        json.name("params").beginObject().name("registrations").beginArray().beginObject();
        json.member("id", "files").member("method", "workspace/didChangeWatchedFiles");
        json.name("registerOptions").beginObject().name("watchers").beginArray();
        for (String pattern :
                List.of("**/*.dockerignore", "**/.hadolint.{yaml,yml}", "**/slipway.yaml")) {
            json.beginObject().member("globPattern", pattern).endObject();
        }
        json.endArray().endObject().endObject().endArray().endObject();
        send(json.endObject());
    }

    private void send(JsonWriter json) throws IOException {
        byte[] body = json.toString().getBytes(StandardCharsets.UTF_8);
        String head = "Content-Length: " + body.length + "\r\n\r\n";
        out.write(head.getBytes(StandardCharsets.US_ASCII));
        out.write(body);
        out.flush();
    }
}
