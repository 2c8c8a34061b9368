package dev.slipway.distribution.http;

import org.jspecify.annotations.Nullable;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;

/// What the name of a host says of where it is.
public final class Hosts {
    private Hosts() {}

    /// Whether the host is this machine: `localhost`, `*.localhost`, 127.0.0.0/8, `::1`.
    public static boolean isLoopback(String host) {
        String name = bare(host.toLowerCase(Locale.ROOT));
        if (name.equals("localhost") || name.endsWith(".localhost")) {
            return true;
        }
        byte[] address = literal(name);
        return address != null && isLoopback(address);
    }

    private static boolean isLoopback(byte[] address) {
        if (address.length == 4) {
            return address[0] == 127;
        }
        for (int i = 0; i < 15; i++) {
            if (address[i] != 0) {
                return false;
            }
        }
        return address[15] == 1;
    }

    /// Whether an address is only reached from inside: of this machine, of a private network, or
    /// link-local, where clouds keep their secrets.
    public static boolean isPrivate(InetAddress address) {
        byte[] bytes = address.getAddress();
        boolean uniqueLocal = bytes.length == 16 && (bytes[0] & 0xfe) == 0xfc; // RFC 4193
        boolean shared =
                bytes.length == 4 && bytes[0] == 100 && (bytes[1] & 0xc0) == 64; // RFC 6598
        return uniqueLocal
                || shared
                || address.isLoopbackAddress()
                || address.isAnyLocalAddress()
                || address.isLinkLocalAddress()
                || address.isSiteLocalAddress();
    }

    /// A name without the brackets around an IPv6 address.
    public static String bare(String host) {
        return host.startsWith("[") && host.endsWith("]")
                ? host.substring(1, host.length() - 1)
                : host;
    }

    /// The address a text is; null if it is a name. Nothing is looked up.
    static byte @Nullable [] literal(String text) {
        boolean six = text.indexOf(':') >= 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean digit = c >= '0' && c <= '9';
            boolean hex = c >= 'a' && c <= 'f';
            if (!digit && c != '.' && !(six && (hex || c == ':'))) {
                return null;
            }
        }
        int dots = text.length() - text.replace(".", "").length();
        if (!six && dots != 3) {
            return null;
        }
        try {
            return InetAddress.getByName(text).getAddress();
        } catch (UnknownHostException _) {
            return null;
        }
    }
}
