package dev.slipway.linux;

import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// The bytes of a file name or path, which need not be text in any encoding. Immutable; ordered
/// bytewise.
///
/// Held with one char per byte (ISO 8859-1), which the JVM stores as bytes. Paths inside trees are
/// relative, without a leading slash; the root is empty. No validity is promised until
/// [#normalize].
public final class RawPath implements Comparable<RawPath> {
    /// The root of a tree: the empty path.
    public static final RawPath ROOT = new RawPath("");

    private final String bytes;

    private RawPath(String bytes) {
        this.bytes = bytes;
    }

    /// The path spelled by `text` in UTF-8.
    public static RawPath of(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= 0x80) {
                return ofBytes(text.getBytes(StandardCharsets.UTF_8));
            }
        }
        return new RawPath(text);
    }

    public static RawPath ofBytes(byte[] bytes) {
        return new RawPath(new String(bytes, StandardCharsets.ISO_8859_1));
    }

    /// The path of these bytes, one per char.
    ///
    /// @throws IllegalArgumentException if a char is no byte
    public static RawPath ofLatin1(String bytes) {
        for (int i = 0; i < bytes.length(); i++) {
            if (bytes.charAt(i) > 0xff) {
                throw new IllegalArgumentException("char " + i + " is no byte");
            }
        }
        return new RawPath(bytes);
    }

    /// For bytes known to be one per char.
    static RawPath trusted(String bytes) {
        return new RawPath(bytes);
    }

    /// The bytes, one per char.
    public String latin1() {
        return bytes;
    }

    public byte[] toBytes() {
        return bytes.getBytes(StandardCharsets.ISO_8859_1);
    }

    /// This directory's child called `name`.
    public RawPath child(RawPath name) {
        return bytes.isEmpty() ? name : new RawPath(bytes + "/" + name.bytes);
    }

    /// As [#child(RawPath)], with a name of one char per byte.
    public RawPath child(String latin1Name) {
        return child(ofLatin1(latin1Name));
    }

    /// All but the last name; the root is its own parent.
    public RawPath parent() {
        int slash = bytes.lastIndexOf('/');
        return slash <= 0 ? ROOT : new RawPath(bytes.substring(0, slash));
    }

    /// The last name; empty for the root.
    public RawPath name() {
        int slash = bytes.lastIndexOf('/');
        return slash < 0 ? this : new RawPath(bytes.substring(slash + 1));
    }

    /// The names from the root down, without empty ones.
    public List<RawPath> names() {
        List<RawPath> names = new ArrayList<>();
        int start = 0;
        while (start <= bytes.length()) {
            int slash = bytes.indexOf('/', start);
            int end = slash < 0 ? bytes.length() : slash;
            if (end > start) {
                names.add(new RawPath(bytes.substring(start, end)));
            }
            start = end + 1;
        }
        return List.copyOf(names);
    }

    public boolean isRoot() {
        return bytes.isEmpty();
    }

    /// Whether this is `dir` or lies below it. Everything lies below the root.
    public boolean startsWith(RawPath dir) {
        int length = dir.bytes.length();
        return length == 0
                || (bytes.startsWith(dir.bytes)
                        && (bytes.length() == length || bytes.charAt(length) == '/'));
    }

    /// This path as seen from `dir`, in which it lies; empty for `dir` itself.
    ///
    /// @throws IllegalArgumentException if it does not
    public RawPath from(RawPath dir) {
        if (!startsWith(dir)) {
            throw new IllegalArgumentException(this + " is not in " + dir);
        }
        int length = dir.bytes.length();
        if (length == 0) {
            return this;
        }
        return length == bytes.length() ? ROOT : new RawPath(bytes.substring(length + 1));
    }

    /// Drops leading slashes, empty names and `.`; `..` removes the name before it and stops at the
    /// root. Purely lexical: a symbolic link before `..` is not looked at.
    public RawPath normalize() {
        if (isNormal()) {
            return this;
        }
        List<String> kept = new ArrayList<>();
        for (RawPath name : names()) {
            switch (name.bytes) {
                case "." -> {}
                case ".." -> {
                    if (!kept.isEmpty()) {
                        kept.removeLast();
                    }
                }
                default -> kept.add(name.bytes);
            }
        }
        return new RawPath(String.join("/", kept));
    }

    private boolean isNormal() {
        int start = 0;
        int length = bytes.length();
        while (start < length) {
            int slash = bytes.indexOf('/', start);
            int end = slash < 0 ? length : slash;
            if (end == start || isDots(start, end) || end == length - 1) {
                return false;
            }
            start = end + 1;
        }
        return true;
    }

    private boolean isDots(int start, int end) {
        return bytes.charAt(start) == '.'
                && (end - start == 1 || (end - start == 2 && bytes.charAt(start + 1) == '.'));
    }

    /// Orders a directory directly before what it holds: as [#compareTo], but `/` sorts below every
    /// other byte.
    public int compareTree(RawPath other) {
        String a = bytes;
        String b = other.bytes;
        int common = Math.min(a.length(), b.length());
        for (int i = 0; i < common; i++) {
            char x = a.charAt(i);
            char y = b.charAt(i);
            if (x != y) {
                return Integer.compare(x == '/' ? -1 : x, y == '/' ? -1 : y);
            }
        }
        return Integer.compare(a.length(), b.length());
    }

    @Override
    public int compareTo(RawPath other) {
        return bytes.compareTo(other.bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RawPath path && bytes.equals(path.bytes);
    }

    @Override
    public int hashCode() {
        return bytes.hashCode();
    }

    /// For people: UTF-8 where it is valid; control characters and stray bytes as `\xNN`, a
    /// backslash doubled.
    @Override
    public String toString() {
        boolean plain = true;
        for (int i = 0; i < bytes.length() && plain; i++) {
            char c = bytes.charAt(i);
            plain = c >= 0x20 && c < 0x7f && c != '\\';
        }
        return plain ? bytes : printable();
    }

    private String printable() {
        StringBuilder out = new StringBuilder(bytes.length() + 16);
        byte[] raw = toBytes();
        int i = 0;
        while (i < raw.length) {
            int length = sequenceLength(raw[i]);
            String text = length > 1 ? decode(raw, i, length) : "";
            if (!text.isEmpty() && !Character.isISOControl(text.codePointAt(0))) {
                out.append(text);
                i += length;
            } else {
                appendByte(out, raw[i] & 0xff);
                i++;
            }
        }
        return out.toString();
    }

    private static int sequenceLength(byte first) {
        int b = first & 0xff;
        if (b >= 0xc2 && b < 0xe0) {
            return 2;
        }
        if (b >= 0xe0 && b < 0xf0) {
            return 3;
        }
        return b >= 0xf0 && b < 0xf5 ? 4 : 1;
    }

    private static String decode(byte[] raw, int from, int length) {
        if (from + length > raw.length) {
            return "";
        }
        try {
            var bytes = java.nio.ByteBuffer.wrap(raw, from, length);
            return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
        } catch (CharacterCodingException _) {
            return "";
        }
    }

    private static void appendByte(StringBuilder out, int b) {
        if (b == '\\') {
            out.append("\\\\");
        } else if (b >= 0x20 && b < 0x7f) {
            out.append((char) b);
        } else {
            out.append("\\x").append(Character.forDigit(b >> 4, 16));
            out.append(Character.forDigit(b & 15, 16));
        }
    }
}
