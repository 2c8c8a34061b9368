package dev.slipway.distribution;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/// What registries send as `Location` and `Link`.
final class Locations {
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private Locations() {}

    /// Resolves a reference against where it was found. Characters that an address may not hold are
    /// escaped, as browsers do.
    static URI resolve(URI at, String reference) throws IOException {
        try {
            URI uri = at.resolve(escaped(reference));
            if (uri.getHost() == null) {
                throw new IOException("the registry sends the request to no host");
            }
            return uri;
        } catch (IllegalArgumentException e) {
            throw new IOException("the registry sends the request to what is no address", e);
        }
    }

    private static String escaped(String text) {
        var out = new StringBuilder(text.length());
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            if (c <= ' ' || c >= 0x7f || "\"<>\\^`{|}".indexOf(c) >= 0) {
                out.append('%').append(HEX.toHexDigits((byte) c));
            } else {
                out.append(c);
            }
        }
        return out.toString();
    }

    static boolean isSameOrigin(URI a, URI b) {
        return a.getScheme().equalsIgnoreCase(b.getScheme())
                && a.getHost().equalsIgnoreCase(b.getHost())
                && port(a) == port(b);
    }

    private static int port(URI uri) {
        if (uri.getPort() >= 0) {
            return uri.getPort();
        }
        return uri.getScheme().equalsIgnoreCase("https") ? 443 : 80;
    }

    /// Adds a parameter to a location, whose own query stays.
    static String withParameter(String location, String name, String value) {
        return location + (location.indexOf('?') < 0 ? '?' : '&') + name + '=' + value;
    }

    /// The target of a `Link` field with `rel="next"`; "" if it has none: RFC 8288.
    static String next(String link) {
        int from = link.indexOf('<');
        int to = link.indexOf('>', from + 1);
        return from >= 0 && to > from && link.indexOf("next", to) > 0
                ? link.substring(from + 1, to)
                : "";
    }
}
