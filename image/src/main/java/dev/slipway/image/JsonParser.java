package dev.slipway.image;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;

/// A strict reader of RFC 8259.
///
/// avaje-jsonb's stream reader is not used here: version 3.11 takes `{} x` and `nul`, and a reader
/// recycled after a syntax error fails on the next, correct, text.
final class JsonParser {
    /// Nesting beyond this is refused; real manifests nest six deep.
    static final int MAX_DEPTH = 64;

    private final String text;
    private int at;
    private int depth;

    JsonParser(byte[] utf8) throws InvalidJsonException {
        try {
            text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
        } catch (CharacterCodingException e) {
            throw new InvalidJsonException("invalid JSON: not UTF-8");
        }
    }

    Json parse() throws InvalidJsonException {
        Json value = value();
        skipSpace();
        if (at != text.length()) {
            throw invalid("text after the value");
        }
        return value;
    }

    private Json value() throws InvalidJsonException {
        skipSpace();
        return switch (peek()) {
            case '{' -> object();
            case '[' -> array();
            case '"' -> new Json.Str(string());
            case 't' -> word("true", new Json.Bool(true));
            case 'f' -> word("false", new Json.Bool(false));
            case 'n' -> word("null", new Json.Null());
            default -> number();
        };
    }

    private Json object() throws InvalidJsonException {
        enter();
        var members = new LinkedHashMap<String, Json>();
        if (!closes('}')) {
            do {
                skipSpace();
                if (peek() != '"') {
                    throw invalid("expected a member's name");
                }
                String name = string();
                skipSpace();
                expect(':');
                members.put(name, value());
            } while (continues('}'));
        }
        depth--;
        return new Json.Obj(members);
    }

    private Json array() throws InvalidJsonException {
        enter();
        var values = new ArrayList<Json>();
        if (!closes(']')) {
            do {
                values.add(value());
            } while (continues(']'));
        }
        depth--;
        return new Json.Arr(values);
    }

    private void enter() throws InvalidJsonException {
        at++;
        if (++depth > MAX_DEPTH) {
            throw invalid("nested deeper than " + MAX_DEPTH);
        }
    }

    private boolean closes(char end) throws InvalidJsonException {
        skipSpace();
        if (peek() == end) {
            at++;
            return true;
        }
        return false;
    }

    private boolean continues(char end) throws InvalidJsonException {
        if (closes(end)) {
            return false;
        }
        expect(',');
        return true;
    }

    private String string() throws InvalidJsonException {
        at++;
        int from = at;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '"') {
                return text.substring(from, at++);
            }
            if (c == '\\') {
                return escapedString(from);
            }
            if (c < ' ') {
                throw invalid("control character in a string");
            }
            at++;
        }
        throw invalid("the string does not end");
    }

    private String escapedString(int from) throws InvalidJsonException {
        var out = new StringBuilder().append(text, from, at);
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == '"') {
                return out.toString();
            }
            if (c < ' ') {
                throw invalid("control character in a string");
            }
            out.append(c == '\\' ? escape() : c);
        }
        throw invalid("the string does not end");
    }

    private char escape() throws InvalidJsonException {
        char c = peek();
        at++;
        return switch (c) {
            case '"', '\\', '/' -> c;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> unicode();
            default -> throw invalid("unknown escape");
        };
    }

    private char unicode() throws InvalidJsonException {
        int value = 0;
        for (int i = 0; i < 4; i++) {
            int digit = at < text.length() ? Character.digit(text.charAt(at), 16) : -1;
            if (digit < 0 || text.charAt(at) > 'f') {
                throw invalid("\\u takes four hex digits");
            }
            value = value * 16 + digit;
            at++;
        }
        return (char) value;
    }

    private Json number() throws InvalidJsonException {
        int from = at;
        if (peek() == '-') {
            at++;
        }
        int first = at;
        digits();
        if (at > first + 1 && text.charAt(first) == '0') {
            throw invalid("leading zero");
        }
        if (at < text.length() && text.charAt(at) == '.') {
            at++;
            digits();
        }
        if (at < text.length() && (text.charAt(at) | 0x20) == 'e') {
            at++;
            if (at < text.length() && (text.charAt(at) == '+' || text.charAt(at) == '-')) {
                at++;
            }
            digits();
        }
        return new Json.Num(text.substring(from, at));
    }

    private void digits() throws InvalidJsonException {
        int from = at;
        while (at < text.length() && Texts.isDigit(text.charAt(at))) {
            at++;
        }
        if (at == from) {
            throw invalid(at < text.length() ? "unexpected character" : "unexpected end");
        }
    }

    private Json word(String word, Json value) throws InvalidJsonException {
        if (!text.startsWith(word, at)) {
            throw invalid("unexpected character");
        }
        at += word.length();
        return value;
    }

    private void expect(char c) throws InvalidJsonException {
        if (peek() != c) {
            throw invalid("expected '" + c + "'");
        }
        at++;
    }

    private char peek() throws InvalidJsonException {
        if (at >= text.length()) {
            throw invalid("unexpected end");
        }
        return text.charAt(at);
    }

    private void skipSpace() {
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c != ' ' && c != '\n' && c != '\t' && c != '\r') {
                return;
            }
            at++;
        }
    }

    private InvalidJsonException invalid(String what) {
        return new InvalidJsonException("invalid JSON at character " + at + ": " + what);
    }
}
