package dev.slipway.build;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/// A web server on loopback that notes what it was asked.
final class WebServer implements AutoCloseable {
    private final HttpServer server;
    private final Map<String, Page> pages = Collections.synchronizedMap(new TreeMap<>());

    private final List<String> requests = new ArrayList<>();
    private final Lock lock = new ReentrantLock();
    private final Condition answered = lock.newCondition();
    private int answering;

    /// Values of `Authorization`, `-` where there was none.
    final List<String> logins = Collections.synchronizedList(new ArrayList<>());

    /// Answers one request.
    @FunctionalInterface
    interface Page {
        void answer(HttpExchange exchange) throws IOException, InterruptedException;
    }

    private WebServer(HttpServer server) {
        this.server = server;
    }

    static WebServer start() throws IOException {
        HttpServer http =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        WebServer server = new WebServer(http);
        http.createContext("/", server::answer);
        http.setExecutor(task -> Thread.ofVirtual().start(task));
        http.start();
        return server;
    }

    String address() {
        return "http://localhost:" + server.getAddress().getPort();
    }

    /// The same server by another host name.
    String otherAddress() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    WebServer on(String path, Page page) {
        pages.put(path, page);
        return this;
    }

    /// A file that can be asked whether it changed.
    WebServer file(String path, String content, String etag, String modified) {
        return on(
                path,
                exchange -> {
                    exchange.getResponseHeaders().add("Last-Modified", modified);
                    exchange.getResponseHeaders().add("ETag", etag);
                    if (etag.equals(exchange.getRequestHeaders().getFirst("If-None-Match"))) {
                        send(exchange, 304, new byte[0]);
                    } else {
                        send(exchange, 200, content.getBytes(StandardCharsets.UTF_8));
                    }
                });
    }

    WebServer bytes(String path, byte[] content) {
        return on(path, exchange -> send(exchange, 200, content));
    }

    WebServer redirect(String path, int status, String location) {
        return on(
                path,
                exchange -> {
                    exchange.getResponseHeaders().add("Location", location);
                    send(exchange, status, new byte[0]);
                });
    }

    /// Serves the bare repositories in `root` under `/git/`, as `git http-backend` does.
    WebServer git(Path root) {
        return on("/git/", exchange -> GitBackend.answer(exchange, root));
    }

    /// `METHOD path status`, in order. Waits for the answers under way: a client can have all of
    /// its answer before the server has noted it.
    List<String> requests() throws InterruptedException {
        lock.lock();
        try {
            while (answering > 0) {
                answered.await();
            }
            return List.copyOf(requests);
        } finally {
            lock.unlock();
        }
    }

    void forgetRequests() throws InterruptedException {
        lock.lock();
        try {
            while (answering > 0) {
                answered.await();
            }
            requests.clear();
        } finally {
            lock.unlock();
        }
    }

    static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
        boolean empty = body.length == 0 || exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(status, empty ? -1 : body.length);
        if (!empty) {
            exchange.getResponseBody().write(body);
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        begin();
        try (exchange) {
            String login = exchange.getRequestHeaders().getFirst("Authorization");
            logins.add(login == null ? "-" : login);
            Page page = pages.get(path.startsWith("/git/") ? "/git/" : path);
            if (page == null) {
                send(exchange, 404, new byte[0]);
            } else {
                page.answer(exchange);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            end(exchange.getRequestMethod() + " " + path + " " + exchange.getResponseCode());
        }
    }

    private void begin() {
        lock.lock();
        try {
            answering++;
        } finally {
            lock.unlock();
        }
    }

    private void end(String request) {
        lock.lock();
        try {
            requests.add(request);
            answering--;
            answered.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
