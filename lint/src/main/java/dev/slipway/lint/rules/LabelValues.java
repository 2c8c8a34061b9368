package dev.slipway.lint.rules;

import dev.slipway.lint.LabelType;
import dev.slipway.lint.RuleBook;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// What the values of labels must be.
final class LabelValues {
    private LabelValues() {}

    /// Returns hadolint's name for what is wrong with a value, or null if nothing is.
    static @Nullable String complaint(LabelType type, String value) {
        return switch (type) {
            case TEXT -> null;
            case URL -> isUri(value) ? null : "DL3052";
            case RFC3339 -> isTime(value) ? null : "DL3053";
            case SPDX -> SpdxIds.ALL.contains(value) ? null : "DL3054";
            case HASH -> isHash(value) ? null : "DL3055";
            case SEMVER -> isVersion(value) ? null : "DL3056";
            case EMAIL -> isAddress(value) ? null : "DL3058";
        };
    }

    private static boolean isUri(String value) {
        try {
            return new URI(value).isAbsolute();
        } catch (URISyntaxException e) {
            return false;
        }
    }

    private static boolean isTime(String value) {
        try {
            OffsetDateTime.parse(value.replace(' ', 'T'));
            return true;
        } catch (DateTimeException e) {
            return false;
        }
    }

    private static boolean isHash(String value) {
        if (value.length() != 7 && value.length() != 40) {
            return false;
        }
        return consistsOf(value, "0123456789abcdef");
    }

    private static boolean consistsOf(String value, String characters) {
        for (int i = 0; i < value.length(); i++) {
            if (characters.indexOf(value.charAt(i)) < 0) {
                return false;
            }
        }
        return !value.isEmpty();
    }

    // semver.org 2.0.0, items 2, 9 and 10.
    private static boolean isVersion(String value) {
        int plus = value.indexOf('+');
        String build = plus < 0 ? null : value.substring(plus + 1);
        String rest = plus < 0 ? value : value.substring(0, plus);
        int dash = rest.indexOf('-');
        String pre = dash < 0 ? null : rest.substring(dash + 1);
        List<String> core = parts(dash < 0 ? rest : rest.substring(0, dash));
        if (core.size() != 3 || !core.stream().allMatch(LabelValues::isNumber)) {
            return false;
        }
        return (pre == null || areIdentifiers(pre, true))
                && (build == null || areIdentifiers(build, false));
    }

    private static boolean areIdentifiers(String text, boolean strict) {
        for (String part : parts(text)) {
            boolean digits = consistsOf(part, "0123456789");
            if (part.isEmpty() || (strict && digits && !isNumber(part))) {
                return false;
            }
            for (int i = 0; i < part.length(); i++) {
                char c = part.charAt(i);
                if (c != '-' && (c > 'z' || !Character.isLetterOrDigit(c))) {
                    return false;
                }
            }
        }
        return true;
    }

    private static boolean isNumber(String text) {
        return consistsOf(text, "0123456789") && (text.length() == 1 || text.charAt(0) != '0');
    }

    private static List<String> parts(String text) {
        return List.of(text.split("\\.", -1));
    }

    // RFC 5322, 3.4.1, without comments and quoted local parts with blanks.
    private static boolean isAddress(String value) {
        int at = value.lastIndexOf('@');
        if (at <= 0 || at == value.length() - 1) {
            return false;
        }
        return areAtoms(value.substring(0, at)) && areAtoms(value.substring(at + 1));
    }

    private static boolean areAtoms(String text) {
        for (String part : parts(text)) {
            if (part.isEmpty()) {
                return false;
            }
            for (int i = 0; i < part.length(); i++) {
                char c = part.charAt(i);
                if (!Character.isLetterOrDigit(c) && "!#$%&'*+-/=?^_`{|}~".indexOf(c) < 0) {
                    return false;
                }
            }
        }
        return true;
    }

    /// The identifiers of the SPDX licence list, read when the first is asked for.
    private static final class SpdxIds {
        static final Set<String> ALL = read();

        private static Set<String> read() {
            String name = "spdx-licenses.txt";
            try (InputStream in = RuleBook.class.getResourceAsStream(name)) {
                if (in == null) {
                    throw new IllegalStateException("the resource " + name + " is missing");
                }
                String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
                return new HashSet<>(text.lines().toList());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
