package dev.slipway.distribution.http;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/// HTTP/1.1 over sockets, with connections that are kept for the next request.
public final class SocketTransport implements Transport {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(15);
    private static final Duration READ_TIMEOUT = Duration.ofSeconds(60);
    private static final int KEPT_PER_HOST = 8;

    /// Servers drop idle connections after a minute or so; whoever is quicker need not fail first.
    private static final long IDLE_NANOS = 30_000_000_000L;

    /// Where a connection leads.
    private record Origin(boolean tls, String host, int port) {
        static Origin of(URI uri) throws IOException {
            String host = uri.getHost();
            boolean tls = "https".equalsIgnoreCase(uri.getScheme());
            if (host == null || (!tls && !"http".equalsIgnoreCase(uri.getScheme()))) {
                throw new IOException("not an address of the web: " + uri.getScheme());
            }
            int port = uri.getPort() >= 0 ? uri.getPort() : tls ? 443 : 80;
            return new Origin(tls, Hosts.bare(host), port);
        }
    }

    private final ProxySettings proxies;
    private final TlsFiles tls;
    private final Duration connectTimeout;
    private final Duration readTimeout;
    private final Map<Origin, Deque<Connection>> idle = new HashMap<>();
    private @Nullable SSLSocketFactory factory;
    private boolean closed;

    public SocketTransport(ProxySettings proxies, TlsFiles tls) {
        this(proxies, tls, CONNECT_TIMEOUT, READ_TIMEOUT);
    }

    /// @param connectTimeout how long to wait for each address of a host, and for its TLS
    /// @param readTimeout how long a host may send nothing while it is waited for
    public SocketTransport(
            ProxySettings proxies, TlsFiles tls, Duration connectTimeout, Duration readTimeout) {
        this.proxies = proxies;
        this.tls = tls;
        this.connectTimeout = connectTimeout;
        this.readTimeout = readTimeout;
    }

    @Override
    public HttpResponse send(HttpRequest request) throws IOException {
        Origin origin = Origin.of(request.uri());
        ProxySettings.Proxy proxy = proxies.proxyFor(origin.tls(), origin.host(), origin.port());
        boolean viaProxy = proxy != null && !origin.tls();
        HttpRequest whole = completed(request, viaProxy ? proxy : null);
        String target = target(request.uri(), viaProxy);
        while (true) {
            Connection kept = takeIdle(origin);
            Connection connection = kept != null ? kept : connect(origin, proxy);
            try {
                return connection.exchange(
                        whole, target, reusable -> release(origin, connection, reusable));
            } catch (Connection.NoAnswerException e) {
                connection.close();
                boolean again = connection.isUsed() && request.isIdempotent();
                if (!again || Thread.currentThread().isInterrupted()) {
                    throw e;
                }
            } catch (IOException | RuntimeException e) {
                connection.close();
                throw e;
            }
        }
    }

    private static HttpRequest completed(HttpRequest request, ProxySettings.@Nullable Proxy proxy) {
        URI uri = request.uri();
        Headers headers = new Headers().add("Host", uri.getRawAuthority());
        headers.add("User-Agent", "slipway");
        if (proxy != null && proxy.authorization() != null) {
            headers.add("Proxy-Authorization", proxy.authorization());
        }
        return new HttpRequest(
                request.method(), uri, headers.addAll(request.headers()), request.body());
    }

    private static String target(URI uri, boolean absolute) {
        String path =
                uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        String query = uri.getRawQuery();
        String local = query == null ? path : path + '?' + query;
        return absolute ? uri.getScheme() + "://" + uri.getRawAuthority() + local : local;
    }

    private synchronized @Nullable Connection takeIdle(Origin origin) {
        Deque<Connection> kept = idle.get(origin);
        while (kept != null && !kept.isEmpty()) {
            Connection connection = kept.removeLast();
            if (System.nanoTime() - connection.idleSinceNanos() < IDLE_NANOS) {
                return connection;
            }
            connection.close();
        }
        return null;
    }

    private synchronized void release(Origin origin, Connection connection, boolean reusable) {
        Deque<Connection> kept = idle.computeIfAbsent(origin, _ -> new ArrayDeque<>());
        if (closed || !reusable || kept.size() >= KEPT_PER_HOST) {
            connection.close();
            return;
        }
        connection.setIdle(System.nanoTime());
        kept.addLast(connection);
    }

    private Connection connect(Origin origin, ProxySettings.@Nullable Proxy proxy)
            throws IOException {
        Socket socket =
                proxy == null
                        ? open(origin.host(), origin.port())
                        : open(proxy.host(), proxy.port());
        try {
            if (!origin.tls()) {
                return new Connection(socket);
            }
            if (proxy != null) {
                tunnel(socket, origin, proxy);
            }
            return new Connection(secure(socket, origin));
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    /// Tries all addresses of a host: a name may have one that does not answer.
    private Socket open(String host, int port) throws IOException {
        IOException last = null;
        for (InetAddress address : ProxySettings.resolve(host)) {
            Socket socket = new Socket();
            try {
                socket.setTcpNoDelay(true);
                socket.setSoTimeout((int) readTimeout.toMillis());
                int timeout = (int) connectTimeout.toMillis();
                socket.connect(new InetSocketAddress(address, port), timeout);
                return socket;
            } catch (SocketTimeoutException e) {
                socket.close();
                last = new SilentHostException(e);
            } catch (IOException e) {
                socket.close();
                last = e;
            }
        }
        throw last != null ? last : new ConnectException("the host has no address");
    }

    private static void tunnel(Socket socket, Origin to, ProxySettings.Proxy proxy)
            throws IOException {
        String host = to.host().indexOf(':') >= 0 ? "[" + to.host() + "]" : to.host();
        String authority = host + ":" + to.port();
        Headers headers = new Headers().add("Host", authority);
        if (proxy.authorization() != null) {
            headers.add("Proxy-Authorization", proxy.authorization());
        }
        HttpRequest request =
                new HttpRequest("CONNECT", URI.create("http://" + authority), headers, null);
        try (HttpResponse answer = new Connection(socket).exchange(request, authority, _ -> {})) {
            if (!answer.isSuccess()) {
                throw new IOException("the proxy " + proxy.host() + " answers " + answer.status());
            }
        }
    }

    private SSLSocket secure(Socket socket, Origin origin) throws IOException {
        SSLSocket secure =
                (SSLSocket) factory().createSocket(socket, origin.host(), origin.port(), true);
        if (tls.verify()) {
            SSLParameters parameters = secure.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            secure.setSSLParameters(parameters);
        }
        // A server without TLS may take the greeting for the beginning of a line, and wait for
        // more.
        socket.setSoTimeout((int) connectTimeout.toMillis());
        try {
            secure.startHandshake();
        } catch (SocketTimeoutException e) {
            throw new SilentHostException(e);
        }
        socket.setSoTimeout((int) readTimeout.toMillis());
        return secure;
    }

    private synchronized SSLSocketFactory factory() throws IOException {
        if (factory == null) {
            factory = TlsContexts.factory(tls);
        }
        return factory;
    }

    @Override
    public synchronized void close() {
        closed = true;
        for (Deque<Connection> kept : idle.values()) {
            for (Connection each : kept) {
                each.close();
            }
        }
        idle.clear();
    }
}
