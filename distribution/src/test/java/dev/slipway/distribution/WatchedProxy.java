package dev.slipway.distribution;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;

/// A web proxy for plain requests and for `CONNECT`, before one server of this machine: whatever
/// host is asked for, that is where it leads. It wants to know who asks.
final class WatchedProxy implements AutoCloseable {
    private static final String WHO =
            "Basic "
                    + Base64.getEncoder()
                            .encodeToString("porter@home:p:ss".getBytes(StandardCharsets.UTF_8));

    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final int backend;
    private final List<String> passed = new CopyOnWriteArrayList<>();
    private final List<String> inside = new CopyOnWriteArrayList<>();

    WatchedProxy(int backend) throws IOException {
        this.backend = backend;
        Thread.ofVirtual().start(this::accept);
    }

    /// Its address with the login it wants.
    String address() {
        return "http://porter%40home:p%3Ass@127.0.0.1:" + server.getLocalPort();
    }

    /// Its address with a login it refuses.
    String wrongAddress() {
        return "http://porter%40home:wrong@127.0.0.1:" + server.getLocalPort();
    }

    /// The request lines it was sent, with `denied` behind those it refused.
    List<String> passed() {
        return passed;
    }

    /// The heads of plain requests as the server behind got them.
    List<String> inside() {
        return inside;
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                Thread.ofVirtual().start(() -> serve(client));
            } catch (IOException _) {
                return; // closed
            }
        }
    }

    private void serve(Socket client) {
        try (client) {
            var in = new BufferedInputStream(client.getInputStream());
            String head = head(in);
            String line = head.substring(0, Math.max(0, head.indexOf('\r')));
            if (!head.contains("\r\nProxy-Authorization: " + WHO + "\r\n")) {
                passed.add(line + " denied");
                answer(client, "407 Proxy Authentication Required");
                return;
            }
            passed.add(line);
            try (Socket to = new Socket(InetAddress.getLoopbackAddress(), backend)) {
                if (line.startsWith("CONNECT ")) {
                    client.getOutputStream()
                            .write("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                } else {
                    String own = forwarded(head);
                    inside.add(own);
                    to.getOutputStream().write(own.getBytes(StandardCharsets.ISO_8859_1));
                }
                Thread back = Thread.ofVirtual().start(() -> copy(to, client));
                copy(in, to.getOutputStream());
                to.shutdownOutput();
                back.join();
            }
        } catch (IOException _) {
            // One of the two went away.
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// The head as the server is to see it: one request a connection, without what is the proxy's.
    private static String forwarded(String head) {
        String[] lines = head.split("\r\n", -1);
        String[] first = lines[0].split(" ", -1);
        URI uri = URI.create(first[1]);
        String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        var out = new StringBuilder(first[0] + " " + uri.getRawPath() + query + " HTTP/1.1\r\n");
        for (int i = 1; i < lines.length; i++) {
            String name = lines[i].toLowerCase(Locale.ROOT);
            if (!lines[i].isEmpty()
                    && !name.startsWith("proxy-authorization:")
                    && !name.startsWith("connection:")) {
                out.append(lines[i]).append("\r\n");
            }
        }
        return out.append("Connection: close\r\n\r\n").toString();
    }

    private static String head(InputStream in) throws IOException {
        var head = new ByteArrayOutputStream();
        for (int c = in.read(); c >= 0; c = in.read()) {
            head.write(c);
            if (c == '\n' && head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
                break;
            }
        }
        return head.toString(StandardCharsets.ISO_8859_1);
    }

    private static void answer(Socket client, String status) throws IOException {
        client.getOutputStream()
                .write(
                        ("HTTP/1.1 "
                                        + status
                                        + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                                .getBytes(StandardCharsets.US_ASCII));
    }

    private static void copy(Socket from, Socket to) {
        try {
            copy(from.getInputStream(), to.getOutputStream());
            to.shutdownOutput();
        } catch (IOException _) {
            closeQuietly(to);
        }
    }

    private static void copy(InputStream in, OutputStream out) throws IOException {
        byte[] buffer = new byte[8192];
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            out.write(buffer, 0, n);
            out.flush();
        }
    }

    private static void closeQuietly(Closeable what) {
        try {
            what.close();
        } catch (IOException _) {
            // It was going anyway.
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
