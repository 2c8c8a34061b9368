package dev.slipway.build.fetch;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.net.Authenticator;
import java.net.HttpURLConnection;
import java.net.PasswordAuthentication;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/// One GET with what belongs to it: redirects, credentials, proxies, and new attempts when a server
/// is busy. Credentials go to the server they were given for, and to no other that it names.
final class Exchange implements AutoCloseable {
    private static final int MAX_REDIRECTS = 10;
    private static final int ATTEMPTS = 3;
    private static final long FIRST_PAUSE_MILLIS = 400;
    private static final int CONNECT_MILLIS = 30_000;
    private static final int READ_MILLIS = 60_000;
    private static final int MAX_SECRET_BYTES = 8 << 10;

    private final WebAddress address;
    private final Surroundings surroundings;
    private @Nullable HttpURLConnection connection;
    private @Nullable AutoCloseable stop;

    Exchange(WebAddress address, Surroundings surroundings) {
        this.address = address;
        this.surroundings = surroundings;
    }

    WebAddress address() {
        return address;
    }

    /// Asks, and reads the head of the answer: a 200, or a 304 if something is known.
    ///
    /// @param known what an unchanged file is recognised by; null: nothing is known
    void request(Download.@Nullable Facts known)
            throws FetchException, IOException, InterruptedException {
        long pause = FIRST_PAUSE_MILLIS;
        for (int attempt = 1; ; attempt++) {
            FetchException failure;
            try {
                int status = follow(known);
                boolean unchanged = known != null && status == HttpURLConnection.HTTP_NOT_MODIFIED;
                if (status == HttpURLConnection.HTTP_OK || unchanged) {
                    return;
                }
                failure = refusal(status);
                if (!isBusy(status)) {
                    throw failure;
                }
            } catch (IOException e) {
                failure = failure(e);
                if (e instanceof UnknownHostException) {
                    throw failure;
                }
            }
            if (attempt == ATTEMPTS) {
                throw failure;
            }
            Thread.sleep(pause);
            pause *= 2;
        }
    }

    private static boolean isBusy(int status) {
        return status == 429 || status == 500 || (status >= 502 && status <= 504);
    }

    private int follow(Download.@Nullable Facts known)
            throws FetchException, IOException, InterruptedException {
        WebAddress at = address;
        for (int hop = 0; hop <= MAX_REDIRECTS; hop++) {
            HttpURLConnection opened = open(at, known);
            int status = opened.getResponseCode();
            String location = opened.getHeaderField("Location");
            if (!isRedirect(status) || location == null) {
                return status;
            }
            at = at.redirected(location);
        }
        throw new FetchException(
                address + " redirects more than " + MAX_REDIRECTS + " times", null);
    }

    private static boolean isRedirect(int status) {
        return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
    }

    private HttpURLConnection open(WebAddress at, Download.@Nullable Facts known)
            throws FetchException, IOException, InterruptedException {
        close();
        WebAddress proxy = new Proxies(surroundings).of(at);
        HttpURLConnection opened =
                (HttpURLConnection)
                        (proxy == null
                                ? at.url().openConnection(java.net.Proxy.NO_PROXY)
                                : at.url().openConnection(Proxies.proxy(proxy)));
        opened.setInstanceFollowRedirects(false);
        opened.setUseCaches(false);
        opened.setConnectTimeout(CONNECT_MILLIS);
        opened.setReadTimeout(READ_MILLIS);
        opened.setRequestProperty("User-Agent", "slipway");
        opened.setRequestProperty("Accept", "*/*");
        opened.setRequestProperty("Accept-Encoding", "identity");
        opened.setAuthenticator(new ProxyLogin(proxy));
        if (proxy != null && proxy.userInfo() != null && !at.isEncrypted()) {
            opened.setRequestProperty("Proxy-Authorization", basic(proxy.userInfo()));
        }
        if (at.isSameServer(address)) {
            authorize(opened);
        }
        if (known != null && known.etag() != null) {
            opened.setRequestProperty("If-None-Match", known.etag());
        }
        if (known != null && known.modified() != null) {
            opened.setRequestProperty("If-Modified-Since", known.modified());
        }
        connection = opened;
        stop = surroundings.whenStopped(opened::disconnect);
        return opened;
    }

    private void authorize(HttpURLConnection opened) throws FetchException, IOException {
        String host = address.host();
        String header = secret("HTTP_AUTH_HEADER_" + host);
        String token = secret("HTTP_AUTH_TOKEN_" + host);
        String userInfo = address.userInfo();
        if (header != null) {
            opened.setRequestProperty("Authorization", header);
        } else if (token != null) {
            opened.setRequestProperty("Authorization", "Bearer " + token);
        } else if (userInfo != null) {
            opened.setRequestProperty("Authorization", basic(userInfo));
        }
    }

    private static String basic(String userInfo) {
        String login = userInfo.indexOf(':') < 0 ? userInfo + ":" : userInfo;
        byte[] bytes = login.getBytes(StandardCharsets.UTF_8);
        return "Basic " + Base64.getEncoder().encodeToString(bytes);
    }

    private @Nullable String secret(String id) throws FetchException, IOException {
        byte[] value = surroundings.secret(id);
        if (value == null) {
            return null;
        }
        String text = new String(value, StandardCharsets.UTF_8).strip();
        if (value.length > MAX_SECRET_BYTES || !text.chars().allMatch(c -> c >= ' ')) {
            throw new FetchException("the secret " + id + " cannot be part of a header", null);
        }
        return text;
    }

    /// Whether the answer means the file that is known: said outright, or by the same tag.
    boolean isUnchanged(Download.Facts known) throws IOException {
        HttpURLConnection answered = answered();
        if (answered.getResponseCode() == HttpURLConnection.HTTP_NOT_MODIFIED) {
            return true;
        }
        String tag = answered.getHeaderField("ETag");
        return tag != null && !tag.startsWith("W/") && tag.equals(known.etag());
    }

    InputStream body() throws IOException {
        return answered().getInputStream();
    }

    @Nullable String header(String name) {
        String value = answered().getHeaderField(name);
        return value == null || value.isEmpty() ? null : value;
    }

    /// A connection that broke is no end of a file.
    void checkLength(long received) throws FetchException {
        long told = answered().getContentLengthLong();
        if (told >= 0 && told != received) {
            throw new FetchException(
                    address + " broke off after " + received + " of " + told + " bytes",
                    "try again");
        }
    }

    private HttpURLConnection answered() {
        if (connection == null) {
            throw new IllegalStateException("nothing was asked");
        }
        return connection;
    }

    /// What a failed transfer is to the user; if it was stopped, that.
    FetchException failure(IOException e) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        String reason = e.getMessage();
        String what =
                e instanceof UnknownHostException
                        ? "there is no host " + address.host()
                        : reason == null || reason.contains("://")
                                ? e.getClass().getSimpleName()
                                : reason;
        return new FetchException("cannot get " + address + ": " + what, null, e);
    }

    private FetchException refusal(int status) {
        String host = address.host();
        return new FetchException(
                "cannot get " + address + ": the server answered " + status + phrase(status),
                switch (status) {
                    case 401, 403 ->
                            "give a token with --secret id=HTTP_AUTH_TOKEN_" + host + ",src=FILE";
                    case 404, 410 -> "check the address";
                    case 407 -> "the proxy wants a login: put it into the proxy's URL";
                    default -> null;
                });
    }

    private static String phrase(int status) {
        return switch (status) {
            case 401 -> " (unauthorized)";
            case 403 -> " (forbidden)";
            case 404 -> " (not found)";
            case 407 -> " (proxy authentication required)";
            case 410 -> " (gone)";
            case 429 -> " (too many requests)";
            case 500 -> " (internal error)";
            case 503 -> " (unavailable)";
            default -> "";
        };
    }

    /// Ends the exchange, whatever is left of the body. Idempotent.
    @Override
    public void close() throws IOException {
        if (stop != null) {
            try {
                stop.close();
            } catch (Exception e) {
                throw new IOException(e);
            }
            stop = null;
        }
        if (connection != null) {
            connection.disconnect();
            connection = null;
        }
    }

    /// Answers a proxy that asks for a login, and nobody else.
    private static final class ProxyLogin extends Authenticator {
        private final @Nullable WebAddress proxy;

        ProxyLogin(@Nullable WebAddress proxy) {
            this.proxy = proxy;
        }

        @Override
        protected @Nullable PasswordAuthentication getPasswordAuthentication() {
            String login = proxy == null ? null : proxy.userInfo();
            if (login == null || getRequestorType() != RequestorType.PROXY) {
                return null;
            }
            int colon = login.indexOf(':');
            String user = colon < 0 ? login : login.substring(0, colon);
            String password = colon < 0 ? "" : login.substring(colon + 1);
            return new PasswordAuthentication(user, password.toCharArray());
        }
    }
}
