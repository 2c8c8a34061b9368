package dev.slipway.distribution;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Reads TOML 1.0 as far as configurations of registries use it: tables, arrays of tables, strings
/// of all four kinds, booleans, whole numbers, arrays, inline tables, dotted and quoted keys. A
/// library for all of it weighs more than the module that would use it.
///
/// Values are `String`, `Boolean`, `Long`, `List<Object>` and `Map<String, Object>`.
final class Toml {
    private static final int MAX_DEPTH = 16;

    private final String text;
    private final Map<String, Object> root = new LinkedHashMap<>();
    private Map<String, Object> table = root;
    private int at;
    private int depth;

    private Toml(String text) {
        this.text = text.replace("\r\n", "\n");
    }

    /// @throws IOException with the line of the fault
    static Map<String, Object> parse(String text) throws IOException {
        var toml = new Toml(text);
        toml.document();
        return toml.root;
    }

    private void document() throws IOException {
        for (skipLines(); at < text.length(); skipLines()) {
            if (text.startsWith("[[", at)) {
                at += 2;
                List<String> path = key();
                expect("]]");
                table = appended(path);
            } else if (peek() == '[') {
                at++;
                List<String> path = key();
                expect("]");
                table = descend(root, path);
            } else {
                pair(table);
            }
            endOfLine();
        }
    }

    private Map<String, Object> appended(List<String> path) throws IOException {
        Map<String, Object> holder = descend(root, path.subList(0, path.size() - 1));
        Object list = holder.computeIfAbsent(path.getLast(), _ -> new ArrayList<Object>());
        if (!(list instanceof List<?>)) {
            throw wrong("\"" + path.getLast() + "\" is no array of tables");
        }
        var fresh = new LinkedHashMap<String, Object>();
        listOf(list).add(fresh);
        return fresh;
    }

    @SuppressWarnings("unchecked") // made here, of nothing but what the class comment says
    private static List<Object> listOf(Object value) {
        return (List<Object>) value;
    }

    @SuppressWarnings("unchecked") // as above
    private static Map<String, Object> tableOf(Object value) {
        return (Map<String, Object>) value;
    }

    /// The table at a path; where an array of tables is on the way, its last.
    private Map<String, Object> descend(Map<String, Object> from, List<String> path)
            throws IOException {
        Map<String, Object> here = from;
        for (String name : path) {
            Object next = here.computeIfAbsent(name, _ -> new LinkedHashMap<String, Object>());
            if (next instanceof List<?> list && !list.isEmpty()) {
                next = list.getLast();
            }
            if (!(next instanceof Map<?, ?>)) {
                throw wrong("\"" + name + "\" is no table");
            }
            here = tableOf(next);
        }
        return here;
    }

    private void pair(Map<String, Object> into) throws IOException {
        List<String> path = key();
        expect("=");
        Object value = value();
        Map<String, Object> holder = descend(into, path.subList(0, path.size() - 1));
        if (holder.putIfAbsent(path.getLast(), value) != null) {
            throw wrong("\"" + path.getLast() + "\" is set twice");
        }
    }

    private List<String> key() throws IOException {
        var path = new ArrayList<String>();
        while (true) {
            skipBlanks();
            if (peek() == '"' || peek() == '\'') {
                path.add(string());
            } else {
                int from = at;
                while (at < text.length() && isBare(text.charAt(at))) {
                    at++;
                }
                if (at == from) {
                    throw wrong("a key is missing");
                }
                path.add(text.substring(from, at));
            }
            skipBlanks();
            if (peek() != '.') {
                return path;
            }
            at++;
        }
    }

    private static boolean isBare(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '_'
                || c == '-';
    }

    private Object value() throws IOException {
        if (++depth > MAX_DEPTH) {
            throw wrong("values nest too deep");
        }
        skipBlanks();
        Object value =
                switch (peek()) {
                    case '"', '\'' -> string();
                    case '[' -> array();
                    case '{' -> inline();
                    default -> literal();
                };
        depth--;
        return value;
    }

    private Object literal() throws IOException {
        int from = at;
        while (at < text.length() && (isBare(text.charAt(at)) || "+.:".indexOf(peek()) >= 0)) {
            at++;
        }
        String word = text.substring(from, at);
        if (word.equals("true") || word.equals("false")) {
            return word.equals("true");
        }
        try {
            return Long.valueOf(word.replace("_", ""));
        } catch (NumberFormatException _) {
            throw wrong("a value is missing or of no kind that is read");
        }
    }

    private List<Object> array() throws IOException {
        var values = new ArrayList<Object>();
        at++;
        for (skipLines(); peek() != ']'; skipLines()) {
            values.add(value());
            skipLines();
            if (peek() == ',') {
                at++;
            } else if (peek() != ']') {
                throw wrong("an array does not end");
            }
        }
        at++;
        return values;
    }

    private Map<String, Object> inline() throws IOException {
        var values = new LinkedHashMap<String, Object>();
        at++;
        skipBlanks();
        while (peek() != '}') {
            pair(values);
            skipBlanks();
            if (peek() == ',') {
                at++;
                skipBlanks();
            } else if (peek() != '}') {
                throw wrong("an inline table does not end");
            }
        }
        at++;
        return values;
    }

    private String string() throws IOException {
        char quote = peek();
        String triple = String.valueOf(quote).repeat(3);
        boolean lines = text.startsWith(triple, at);
        String end = lines ? triple : String.valueOf(quote);
        at += end.length();
        if (lines && peek() == '\n') {
            at++;
        }
        var value = new StringBuilder();
        while (!text.startsWith(end, at)) {
            char c = peek();
            if (c == 0 || (c == '\n' && !lines)) {
                throw wrong("a string does not end");
            }
            at++;
            if (c == '\\' && quote == '"') {
                escape(value);
            } else {
                value.append(c);
            }
        }
        at += end.length();
        return value.toString();
    }

    private void escape(StringBuilder value) throws IOException {
        char c = peek();
        at++;
        switch (c) {
            case 'b' -> value.append('\b');
            case 't' -> value.append('\t');
            case 'n' -> value.append('\n');
            case 'f' -> value.append('\f');
            case 'r' -> value.append('\r');
            case '"', '\\' -> value.append(c);
            case 'u' -> unicode(value, 4);
            case 'U' -> unicode(value, 8);
            case '\n' -> {
                while (at < text.length() && Character.isWhitespace(peek())) {
                    at++;
                }
            }
            default -> throw wrong("an unknown escape");
        }
    }

    private void unicode(StringBuilder value, int digits) throws IOException {
        try {
            int code = Integer.parseInt(text.substring(at, at + digits), 16);
            value.appendCodePoint(code);
            at += digits;
        } catch (RuntimeException _) {
            throw wrong("an escape is no character");
        }
    }

    /// The next character; 0 at the end.
    private char peek() {
        return at < text.length() ? text.charAt(at) : 0;
    }

    private void expect(String wanted) throws IOException {
        skipBlanks();
        if (!text.startsWith(wanted, at)) {
            throw wrong("\"" + wanted + "\" is missing");
        }
        at += wanted.length();
    }

    private void skipBlanks() {
        while (peek() == ' ' || peek() == '\t') {
            at++;
        }
    }

    private void skipComment() {
        if (peek() == '#') {
            while (at < text.length() && peek() != '\n') {
                at++;
            }
        }
    }

    private void skipLines() {
        while (true) {
            skipBlanks();
            skipComment();
            if (peek() != '\n') {
                return;
            }
            at++;
        }
    }

    private void endOfLine() throws IOException {
        skipBlanks();
        skipComment();
        if (at < text.length() && peek() != '\n') {
            throw wrong("more than one thing in a line");
        }
    }

    private IOException wrong(String what) {
        int line = 1;
        for (int i = 0; i < Math.min(at, text.length()); i++) {
            line += text.charAt(i) == '\n' ? 1 : 0;
        }
        return new IOException("line " + line + ": " + what);
    }
}
