package dev.slipway.distribution.storage;

import dev.slipway.distribution.HostGate;
import dev.slipway.distribution.http.HttpRequest;
import dev.slipway.distribution.http.HttpResponse;
import dev.slipway.distribution.http.ProxySettings;
import dev.slipway.distribution.http.SocketTransport;
import dev.slipway.distribution.http.TlsFiles;
import dev.slipway.distribution.http.Transport;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Map;

/// Sends requests to a storage, again where that may help. Redirects are not followed: none of the
/// services uses them, and a signature is good for one host. Thread-safe.
final class Requests implements AutoCloseable {
    private static final int ATTEMPTS = 4;

    private final Transport transport;
    private final HostGate gate = new HostGate(Duration.ofMillis(200));

    private final @Nullable Duration limit;

    /// @param limit of the attempts at one request; null: none but their number
    Requests(Map<String, String> environment, @Nullable Duration limit) {
        this.transport = new SocketTransport(ProxySettings.of(environment), TlsFiles.SYSTEM);
        this.limit = limit;
    }

    /// Makes a request for one attempt: a signature holds the time.
    @FunctionalInterface
    interface Making {
        HttpRequest make() throws IOException;
    }

    /// The answer, whatever its status; the caller closes it.
    HttpResponse send(Making making) throws IOException {
        long startNanos = System.nanoTime();
        for (int attempt = 1; ; attempt++) {
            if (limit != null && System.nanoTime() - startNanos > limit.toNanos()) {
                throw new StorageException("it took longer than " + limit.toSeconds() + "s", 0, "");
            }
            gate.await();
            HttpResponse response;
            try {
                response = transport.send(making.make());
            } catch (InterruptedIOException e) {
                if (Thread.currentThread().isInterrupted() || attempt == ATTEMPTS) {
                    throw e;
                }
                gate.failed(null); // it took too long
                continue;
            } catch (StorageException e) {
                throw e;
            } catch (IOException e) {
                if (Thread.currentThread().isInterrupted() || attempt == ATTEMPTS) {
                    throw e;
                }
                gate.failed(null);
                continue;
            }
            if (!isTemporary(response.status()) || attempt == ATTEMPTS) {
                gate.succeeded();
                return response;
            }
            gate.failed(response.headers().first("Retry-After"));
            response.close();
        }
    }

    private static boolean isTemporary(int status) {
        return status == 408 || status == 429 || (status >= 500 && status != 501);
    }

    /// The text of a message without what does not belong on a terminal.
    static String shown(@Nullable String text) {
        if (text == null) {
            return "";
        }
        var shown = new StringBuilder();
        for (int i = 0; i < text.length() && shown.length() < 300; i++) {
            char c = text.charAt(i);
            shown.append(Character.isISOControl(c) ? ' ' : c);
        }
        return shown.toString().strip();
    }

    @Override
    public void close() {
        transport.close();
    }
}
