package dev.slipway.dockerfile;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Reads the arguments of `EXPOSE`.
public final class ExposedPorts {
    private static final int MAX = 65535;

    private ExposedPorts() {}

    /// Returns the ports of `spec`, as `8080/tcp`, lowest first. A host address or host port before
    /// them is dropped, as it means nothing in an image.
    ///
    /// @param spec `[ip:][hostPort:]port[-last][/protocol]`, variables expanded
    /// @throws IllegalArgumentException with a one-line message, if it is not of that form
    public static List<String> parse(String spec) {
        int slash = spec.indexOf('/');
        String protocol = slash < 0 ? "tcp" : spec.substring(slash + 1).toLowerCase(Locale.ROOT);
        if (!protocol.equals("tcp") && !protocol.equals("udp") && !protocol.equals("sctp")) {
            throw new IllegalArgumentException(
                    "invalid protocol " + Chars.quoted(protocol) + ": want tcp, udp or sctp");
        }
        String ports = slash < 0 ? spec : spec.substring(0, slash);
        String range = ports.substring(ports.lastIndexOf(':') + 1);
        int dash = range.indexOf('-');
        int first = port(spec, dash < 0 ? range : range.substring(0, dash));
        int last = dash < 0 ? first : port(spec, range.substring(dash + 1));
        if (last < first) {
            throw invalid(spec);
        }
        List<String> all = new ArrayList<>(last - first + 1);
        for (int port = first; port <= last; port++) {
            all.add(port + "/" + protocol);
        }
        return all;
    }

    private static int port(String spec, String text) {
        Integer port = GoValues.number(text, 10);
        if (port == null || port > MAX) {
            throw invalid(spec);
        }
        return port;
    }

    private static IllegalArgumentException invalid(String spec) {
        return new IllegalArgumentException(
                "invalid port "
                        + Chars.quoted(spec)
                        + ": want port[-last][/protocol] up to "
                        + MAX);
    }
}
