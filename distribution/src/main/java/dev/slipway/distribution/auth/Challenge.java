package dev.slipway.distribution.auth;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// What a server asks for before it answers: RFC 9110, 11.6.1.
///
/// @param scheme in lower case
/// @param parameters by name in lower case; of one given twice the first counts
public record Challenge(String scheme, Map<String, String> parameters) {
    public Challenge {
        parameters = Map.copyOf(parameters);
    }

    /// The parameter's value; "" if it is absent.
    public String parameter(String name) {
        return parameters.getOrDefault(name, "");
    }

    /// Reads all challenges of a response's `WWW-Authenticate` fields. Several may stand in one
    /// field, told from parameters only by what follows them. What makes no sense is passed over:
    /// there may be a challenge behind it that does.
    public static List<Challenge> parse(List<String> fields) {
        var all = new ArrayList<Challenge>();
        for (String field : fields) {
            new Parser(field).parseInto(all);
        }
        return all;
    }

    /// The challenge to meet: Bearer before Basic, as the first is what registries mean; null if
    /// there is neither.
    public static @Nullable Challenge choose(List<Challenge> challenges) {
        for (String scheme : List.of("bearer", "basic")) {
            for (Challenge each : challenges) {
                if (each.scheme.equals(scheme)) {
                    return each;
                }
            }
        }
        return null;
    }

    private static final class Parser {
        private static final String TOKEN_MARKS = "!#$%&'*+-.^_`|~";
        private final String text;
        private int at;

        Parser(String text) {
            this.text = text;
        }

        void parseInto(List<Challenge> all) {
            String scheme = null;
            Map<String, String> parameters = new LinkedHashMap<>();
            while (skipTo()) {
                int start = at;
                String word = token();
                if (word.isEmpty()) {
                    at++; // a stray character
                    continue;
                }
                int after = at;
                skipBlanks();
                boolean isParameter = scheme != null && peek('=') && !isPadding(after);
                if (isParameter) {
                    at++;
                    skipBlanks();
                    String value = peek('"') ? quoted() : loose();
                    parameters.putIfAbsent(word.toLowerCase(Locale.ROOT), value);
                } else if (peek('=') || (scheme != null && !startsChallenge(start))) {
                    loose(); // a token68, as Negotiate has: not for us
                } else {
                    add(all, scheme, parameters);
                    scheme = word.toLowerCase(Locale.ROOT);
                    parameters = new LinkedHashMap<>();
                }
            }
            add(all, scheme, parameters);
        }

        private static void add(
                List<Challenge> all, @Nullable String scheme, Map<String, String> parameters) {
            if (scheme != null) {
                all.add(new Challenge(scheme, parameters));
            }
        }

        /// Whether what stands at `start` is behind a comma or at the beginning.
        private boolean startsChallenge(int start) {
            for (int i = start - 1; i >= 0; i--) {
                char c = text.charAt(i);
                if (c == ',') {
                    return true;
                }
                if (c != ' ' && c != '\t') {
                    return false;
                }
            }
            return true;
        }

        /// Whether the `=` after a word only pads a token68.
        private boolean isPadding(int end) {
            int i = end;
            while (i < text.length() && text.charAt(i) == '=') {
                i++;
            }
            boolean ends = i == text.length() || text.charAt(i) == ',';
            return i > end && ends;
        }

        private boolean skipTo() {
            while (at < text.length() && (isBlank() || text.charAt(at) == ',')) {
                at++;
            }
            return at < text.length();
        }

        private void skipBlanks() {
            while (at < text.length() && isBlank()) {
                at++;
            }
        }

        private boolean isBlank() {
            return text.charAt(at) == ' ' || text.charAt(at) == '\t';
        }

        private boolean peek(char c) {
            return at < text.length() && text.charAt(at) == c;
        }

        private String token() {
            int from = at;
            while (at < text.length() && isTokenCharacter(text.charAt(at))) {
                at++;
            }
            return text.substring(from, at);
        }

        private static boolean isTokenCharacter(char c) {
            return (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || TOKEN_MARKS.indexOf(c) >= 0;
        }

        /// A value without quotes; servers put more into it than a token may hold.
        private String loose() {
            int from = at;
            while (at < text.length() && !isBlank() && text.charAt(at) != ',') {
                at++;
            }
            return text.substring(from, at);
        }

        private String quoted() {
            var value = new StringBuilder();
            at++;
            while (at < text.length() && text.charAt(at) != '"') {
                if (text.charAt(at) == '\\' && at + 1 < text.length()) {
                    at++;
                }
                value.append(text.charAt(at++));
            }
            at++;
            at = Math.min(at, text.length());
            return value.toString();
        }
    }
}
