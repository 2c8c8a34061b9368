package dev.slipway.build.fetch;

import org.jspecify.annotations.Nullable;

import java.net.InetSocketAddress;
import java.net.Proxy;
import java.util.Locale;

/// Which proxy an address is asked through, by the variables that curl and Go know: `http_proxy`,
/// `https_proxy`, `all_proxy` and `no_proxy`, in lower or upper case.
final class Proxies {
    private final Surroundings surroundings;

    Proxies(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /// The proxy's own address; null: none is to be used.
    @Nullable WebAddress of(WebAddress target) throws FetchException {
        String given = variable(target.isEncrypted() ? "https_proxy" : "http_proxy");
        if (given == null) {
            given = variable("all_proxy");
        }
        if (given == null || isExempt(target)) {
            return null;
        }
        return WebAddress.parse(given.contains("://") ? given : "http://" + given);
    }

    static Proxy proxy(WebAddress proxy) {
        return new Proxy(
                Proxy.Type.HTTP, InetSocketAddress.createUnresolved(proxy.host(), proxy.port()));
    }

    private @Nullable String variable(String name) {
        String value = surroundings.proxy(name);
        if (value == null) {
            value = surroundings.proxy(name.toUpperCase(Locale.ROOT));
        }
        return value == null || value.isEmpty() ? null : value;
    }

    private boolean isExempt(WebAddress target) {
        String list = variable("no_proxy");
        if (list == null) {
            return false;
        }
        for (String each : list.split(",", -1)) {
            if (matches(each.strip().toLowerCase(Locale.ROOT), target)) {
                return true;
            }
        }
        return false;
    }

    private static boolean matches(String pattern, WebAddress target) {
        if (pattern.isEmpty()) {
            return false;
        }
        String name = pattern;
        int colon = pattern.lastIndexOf(':');
        if (colon > pattern.lastIndexOf(']') && pattern.indexOf(':') == colon) {
            if (!pattern.substring(colon + 1).equals(Integer.toString(target.port()))) {
                return false;
            }
            name = pattern.substring(0, colon);
        }
        if (name.startsWith("*.")) {
            name = name.substring(1);
        }
        // A whole label each time: example.com is no part of badexample.com.
        String suffix = name.startsWith(".") ? name : "." + name;
        return name.equals("*") || target.host().equals(name) || target.host().endsWith(suffix);
    }
}
