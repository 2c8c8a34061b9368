package dev.slipway.distribution;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.CountDownLatch;

/// Stands before a registry and does to its traffic what networks do: cuts requests and answers,
/// corrupts bodies, loses answers after the deed is done, and answers 429 and 500 by itself. Which
/// faults happen depends on a seed and the order of requests.
final class FaultProxy implements AutoCloseable {
    /// What happens to one request.
    enum Fault {
        NONE,
        REFUSED_429,
        FAILED_500,
        CUT_BEFORE,
        CUT_REQUEST,
        CUT_ANSWER,
        CORRUPT_ANSWER,
        LOST_ANSWER,
        DELAY
    }

    private final ServerSocket server;
    private final int backend;
    private final Random random;
    private final List<String> journal = Collections.synchronizedList(new ArrayList<>());
    private volatile double rate;
    private String cutMethod = "";
    private int cutAfter;
    private final CountDownLatch held = new CountDownLatch(1);
    private volatile boolean holds;
    private volatile long leastChunk;

    /// @param rate how many of the requests fail, 0 to 1
    FaultProxy(int backend, long seed, double rate) throws IOException {
        this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        this.backend = backend;
        this.random = new Random(seed);
        this.rate = rate;
        Thread.ofVirtual().start(this::accept);
    }

    String host() {
        return "localhost:" + server.getLocalPort();
    }

    /// From now on nothing happens any more.
    synchronized void behave() {
        rate = 0;
        cutMethod = "";
        holds = false;
    }

    void misbehave(double newRate) {
        rate = newRate;
    }

    /// What passed: a line for each request, `METHOD path range fault bodyBytes`.
    List<String> journal() {
        return List.copyOf(journal);
    }

    /// After so many requests that begin with `method` all further requests are cut off, until it
    /// behaves.
    synchronized void cutAfter(String method, int requests) {
        cutMethod = method;
        cutAfter = requests;
    }

    /// As [#cutAfter], but the requests after are kept waiting.
    synchronized void holdAfter(String method, int requests) {
        cutAfter(method, requests);
        holds = true;
    }

    /// Waits until a request is kept waiting.
    void awaitHeld() throws InterruptedException {
        held.await();
    }

    /// From now on the registry seems to want pieces of so many bytes at least.
    void wantChunks(long bytes) {
        leastChunk = bytes;
    }

    private synchronized Fault next(String what) {
        if (cutAfter >= 0 && what.startsWith(cutMethod)) {
            cutAfter--;
        }
        if (cutAfter < 0 && !cutMethod.isEmpty()) {
            return Fault.CUT_BEFORE;
        }
        if (random.nextDouble() >= rate) {
            return Fault.NONE;
        }
        return Fault.values()[1 + random.nextInt(Fault.values().length - 1)];
    }

    private synchronized int below(int bound) {
        return random.nextInt(bound);
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
            InputStream in = new java.io.BufferedInputStream(client.getInputStream());
            boolean more = true;
            while (more) {
                more = relay(in, client.getOutputStream());
            }
        } catch (IOException _) {
            // That is how connections end here.
        }
    }

    private record Head(List<String> lines) {
        static Head read(InputStream in) throws IOException {
            var lines = new ArrayList<String>();
            for (String line = line(in); !line.isEmpty(); line = line(in)) {
                lines.add(line);
            }
            return new Head(lines);
        }

        private static String line(InputStream in) throws IOException {
            var line = new ByteArrayOutputStream();
            for (int c = in.read(); c != '\n'; c = in.read()) {
                if (c < 0) {
                    throw new EOFException();
                }
                line.write(c);
            }
            return line.toString(StandardCharsets.ISO_8859_1).stripTrailing();
        }

        String header(String name) {
            for (String line : lines) {
                if (line.toLowerCase(Locale.ROOT).startsWith(name + ":")) {
                    return line.substring(name.length() + 1).strip();
                }
            }
            return "";
        }

        long length() {
            String text = header("content-length");
            return text.isEmpty() ? 0 : Long.parseLong(text);
        }

        void write(OutputStream out) throws IOException {
            var text = new StringBuilder();
            for (String line : lines) {
                if (!line.toLowerCase(Locale.ROOT).startsWith("connection:")) {
                    text.append(line).append("\r\n");
                }
                if (text.indexOf("Connection: close") < 0) {
                    text.append("Connection: close\r\n");
                }
            }
            out.write(text.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
        }
    }

    /// @return whether the connection can go on
    private boolean relay(InputStream in, OutputStream out) throws IOException {
        Head request = Head.read(in);
        String what = request.lines().getFirst().replace(" HTTP/1.1", "");
        Fault fault = next(what);
        String path = what.indexOf('?') < 0 ? what : what.substring(0, what.indexOf('?'));
        String range = request.header("range") + request.header("content-range");
        long length = request.length();
        journal.add(path + " [" + range + "] " + fault + " " + length);
        if (fault == Fault.CUT_BEFORE) {
            if (holds) {
                held.countDown();
                in.transferTo(OutputStream.nullOutputStream()); // until the client is gone
            }
            return false;
        }
        if (fault == Fault.REFUSED_429 || fault == Fault.FAILED_500) {
            in.skipNBytes(length);
            String status =
                    fault == Fault.FAILED_500 ? "500 Broken" : "429 Slow down\r\nRetry-After: 0";
            out.write(
                    ("HTTP/1.1 " + status + "\r\nContent-Length: 0\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            return true;
        }
        if (fault == Fault.DELAY) {
            pause();
        }
        try (Socket server = new Socket(InetAddress.getLoopbackAddress(), backend)) {
            OutputStream to = server.getOutputStream();
            request.write(to);
            if (fault == Fault.CUT_REQUEST && length > 0) {
                copy(in, to, below((int) Math.min(length, 1 << 20)), -1);
                return false;
            }
            copy(in, to, length, -1);
            if (fault == Fault.LOST_ANSWER || fault == Fault.CUT_REQUEST) {
                Head.read(new java.io.BufferedInputStream(server.getInputStream()));
                return false;
            }
            return answer(request, server, out, fault);
        }
    }

    private static void pause() {
        try {
            Thread.sleep(5); // a fault, not a wait for something
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean answer(Head request, Socket server, OutputStream out, Fault fault)
            throws IOException {
        InputStream from = new java.io.BufferedInputStream(server.getInputStream());
        Head answer = Head.read(from);
        if (leastChunk > 0) {
            answer.lines().add("OCI-Chunk-Min-Length: " + leastChunk);
        }
        answer.write(out);
        boolean none = request.lines().getFirst().startsWith("HEAD ");
        if (none) {
            return false;
        }
        boolean known = !answer.header("content-length").isEmpty();
        long length = known ? answer.length() : Long.MAX_VALUE;
        int most = (int) Math.min(length, 1 << 20);
        if (fault == Fault.CUT_ANSWER && most > 0) {
            copy(from, out, below(most), -1);
            return false;
        }
        int corrupt = fault == Fault.CORRUPT_ANSWER && known && most > 0 ? below(most) : -1;
        copy(from, out, length, corrupt);
        return false; // as the answer's head says
    }

    private static void copy(InputStream in, OutputStream out, long length, int corrupt)
            throws IOException {
        byte[] buffer = new byte[16 << 10];
        long at = 0;
        while (at < length) {
            int n = in.read(buffer, 0, (int) Math.min(buffer.length, length - at));
            if (n < 0) {
                break;
            }
            if (corrupt >= at && corrupt < at + n) {
                buffer[(int) (corrupt - at)] ^= 0x20;
            }
            out.write(buffer, 0, n);
            at += n;
        }
        out.flush();
    }

    @Override
    public void close() throws IOException {
        Closeable socket = server;
        socket.close();
    }
}
