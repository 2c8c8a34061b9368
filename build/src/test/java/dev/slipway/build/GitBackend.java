package dev.slipway.build;

import com.sun.net.httpserver.HttpExchange;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// Runs `git http-backend` for a request: RFC 3875.
final class GitBackend {
    private GitBackend() {}

    static void answer(HttpExchange exchange, Path root) throws IOException, InterruptedException {
        byte[] request = exchange.getRequestBody().readAllBytes();
        ProcessBuilder builder = new ProcessBuilder("git", "http-backend");
        var env = builder.environment();
        env.put("GIT_PROJECT_ROOT", root.toString());
        env.put("GIT_HTTP_EXPORT_ALL", "1");
        env.put("GIT_CONFIG_COUNT", "1");
        env.put("GIT_CONFIG_KEY_0", "safe.directory");
        env.put("GIT_CONFIG_VALUE_0", "*");
        env.put("REQUEST_METHOD", exchange.getRequestMethod());
        env.put("PATH_INFO", exchange.getRequestURI().getPath().substring("/git".length()));
        String query = exchange.getRequestURI().getQuery();
        env.put("QUERY_STRING", query == null ? "" : query);
        header(exchange, "Content-Type", "CONTENT_TYPE", builder);
        header(exchange, "Content-Encoding", "HTTP_CONTENT_ENCODING", builder);
        header(exchange, "Git-Protocol", "GIT_PROTOCOL", builder);
        env.put("CONTENT_LENGTH", Integer.toString(request.length));
        builder.redirectError(ProcessBuilder.Redirect.DISCARD);
        Process process = builder.start();
        Thread writer =
                Thread.ofVirtual()
                        .start(() -> {
                            try (var out = process.getOutputStream()) {
                                new ByteArrayInputStream(request).transferTo(out);
                            } catch (IOException _) {
                                // the backend needs no more of it
                            }
                        });
        byte[] reply = process.getInputStream().readAllBytes();
        writer.join();
        process.waitFor();
        send(exchange, reply);
    }

    private static void header(
            HttpExchange exchange, String name, String variable, ProcessBuilder builder) {
        String value = exchange.getRequestHeaders().getFirst(name);
        if (value != null) {
            builder.environment().put(variable, value);
        }
    }

    private static void send(HttpExchange exchange, byte[] reply) throws IOException {
        String text = new String(reply, StandardCharsets.ISO_8859_1);
        int end = text.indexOf("\r\n\r\n");
        int status = 200;
        for (String line : text.substring(0, Math.max(0, end)).split("\r\n", -1)) {
            int colon = line.indexOf(':');
            String value = line.substring(colon + 1).strip();
            if (line.startsWith("Status:")) {
                status = Integer.parseInt(value.substring(0, 3));
            } else if (colon > 0) {
                exchange.getResponseHeaders().add(line.substring(0, colon), value);
            }
        }
        byte[] body = new byte[reply.length - end - 4];
        System.arraycopy(reply, end + 4, body, 0, body.length);
        WebServer.send(exchange, status, body);
    }
}
