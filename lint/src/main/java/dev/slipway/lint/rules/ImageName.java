package dev.slipway.lint.rules;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/// What a `FROM` names, taken apart as it is written: variables are still there.
///
/// @param registry the host; null if none is named
/// @param name without registry, tag and digest
/// @param tag null if not given
/// @param digest null if not given
record ImageName(
        @Nullable String registry, String name, @Nullable String tag, @Nullable String digest) {
    static ImageName of(String text) {
        String rest = text;
        String digest = null;
        int at = outsideBraces(rest, '@', 0);
        if (at >= 0) {
            digest = rest.substring(at + 1);
            rest = rest.substring(0, at);
        }
        String registry = null;
        int slash = outsideBraces(rest, '/', 0);
        if (slash > 0 && isHost(rest.substring(0, slash))) {
            registry = rest.substring(0, slash);
            rest = rest.substring(slash + 1);
        }
        String tag = null;
        int last = rest.lastIndexOf('/');
        int colon = outsideBraces(rest, ':', Math.max(0, last));
        if (colon >= 0) {
            tag = rest.substring(colon + 1);
            rest = rest.substring(0, colon);
        }
        return new ImageName(registry, rest, tag, digest);
    }

    private static boolean isHost(String text) {
        return text.indexOf('.') >= 0 || text.indexOf(':') >= 0 || text.equals("localhost");
    }

    private static int outsideBraces(String text, char wanted, int from) {
        int depth = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '{') {
                depth++;
            } else if (c == '}') {
                depth--;
            } else if (c == wanted && depth <= 0 && i >= from) {
                return i;
            }
        }
        return -1;
    }

    /// Returns the ways in which it may be compared with the name of a stage.
    boolean isScratch() {
        return registry == null && tag == null && digest == null && name.equals("scratch");
    }

    /// Returns whether one of `trusted` allows its registry; `*` at either end stands for anything.
    boolean isTrusted(List<String> trusted) {
        List<String> hosts = new ArrayList<>();
        if (registry != null) {
            hosts.add(registry);
        } else {
            hosts.add("docker.io");
            hosts.add("hub.docker.com");
        }
        for (String pattern : trusted) {
            for (String host : hosts) {
                if (matches(pattern, host)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean matches(String pattern, String host) {
        if (pattern.startsWith("*")) {
            return host.endsWith(pattern.substring(1));
        }
        return pattern.endsWith("*")
                ? host.startsWith(pattern.substring(0, pattern.length() - 1))
                : host.equals(pattern);
    }
}
