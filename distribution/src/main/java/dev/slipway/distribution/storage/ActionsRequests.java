package dev.slipway.distribution.storage;

import dev.slipway.distribution.http.Headers;
import dev.slipway.distribution.http.HttpBody;
import dev.slipway.distribution.http.HttpRequest;
import dev.slipway.distribution.http.HttpResponse;
import dev.slipway.image.Json;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;

/// What both versions of the service have in common. Only the service itself gets the token, never
/// the storage behind it.
final class ActionsRequests {
    static final int MAX_ANSWER_BYTES = 64 << 10;

    /// Of the layout, which is go-actions-cache's: entries of other clients are not found.
    static final String VERSION =
            HexFormat.of()
                    .formatHex(
                            S3Signer.digest()
                                    .digest(
                                            "|go-actionscache-1.0"
                                                    .getBytes(StandardCharsets.US_ASCII)));

    private final Requests requests;
    private final String name;
    private final String token;

    ActionsRequests(Requests requests, String name, String token) {
        this.requests = requests;
        this.name = name;
        this.token = token;
    }

    /// A failure of the service, as it says it.
    ///
    /// @param exists whether it is that there is such an entry already
    record Refusal(StorageException why, boolean exists) {}

    /// Asks the service; the caller closes the answer.
    HttpResponse service(
            String method, String url, Map<String, String> headers, @Nullable HttpBody body)
            throws IOException {
        var all = new Headers().add("Authorization", "Bearer " + token);
        headers.forEach(all::add);
        return send(method, uri(url), all, body);
    }

    /// Asks the storage behind the service; the caller closes the answer.
    HttpResponse storage(
            String method, URI uri, Map<String, String> headers, @Nullable HttpBody body)
            throws IOException {
        var all = new Headers();
        headers.forEach(all::add);
        return send(method, uri, all, body);
    }

    private HttpResponse send(String method, URI uri, Headers headers, @Nullable HttpBody body)
            throws IOException {
        try {
            return requests.send(() -> new HttpRequest(method, uri, headers, body));
        } catch (StorageException e) {
            throw new StorageException(name + ": " + e.getMessage(), e.status(), e.code());
        } catch (IOException e) {
            throw new IOException(
                    "the cache of GitHub Actions ("
                            + name
                            + ") cannot be reached at "
                            + uri.getHost()
                            + ": "
                            + e.getMessage(),
                    e);
        }
    }

    URI uri(String text) throws StorageException {
        try {
            URI uri = URI.create(text);
            if (uri.getHost() != null) {
                return uri;
            }
        } catch (IllegalArgumentException _) {
            // told below, without the text: it may hold a signature
        }
        throw new StorageException(name + ": an address of the service is none", 0, "");
    }

    Json.Obj json(HttpResponse response) throws IOException {
        return Json.parseObject(response.read(MAX_ANSWER_BYTES));
    }

    HttpResponse good(HttpResponse response, String doing) throws IOException {
        if (!response.isSuccess()) {
            throw refused(response, doing).why();
        }
        return response;
    }

    Refusal refused(HttpResponse response, String doing) throws IOException {
        byte[] raw = response.read(MAX_ANSWER_BYTES);
        String code = "";
        String message = "";
        try {
            Json.Obj said = Json.parseObject(raw);
            code = said.text("typeKey", said.text("code", ""));
            message = said.text("message", said.text("msg", ""));
        } catch (IOException _) {
            message = ""; // a page of a proxy, or XML: the status will do
        }
        String words = (code + " " + message).toLowerCase(Locale.ROOT);
        boolean exists =
                words.contains("already_exists")
                        || words.contains("alreadyexists")
                        || words.contains("already exists");
        String shown = Requests.shown(message.isEmpty() ? code : message);
        return new Refusal(
                new StorageException(
                        name
                                + ": "
                                + doing
                                + " was refused: status "
                                + response.status()
                                + (shown.isEmpty() ? "" : " (" + shown + ")"),
                        response.status(),
                        code),
                exists);
    }
}
