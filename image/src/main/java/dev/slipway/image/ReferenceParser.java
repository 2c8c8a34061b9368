package dev.slipway.image;

import org.jspecify.annotations.Nullable;

import java.util.Locale;

/// The grammar of names: github.com/distribution/reference, `reference.go` and `normalize.go`,
/// written as plain loops since a regular expression costs start-up time and can be made to
/// backtrack.
final class ReferenceParser {
    private static final int MAX_NAME = 255;
    private static final int MAX_TAG = 128;
    private static final int IMAGE_ID = 64;

    private final String input;

    private ReferenceParser(String input) {
        this.input = input;
    }

    static Reference parse(String text) throws InvalidReferenceException {
        return new ReferenceParser(text).parse();
    }

    private Reference parse() throws InvalidReferenceException {
        if (input.isEmpty()) {
            throw invalid("the name is empty", null);
        }
        if (input.length() == IMAGE_ID && Texts.isHex(input)) {
            throw invalid("64 hex digits are an image ID, not a name", null);
        }
        int at = input.indexOf('@');
        String beforeDigest = at < 0 ? input : input.substring(0, at);
        int slash = beforeDigest.indexOf('/');
        String first = slash < 0 ? "" : beforeDigest.substring(0, slash);
        boolean hasRegistry = slash >= 0 && isRegistry(first);
        String registry = hasRegistry ? first : Reference.DOCKER_HUB;
        String rest = hasRegistry ? beforeDigest.substring(slash + 1) : beforeDigest;
        int colon = rest.indexOf(':');
        String path = colon < 0 ? rest : rest.substring(0, colon);
        String tag = colon < 0 ? null : rest.substring(colon + 1);
        if (registry.equals("index.docker.io")) {
            registry = Reference.DOCKER_HUB;
        }
        checkRegistry(registry);
        checkPath(path);
        if (registry.equals(Reference.DOCKER_HUB) && path.indexOf('/') < 0) {
            path = "library/" + path;
        }
        checkLength(registry, path);
        if (tag != null) {
            checkTag(tag);
        }
        return new Reference(registry, path, tag, at < 0 ? null : digest(input.substring(at + 1)));
    }

    /// A first component is a host if it could not be a path: it has a dot, a port or an upper-case
    /// letter, or is `localhost`.
    private static boolean isRegistry(String first) {
        return first.indexOf('.') >= 0
                || first.indexOf(':') >= 0
                || first.equals("localhost")
                || !first.toLowerCase(Locale.ROOT).equals(first);
    }

    private Digest digest(String text) throws InvalidReferenceException {
        try {
            return Digest.parse(text);
        } catch (InvalidDigestException e) {
            throw invalid(String.valueOf(e.getMessage()), null);
        }
    }

    private void checkRegistry(String registry) throws InvalidReferenceException {
        int port = registry.startsWith("[") ? registry.indexOf("]:") + 1 : registry.indexOf(':');
        boolean hasPort = port > 0;
        String host = hasPort ? registry.substring(0, port) : registry;
        String digits = hasPort ? registry.substring(port + 1) : "0";
        boolean good = isIpv6(host) || isHost(host);
        if (!good || digits.isEmpty() || digits.length() > 5 || !allDigits(digits)) {
            throw invalid(
                    "the registry " + Texts.quote(registry) + " is not host[:port]",
                    schemeHint(registry));
        }
    }

    private @Nullable String schemeHint(String registry) {
        return registry.equals("http:") || registry.equals("https:")
                ? "Leave the scheme out: registry.example/name"
                : null;
    }

    private static boolean isIpv6(String host) {
        if (host.length() < 3 || host.charAt(0) != '[' || host.charAt(host.length() - 1) != ']') {
            return false;
        }
        for (int i = 1; i < host.length() - 1; i++) {
            char c = host.charAt(i);
            boolean hex = Texts.isDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
            if (!hex && c != ':') {
                return false;
            }
        }
        return true;
    }

    private static boolean isHost(String host) {
        char before = '.';
        for (int i = 0; i < host.length(); i++) {
            char c = host.charAt(i);
            boolean word = isAlphanumeric(c);
            if (!word && c != '-' && c != '.') {
                return false;
            }
            if ((c == '-' && before == '.') || (c == '.' && (before == '-' || before == '.'))) {
                return false;
            }
            before = c;
        }
        return isAlphanumeric(before);
    }

    private void checkPath(String path) throws InvalidReferenceException {
        if (path.isEmpty()) {
            throw invalid("the repository is missing", null);
        }
        if (!path.toLowerCase(Locale.ROOT).equals(path)) {
            throw invalid(
                    "the repository must be lower case",
                    path.indexOf(' ') >= 0
                            ? null
                            : "Did you mean " + path.toLowerCase(Locale.ROOT) + "?");
        }
        int from = 0;
        while (from <= path.length()) {
            int slash = path.indexOf('/', from);
            int to = slash < 0 ? path.length() : slash;
            if (!isComponent(path, from, to)) {
                throw invalid(
                        "the repository component "
                                + Texts.quote(path.substring(from, to))
                                + " must be lower-case letters and digits, joined by one '.', one"
                                + " or two '_', or any number of '-'",
                        null);
            }
            from = to + 1;
        }
    }

    private static boolean isComponent(String path, int from, int to) {
        int i = from;
        while (true) {
            int word = i;
            while (i < to && isLowerAlphanumeric(path.charAt(i))) {
                i++;
            }
            if (i == word) {
                return false;
            }
            if (i == to) {
                return true;
            }
            i = afterSeparator(path, i, to);
            if (i < 0) {
                return false;
            }
        }
    }

    private static int afterSeparator(String path, int at, int to) {
        char c = path.charAt(at);
        int i = at;
        while (i < to && path.charAt(i) == c) {
            i++;
        }
        int run = i - at;
        return switch (c) {
            case '-' -> i;
            case '.' -> run == 1 ? i : -1;
            case '_' -> run <= 2 ? i : -1;
            default -> -1;
        };
    }

    private void checkLength(String registry, String path) throws InvalidReferenceException {
        if (path.length() > MAX_NAME || registry.length() > MAX_NAME) {
            throw invalid("the name is longer than " + MAX_NAME + " characters", null);
        }
    }

    private void checkTag(String tag) throws InvalidReferenceException {
        boolean good = !tag.isEmpty() && tag.length() <= MAX_TAG;
        for (int i = 0; good && i < tag.length(); i++) {
            char c = tag.charAt(i);
            boolean word = isAlphanumeric(c) || c == '_';
            good = word || (i > 0 && (c == '.' || c == '-'));
        }
        if (!good) {
            throw invalid(
                    "the tag "
                            + Texts.quote(tag)
                            + " must be at most 128 of A-Z a-z 0-9 _ . - and not begin with . or -",
                    null);
        }
    }

    private static boolean allDigits(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (!Texts.isDigit(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isLowerAlphanumeric(char c) {
        return (c >= 'a' && c <= 'z') || Texts.isDigit(c);
    }

    private static boolean isAlphanumeric(char c) {
        return isLowerAlphanumeric(c) || (c >= 'A' && c <= 'Z');
    }

    private InvalidReferenceException invalid(String rule, @Nullable String hint) {
        return new InvalidReferenceException(input, rule, hint);
    }
}
