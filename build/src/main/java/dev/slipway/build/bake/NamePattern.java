package dev.slipway.build.bake;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/// `*`, `?` and `[…]` in names of targets.
final class NamePattern {
    private NamePattern() {}

    static boolean isPattern(String text) {
        return text.indexOf('*') >= 0 || text.indexOf('?') >= 0 || text.indexOf('[') >= 0;
    }

    /// The names that `pattern` means, of which there must be one at least.
    static List<String> matching(String pattern, Collection<String> names) throws BakeException {
        List<String> matching = new ArrayList<>();
        for (var name : names) {
            if (name.equals(pattern) || (isPattern(pattern) && matches(pattern, name))) {
                matching.add(name);
            }
        }
        if (matching.isEmpty()) {
            throw new BakeException(
                    "there is no target " + pattern,
                    Nearest.questionOrList(pattern, names, "targets"));
        }
        return matching;
    }

    /// Whether all of `name` is what `pattern` describes. Linear but for one star to come back to.
    static boolean matches(String pattern, String name) {
        int p = 0;
        int n = 0;
        int star = -1;
        int mark = 0;
        while (n < name.length()) {
            int next = p < pattern.length() ? one(pattern, p, name.charAt(n)) : -1;
            if (p < pattern.length() && pattern.charAt(p) == '*') {
                star = p++;
                mark = n;
            } else if (next >= 0) {
                p = next;
                n++;
            } else if (star >= 0) {
                p = star + 1;
                n = ++mark;
            } else {
                return false;
            }
        }
        while (p < pattern.length() && pattern.charAt(p) == '*') {
            p++;
        }
        return p == pattern.length();
    }

    /// Where the pattern goes on after it matched `c` at `p`; -1 if it does not.
    private static int one(String pattern, int p, char c) {
        char sign = pattern.charAt(p);
        if (sign == '?' || (sign != '[' && sign == c)) {
            return p + 1;
        }
        if (sign != '[') {
            return -1;
        }
        int at = p + 1;
        boolean negated = at < pattern.length() && pattern.charAt(at) == '^';
        at += negated ? 1 : 0;
        boolean found = false;
        while (at < pattern.length() && pattern.charAt(at) != ']') {
            char low = pattern.charAt(at);
            char high = low;
            if (at + 2 < pattern.length()
                    && pattern.charAt(at + 1) == '-'
                    && pattern.charAt(at + 2) != ']') {
                high = pattern.charAt(at + 2);
                at += 2;
            }
            found |= low <= c && c <= high;
            at++;
        }
        return at < pattern.length() && found != negated ? at + 1 : -1;
    }
}
