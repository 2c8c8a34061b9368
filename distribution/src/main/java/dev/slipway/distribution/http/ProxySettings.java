package dev.slipway.distribution.http;

import org.jspecify.annotations.Nullable;

import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Which proxy stands before a host: `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`, in either case, as
/// Go's tools read them. This machine is never reached through a proxy.
public final class ProxySettings {
    private final @Nullable Proxy http;
    private final @Nullable Proxy https;
    private final List<Exempt> exempt;

    /// @param authorization value of `Proxy-Authorization`; null if the proxy asks for none
    record Proxy(String host, int port, @Nullable String authorization) {}

    /// One entry of `NO_PROXY`.
    private static final class Exempt {
        private final @Nullable String suffix;
        private final byte @Nullable [] network;
        private final int bits;
        private final int port;

        /// @param suffix that a host's name ends with, with its dot; null for an address
        /// @param bits of the network that count
        /// @param port that must be the same; -1: any
        Exempt(@Nullable String suffix, byte @Nullable [] network, int bits, int port) {
            this.suffix = suffix;
            this.network = network;
            this.bits = bits;
            this.port = port;
        }

        boolean covers(String host, byte @Nullable [] address, int toPort) {
            if (port >= 0 && port != toPort) {
                return false;
            }
            if (suffix != null) {
                return host.equals(suffix.substring(1)) || host.endsWith(suffix);
            }
            return network != null && address != null && isIn(address, network, bits);
        }
    }

    private ProxySettings(@Nullable Proxy http, @Nullable Proxy https, List<Exempt> exempt) {
        this.http = http;
        this.https = https;
        this.exempt = exempt;
    }

    /// No proxy at all.
    public static ProxySettings none() {
        return new ProxySettings(null, null, List.of());
    }

    public static ProxySettings of(Map<String, String> environment) {
        return new ProxySettings(
                proxy(variable(environment, "HTTP_PROXY")),
                proxy(variable(environment, "HTTPS_PROXY")),
                exemptions(variable(environment, "NO_PROXY")));
    }

    private static String variable(Map<String, String> environment, String name) {
        String value = environment.get(name);
        if (value == null || value.isEmpty()) {
            value = environment.get(name.toLowerCase(Locale.ROOT));
        }
        return value == null ? "" : value.strip();
    }

    private static @Nullable Proxy proxy(String text) {
        if (text.isEmpty()) {
            return null;
        }
        URI uri;
        try {
            uri = URI.create(text.contains("://") ? text : "http://" + text);
        } catch (IllegalArgumentException _) {
            return null;
        }
        String host = uri.getHost();
        if (host == null || !"http".equalsIgnoreCase(uri.getScheme())) {
            return null;
        }
        String user = uri.getUserInfo();
        String authorization =
                user == null
                        ? null
                        : "Basic "
                                + Base64.getEncoder()
                                        .encodeToString(user.getBytes(StandardCharsets.UTF_8));
        return new Proxy(Hosts.bare(host), uri.getPort() < 0 ? 80 : uri.getPort(), authorization);
    }

    private static List<Exempt> exemptions(String text) {
        var all = new ArrayList<Exempt>();
        for (String each : text.split("[,\\s]+", -1)) {
            if (!each.isEmpty()) {
                all.add(exempt(each.toLowerCase(Locale.ROOT)));
            }
        }
        return all;
    }

    private static Exempt exempt(String text) {
        if (text.equals("*")) {
            return new Exempt(".", null, 0, -1);
        }
        int slash = text.indexOf('/');
        byte[] network = Hosts.literal(slash < 0 ? text : text.substring(0, slash));
        if (network != null) {
            int bits = network.length * 8;
            if (slash >= 0) {
                try {
                    bits = Math.clamp(Integer.parseInt(text.substring(slash + 1)), 0, bits);
                } catch (NumberFormatException _) {
                    bits = network.length * 8;
                }
            }
            return new Exempt(null, network, bits, -1);
        }
        int colon = text.lastIndexOf(':');
        int port = -1;
        String host = text;
        if (colon > 0) {
            try {
                port = Integer.parseInt(text.substring(colon + 1));
                host = text.substring(0, colon);
            } catch (NumberFormatException _) {
                port = -1;
            }
        }
        byte[] address = Hosts.literal(Hosts.bare(host));
        if (address != null) {
            return new Exempt(null, address, address.length * 8, port);
        }
        String name = host.startsWith("*.") ? host.substring(1) : host;
        return new Exempt(name.startsWith(".") ? name : "." + name, null, 0, port);
    }

    private static boolean isIn(byte[] address, byte[] network, int bits) {
        if (address.length != network.length) {
            return false;
        }
        for (int i = 0; i < bits; i++) {
            int bit = 1 << (7 - i % 8);
            if ((address[i / 8] & bit) != (network[i / 8] & bit)) {
                return false;
            }
        }
        return true;
    }

    /// The proxy to reach `host` by; null: directly.
    @Nullable Proxy proxyFor(boolean tls, String host, int port) {
        Proxy proxy = tls ? https : http;
        if (proxy == null || Hosts.isLoopback(host)) {
            return null;
        }
        String name = host.toLowerCase(Locale.ROOT);
        byte[] address = Hosts.literal(name);
        for (Exempt each : exempt) {
            boolean all = ".".equals(each.suffix);
            if (all || each.covers(name, address, port)) {
                return null;
            }
        }
        return proxy;
    }

    /// Whether names of hosts are left to a proxy to resolve.
    public boolean reaches(boolean tls, String host, int port) {
        return proxyFor(tls, host, port) != null;
    }

    static InetAddress[] resolve(String host) throws java.io.IOException {
        return InetAddress.getAllByName(host);
    }
}
