package dev.slipway.build.fetch;

import org.jspecify.annotations.Nullable;

import java.net.MalformedURLException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// An `http` or `https` URL. Its user and password are kept apart: no text of this class shows
/// them.
public final class WebAddress {
    private final URI uri;
    private final @Nullable String userInfo;

    private WebAddress(URI uri, @Nullable String userInfo) {
        this.uri = uri;
        this.userInfo = userInfo;
    }

    /// Whether `text` begins as a web address does.
    public static boolean isOne(String text) {
        return text.regionMatches(true, 0, "http://", 0, 7)
                || text.regionMatches(true, 0, "https://", 0, 8);
    }

    /// Reads an address.
    ///
    /// @throws FetchException if it is no URL with a host
    public static WebAddress parse(String text) throws FetchException {
        int start = text.indexOf("://") + 3;
        int end = start;
        while (end < text.length() && "/?#".indexOf(text.charAt(end)) < 0) {
            end++;
        }
        int at = text.lastIndexOf('@', end - 1);
        String userInfo = at < start ? null : text.substring(start, at);
        String rest = text.substring(at < start ? start : at + 1);
        int hash = rest.indexOf('#');
        String scheme = text.substring(0, start).toLowerCase(Locale.ROOT);
        return of(scheme + (hash < 0 ? rest : rest.substring(0, hash)), userInfo);
    }

    private static WebAddress of(String text, @Nullable String userInfo) throws FetchException {
        try {
            URI uri = new URI(encoded(text));
            if (uri.getHost() == null || !isOne(text)) {
                throw new FetchException("not a web address: " + text, null);
            }
            return new WebAddress(uri, userInfo == null ? null : Addresses.decoded(userInfo));
        } catch (URISyntaxException e) {
            throw new FetchException("not a web address: " + text + ": " + e.getReason(), null, e);
        }
    }

    /// Writes as `%xx` what a URL may not hold, as browsers and BuildKit do.
    private static String encoded(String text) {
        StringBuilder result = new StringBuilder(text.length());
        for (byte each : text.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (each & 0xff);
            if (c <= ' ' || c >= 0x7f || "\"<>\\^`{|}".indexOf(c) >= 0) {
                result.append('%').append(Character.forDigit(c >> 4, 16));
                result.append(Character.forDigit(c & 15, 16));
            } else {
                result.append(c);
            }
        }
        return result.toString();
    }

    /// The address that a redirect from here leads to; credentials are not taken along.
    WebAddress redirected(String location) throws FetchException {
        try {
            String target = uri.resolve(new URI(encoded(location))).toString();
            if (!isOne(target)) {
                throw new FetchException(
                        this + " redirects to " + Addresses.redacted(location), "only http(s) is");
            }
            WebAddress next = parse(target);
            return new WebAddress(next.uri, null);
        } catch (URISyntaxException e) {
            throw new FetchException(this + " redirects to what is no URL", null, e);
        }
    }

    URL url() throws FetchException {
        try {
            return uri.toURL();
        } catch (MalformedURLException e) {
            throw new FetchException("not a web address: " + this, null, e);
        }
    }

    /// `user:password` as given; null if there is none.
    @Nullable String userInfo() {
        return userInfo;
    }

    /// The host's name in lower case, without the port.
    String host() {
        return uri.getHost().toLowerCase(Locale.ROOT);
    }

    int port() {
        int port = uri.getPort();
        return port >= 0 ? port : isEncrypted() ? 443 : 80;
    }

    boolean isEncrypted() {
        return uri.getScheme().equals("https");
    }

    /// Whether what is secret to `other` may be told to this one: same scheme, host and port.
    boolean isSameServer(WebAddress other) {
        return uri.getScheme().equals(other.uri.getScheme())
                && host().equals(other.host())
                && port() == other.port();
    }

    /// The last name of the path; null if there is none that a file could have.
    public @Nullable String fileName() throws FetchException {
        String path = uri.getRawPath() == null ? "" : Addresses.decoded(uri.getRawPath());
        int end = path.length();
        while (end > 0 && path.charAt(end - 1) == '/') {
            end--;
        }
        return usable(path.substring(path.lastIndexOf('/', end - 1) + 1, end));
    }

    /// `name` if it can be the name of a file, else null.
    static @Nullable String usable(String name) {
        return name.isEmpty() || name.equals(".") || name.equals("..") || name.indexOf('\0') >= 0
                ? null
                : name;
    }

    /// The address without credentials, for people and for naming.
    @Override
    public String toString() {
        return uri.toString();
    }
}
