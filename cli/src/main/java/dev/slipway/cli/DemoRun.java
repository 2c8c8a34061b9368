package dev.slipway.cli;

import dev.slipway.cli.options.OptionParser;
import dev.slipway.cli.options.Parsed;
import dev.slipway.container.ContainerIo;
import dev.slipway.container.RunningContainer;
import dev.slipway.container.Runtimes;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/// Runs the demo's application, asks it over HTTP, and stops it.
final class DemoRun {
    private static final String REQUEST = "/hello?name=Ada";
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int ANSWER_BYTES = 64 << 10;
    private static final int SIGTERM = 15;

    private final Session session;
    private final String image;

    DemoRun(Session session, String image) {
        this.session = session;
        this.image = image;
    }

    void askAndStop() throws Exception {
        int port = freePort();
        List<String> words = List.of("--rm", "--network", "host", "-e", "PORT=" + port, image);
        say("$ slipway run " + String.join(" ", words) + " &");
        Parsed line =
                OptionParser.parse(
                        RunFlags.spec(), Globals.afterCommand(), words, session.environment());
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        ContainerIo io = new ContainerIo.Streams(null, output, output);
        long start = System.nanoTime();
        try (RunPreparation prepared = RunPreparation.of(line, session);
                RunningContainer container = Runtimes.embedded().start(prepared.spec(), io);
                Console.Stopping _ = session.console().onStop(() -> kill(container))) {
            say("$ curl 'http://127.0.0.1:" + port + REQUEST + "'");
            String answer = ask(port, output);
            say(answer.strip());
            long millis = (System.nanoTime() - start) / 1_000_000;
            say("The answer came " + millis + " ms after the start of the container.");
            container.signal(SIGTERM);
            container.waitFor();
        }
    }

    private static void kill(RunningContainer container) {
        try {
            container.close();
        } catch (Exception _) {
            // The end goes on without it.
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static String ask(int port, ByteArrayOutputStream output)
            throws CommandException, InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                return get(port);
            } catch (IOException notYet) {
                if (System.nanoTime() > end) {
                    throw new CommandException(
                            "the application did not answer: "
                                    + output.toString(StandardCharsets.UTF_8),
                            null);
                }
                Thread.sleep(10);
            }
        }
    }

    /// The body of the answer. Plain sockets: the JDK's HTTP clients take longer to start than the
    /// application.
    private static String get(int port) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
            socket.setSoTimeout(2000);
            OutputStream out = socket.getOutputStream();
            String request =
                    "GET " + REQUEST + " HTTP/1.0\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n";
            out.write(request.getBytes(StandardCharsets.US_ASCII));
            InputStream in = socket.getInputStream();
            String answer = new String(in.readNBytes(ANSWER_BYTES), StandardCharsets.UTF_8);
            int body = answer.indexOf("\r\n\r\n");
            if (!answer.startsWith("HTTP/1.") || body < 0) {
                throw new IOException("no HTTP answer");
            }
            return answer.substring(body + 4);
        }
    }

    private void say(String text) {
        session.err().println(text);
        session.err().flush();
    }
}
