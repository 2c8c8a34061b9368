package dev.slipway.base;

import dev.slipway.image.StoreException;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;

/// Reads files of a mirror over `http:`, `https:` or `file:`. Safe for use by many threads.
///
/// `HttpURLConnection`, because it starts at once and keeps connections alive; whoever reads bounds
/// and verifies the body, so nothing here is trusted.
final class Downloads {
    private static final int ATTEMPTS = 3;
    private static final int MAX_REDIRECTS = 5;
    private static final int CONNECT_TIMEOUT_MS = 15_000;
    private static final int READ_TIMEOUT_MS = 30_000;

    /// Takes a body in; called anew for each attempt.
    @FunctionalInterface
    interface Sink<T> {
        T receive(InputStream body) throws IOException, BaseException;
    }

    private final AptSettings settings;
    private final Map<String, String> environment;

    Downloads(AptSettings settings, Map<String, String> environment) {
        this.settings = settings;
        this.environment = Map.copyOf(environment);
    }

    /// Hands the body to `sink`. Broken connections and answers that say "later" are tried again.
    ///
    /// @throws DownloadException when it cannot be had; with status 404 when it is not there
    <T> T fetch(String url, Sink<T> sink) throws StoreException, BaseException {
        IOException last = null;
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
            if (attempt > 1) {
                pause(attempt);
            }
            try (var body = open(url)) {
                return sink.receive(body);
            } catch (DownloadException e) {
                if (!worthAnotherTry(e.status()) || attempt == ATTEMPTS) {
                    throw e;
                }
            } catch (StoreException e) {
                throw e; // the disk is full: another try will not help
            } catch (IOException e) {
                last = e;
            }
        }
        throw new DownloadException(
                safe(url), 0, "cannot download " + safe(url) + ": " + reason(last), last);
    }

    private static String reason(@Nullable IOException e) {
        if (e == null) {
            return "no answer";
        }
        var message = e.getMessage();
        return switch (e) {
            case java.net.UnknownHostException _ -> "the host name does not resolve";
            case java.net.ConnectException _ -> "connection refused";
            case java.net.SocketTimeoutException _ -> "timed out";
            default -> message == null ? e.getClass().getSimpleName() : message;
        };
    }

    private static boolean worthAnotherTry(int status) {
        return status == 408 || status == 429 || status >= 500;
    }

    private static void pause(int attempt) throws DownloadException {
        try {
            Thread.sleep(250L << attempt); // gives a restarting mirror time
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DownloadException("", 0, "interrupted while downloading", e);
        }
    }

    private InputStream open(String url) throws IOException, DownloadException {
        var uri = parse(url);
        var scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
        if (scheme.equals("file") || scheme.equals("copy")) {
            try {
                return Files.newInputStream(Path.of(uri.getPath()));
            } catch (NoSuchFileException e) {
                throw new DownloadException(url, 404, "there is no file " + uri.getPath(), e);
            }
        }
        for (int hop = 0; hop <= MAX_REDIRECTS; hop++) {
            var connection = connect(uri);
            int status = connection.getResponseCode();
            if (status == 200) {
                return connection.getInputStream();
            }
            var location = connection.getHeaderField("Location");
            if (status / 100 != 3 || location == null) {
                discard(connection);
                throw new DownloadException(
                        safe(url),
                        status,
                        "cannot download " + safe(url) + ": the mirror answers " + status,
                        null);
            }
            discard(connection);
            var next = uri.resolve(location);
            if ("https".equalsIgnoreCase(uri.getScheme())
                    && !"https".equalsIgnoreCase(next.getScheme())) {
                throw new IOException("redirected from https to " + safe(next.toString()));
            }
            uri = next;
        }
        throw new IOException("too many redirects");
    }

    private HttpURLConnection connect(URI uri) throws IOException {
        var scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
        if (!scheme.equals("http") && !scheme.equals("https")) {
            throw new IOException("'" + scheme + ":' is not supported, only http, https and file");
        }
        var url = uri.toURL();
        var proxy = proxyFor(uri);
        var connection =
                (HttpURLConnection)
                        (proxy == null
                                ? url.openConnection(Proxy.NO_PROXY)
                                : url.openConnection(address(proxy)));
        connection.setConnectTimeout(CONNECT_TIMEOUT_MS);
        connection.setReadTimeout(READ_TIMEOUT_MS);
        connection.setInstanceFollowRedirects(false);
        connection.setUseCaches(false);
        connection.setRequestProperty("User-Agent", "slipway");
        connection.setRequestProperty("Accept", "*/*");
        if (uri.getUserInfo() != null) {
            connection.setRequestProperty("Authorization", basic(uri.getUserInfo()));
        }
        if (proxy != null && proxy.getUserInfo() != null) {
            connection.setRequestProperty("Proxy-Authorization", basic(proxy.getUserInfo()));
        }
        return connection;
    }

    private static String basic(String userInfo) {
        return "Basic "
                + Base64.getEncoder().encodeToString(userInfo.getBytes(StandardCharsets.UTF_8));
    }

    private static void discard(HttpURLConnection connection) throws IOException {
        try (var error = connection.getErrorStream()) {
            if (error != null) {
                var _ = error.readNBytes(8192); // so that the connection can be used again
            }
        }
    }

    /// The machine's apt settings first, then the usual variables.
    private @Nullable URI proxyFor(URI target) throws IOException {
        boolean secure = "https".equalsIgnoreCase(target.getScheme());
        var configured = secure ? settings.httpsProxy() : settings.httpProxy();
        if (configured != null) {
            return parse(configured);
        }
        var name = secure ? "https_proxy" : "http_proxy";
        var value = environment.getOrDefault(name, environment.get(name.toUpperCase(Locale.ROOT)));
        if (value == null || value.isBlank() || exempt(String.valueOf(target.getHost()))) {
            return null;
        }
        return parse(value.contains("://") ? value : "http://" + value);
    }

    private boolean exempt(String host) {
        var list = environment.getOrDefault("no_proxy", environment.get("NO_PROXY"));
        if (list == null) {
            return false;
        }
        for (var entry : list.split(",", -1)) {
            var suffix = entry.strip();
            suffix = suffix.startsWith(".") ? suffix.substring(1) : suffix;
            if (suffix.equals("*")
                    || (!suffix.isEmpty()
                            && (host.equals(suffix) || host.endsWith("." + suffix)))) {
                return true;
            }
        }
        return false;
    }

    private static Proxy address(URI proxy) throws IOException {
        if (proxy.getHost() == null) {
            throw new IOException("not a proxy address: " + safe(proxy.toString()));
        }
        int port = proxy.getPort() < 0 ? 8080 : proxy.getPort();
        return new Proxy(Proxy.Type.HTTP, new InetSocketAddress(proxy.getHost(), port));
    }

    private static URI parse(String url) throws IOException {
        try {
            // '+' and '~' are frequent in package names and legal; a space or '^' is not.
            return new URI(url.replace(" ", "%20").replace("^", "%5E"));
        } catch (URISyntaxException e) {
            throw new IOException("not an address: " + safe(url), e);
        }
    }

    /// An address without user and password, for messages.
    static String safe(String url) {
        int start = url.indexOf("://");
        int at = url.indexOf('@', Math.max(start, 0));
        int slash = start < 0 ? -1 : url.indexOf('/', start + 3);
        if (start < 0 || at < 0 || (slash >= 0 && at > slash)) {
            return url;
        }
        return url.substring(0, start + 3) + url.substring(at + 1);
    }
}
