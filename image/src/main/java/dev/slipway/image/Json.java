package dev.slipway.image;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// A JSON value, read strictly (RFC 8259) from bytes of unknown origin. Records of untrusted size
/// are bounded by the caller's limit in bytes, depth by [JsonParser#MAX_DEPTH].
public sealed interface Json {
    /// A JSON object; members keep their order, of equal names the last counts.
    record Obj(Map<String, Json> members) implements Json {
        public Obj {
            members = Collections.unmodifiableMap(members);
        }

        /// Returns the member, or null if it is absent or JSON's null.
        public @Nullable Json get(String name) {
            Json value = members.get(name);
            return value instanceof Null ? null : value;
        }

        /// Returns a string member, or null if it is absent.
        public @Nullable String text(String name) throws InvalidJsonException {
            Json value = get(name);
            if (value == null) {
                return null;
            }
            if (value instanceof Str(String text)) {
                return text;
            }
            throw wrong(name, "a string", value);
        }

        /// Returns a string member, or `otherwise` if it is absent.
        public String text(String name, String otherwise) throws InvalidJsonException {
            String text = text(name);
            return text == null ? otherwise : text;
        }

        /// Returns a string member that must be there.
        public String requiredText(String name) throws InvalidJsonException {
            String text = text(name);
            if (text == null) {
                throw new InvalidJsonException("the member " + Texts.quote(name) + " is missing");
            }
            return text;
        }

        /// Returns a whole number, or `otherwise` if it is absent.
        public long number(String name, long otherwise) throws InvalidJsonException {
            Json value = get(name);
            if (value == null) {
                return otherwise;
            }
            if (value instanceof Num(String literal)) {
                try {
                    return Long.parseLong(literal);
                } catch (NumberFormatException e) {
                    throw wrong(name, "a whole number of 64 bits", value);
                }
            }
            throw wrong(name, "a number", value);
        }

        /// Returns a boolean, false if it is absent.
        public boolean flag(String name) throws InvalidJsonException {
            Json value = get(name);
            if (value == null) {
                return false;
            }
            if (value instanceof Bool(boolean flag)) {
                return flag;
            }
            throw wrong(name, "true or false", value);
        }

        /// Returns an object member, or null if it is absent.
        public @Nullable Obj object(String name) throws InvalidJsonException {
            Json value = get(name);
            if (value == null || value instanceof Obj) {
                return (Obj) value;
            }
            throw wrong(name, "an object", value);
        }

        /// Returns an array member's values, or null if it is absent.
        public @Nullable List<Json> array(String name) throws InvalidJsonException {
            Json value = get(name);
            if (value == null) {
                return null;
            }
            if (value instanceof Arr(List<Json> values)) {
                return values;
            }
            throw wrong(name, "an array", value);
        }

        /// Returns an array of objects, empty if it is absent.
        public List<Obj> objects(String name) throws InvalidJsonException {
            List<Json> values = array(name);
            if (values == null) {
                return List.of();
            }
            var objects = new ArrayList<Obj>(values.size());
            for (Json value : values) {
                if (!(value instanceof Obj object)) {
                    throw wrong(name, "an array of objects", value);
                }
                objects.add(object);
            }
            return objects;
        }

        /// Returns an array of strings, or null if it is absent.
        public @Nullable List<String> texts(String name) throws InvalidJsonException {
            List<Json> values = array(name);
            if (values == null) {
                return null;
            }
            var texts = new ArrayList<String>(values.size());
            for (Json value : values) {
                if (!(value instanceof Str(String text))) {
                    throw wrong(name, "an array of strings", value);
                }
                texts.add(text);
            }
            return Collections.unmodifiableList(texts);
        }

        /// Returns an object of strings, empty if it is absent; null values count as "".
        public SortedMap<String, String> textMap(String name) throws InvalidJsonException {
            Obj object = object(name);
            var map = new TreeMap<String, String>();
            if (object != null) {
                for (Map.Entry<String, Json> member : object.members.entrySet()) {
                    map.put(member.getKey(), textOf(name, member.getValue()));
                }
            }
            return Collections.unmodifiableSortedMap(map);
        }

        private static String textOf(String name, Json value) throws InvalidJsonException {
            return switch (value) {
                case Str(String text) -> text;
                case Null() -> "";
                case Obj _, Arr _, Num _, Bool _ -> throw wrong(name, "strings", value);
            };
        }

        private static InvalidJsonException wrong(String name, String expected, Json value) {
            return new InvalidJsonException(
                    "the member "
                            + Texts.quote(name)
                            + " must be "
                            + expected
                            + ", found "
                            + kind(value));
        }
    }

    /// A JSON array.
    record Arr(List<Json> values) implements Json {
        public Arr {
            values = Collections.unmodifiableList(values);
        }
    }

    /// A JSON string.
    record Str(String text) implements Json {}

    /// A JSON number, as it was written.
    record Num(String literal) implements Json {}

    /// JSON's true or false.
    record Bool(boolean value) implements Json {}

    /// JSON's null.
    record Null() implements Json {}

    /// Reads one JSON value and nothing after it.
    ///
    /// @param utf8 the text; malformed UTF-8 is refused
    /// @throws InvalidJsonException with the byte offset of the fault
    static Json parse(byte[] utf8) throws InvalidJsonException {
        return new JsonParser(utf8).parse();
    }

    /// Reads a JSON object, as [#parse(byte[])].
    static Obj parseObject(byte[] utf8) throws InvalidJsonException {
        Json value = parse(utf8);
        if (value instanceof Obj object) {
            return object;
        }
        throw new InvalidJsonException("expected a JSON object, found " + kind(value));
    }

    private static String kind(Json value) {
        return switch (value) {
            case Obj _ -> "an object";
            case Arr _ -> "an array";
            case Str(String text) -> "the string " + Texts.quote(text);
            case Num(String literal) -> "the number " + literal;
            case Bool(boolean flag) -> String.valueOf(flag);
            case Null() -> "null";
        };
    }
}
