package dev.slipway.dockerfile;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// Just enough JSON to read the vectors.
final class MiniJson {
    private final Object value;

    private MiniJson(Object value) {
        this.value = value;
    }

    static MiniJson parse(String text) {
        return new MiniJson(new Reader(text).value());
    }

    List<MiniJson> items() {
        return ((List<?>) value).stream().map(MiniJson::new).toList();
    }

    MiniJson at(int index) {
        return items().get(index);
    }

    List<String> keys() {
        return ((Map<?, ?>) value).keySet().stream().map(Object::toString).toList();
    }

    MiniJson get(String key) {
        return new MiniJson(Objects.requireNonNull(((Map<?, ?>) value).get(key), key));
    }

    String text() {
        return (String) value;
    }

    boolean isTrue() {
        return value.equals(true);
    }

    @Override
    public String toString() {
        return value.toString();
    }

    private static final class Reader {
        private final String text;
        private int at;

        Reader(String text) {
            this.text = text;
        }

        private char next() {
            while (Character.isWhitespace(text.charAt(at))) {
                at++;
            }
            return text.charAt(at);
        }

        Object value() {
            return switch (next()) {
                case '[' -> list();
                case '{' -> map();
                case '"' -> string();
                case 't' -> word("true", true);
                case 'f' -> word("false", false);
                default -> throw new IllegalArgumentException("at " + at);
            };
        }

        private Object word(String word, Object value) {
            at += word.length();
            return value;
        }

        private List<Object> list() {
            List<Object> list = new ArrayList<>();
            at++;
            while (next() != ']') {
                list.add(value());
                at += next() == ',' ? 1 : 0;
            }
            at++;
            return list;
        }

        private Map<String, Object> map() {
            Map<String, Object> map = new HashMap<>();
            at++;
            while (next() != '}') {
                String key = string();
                next();
                at++;
                map.put(key, value());
                at += next() == ',' ? 1 : 0;
            }
            at++;
            return map;
        }

        private String string() {
            StringBuilder out = new StringBuilder();
            next();
            at++;
            while (text.charAt(at) != '"') {
                char c = text.charAt(at++);
                if (c == '\\') {
                    c = text.charAt(at++);
                    if (c == 'u') {
                        c = (char) Integer.parseInt(text.substring(at, at + 4), 16);
                        at += 4;
                    } else {
                        int escape = "nrtbf".indexOf(c);
                        c = escape < 0 ? c : "\n\r\t\b\f".charAt(escape);
                    }
                }
                out.append(c);
            }
            at++;
            return out.toString();
        }
    }
}
