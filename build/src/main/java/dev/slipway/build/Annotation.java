package dev.slipway.build;

import dev.slipway.image.ImageException;
import dev.slipway.image.Platform;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/// One annotation, and what it is put on: OCI image-spec, `annotations.md`.
///
/// @param platform whose image it is for; null: every one
public record Annotation(Kind kind, @Nullable Platform platform, String key, String value) {
    private static final String FIELD = "annotation";

    /// What an annotation is put on.
    public enum Kind {
        MANIFEST("manifest"),
        INDEX("index"),
        /// The entry of the index that points to a manifest.
        MANIFEST_DESCRIPTOR("manifest-descriptor"),
        /// What an image layout has to point to the index.
        INDEX_DESCRIPTOR("index-descriptor");

        private final String word;

        Kind(String word) {
            this.word = word;
        }

        static Kind of(String word) {
            for (var kind : values()) {
                if (kind.word.equals(word)) {
                    return kind;
                }
            }
            throw new IllegalArgumentException(
                    "unknown annotation type \""
                            + word
                            + "\": there are manifest, index, manifest-descriptor and"
                            + " index-descriptor");
        }
    }

    /// Reads what stands after `--annotation`: `[TYPE[\[PLATFORM\]],…:]KEY=VALUE`.
    ///
    /// @throws IllegalArgumentException if it makes no sense; the message says why
    public static List<Annotation> parse(String text) {
        int equals = text.indexOf('=');
        if (equals <= 0) {
            throw new IllegalArgumentException("annotation \"" + text + "\" is not KEY=VALUE");
        }
        var left = text.substring(0, equals);
        var value = text.substring(equals + 1);
        int colon = left.indexOf(':');
        var key = left.substring(colon + 1);
        if (key.isEmpty()) {
            throw new IllegalArgumentException("annotation \"" + text + "\" has no key");
        }
        var annotations = new ArrayList<Annotation>();
        var types = colon < 0 ? "manifest" : left.substring(0, colon);
        for (var type : types.split(",", -1)) {
            annotations.add(of(type, key, value));
        }
        return annotations;
    }

    /// Reads a field of `-o`: `annotation[-TYPE][\[PLATFORM\]].KEY`.
    ///
    /// @return null if the field is none of an annotation
    static @Nullable Annotation ofField(String name, String value) {
        if (!name.startsWith(FIELD)) {
            return null;
        }
        int bracket = name.indexOf('[');
        int dot = name.indexOf('.', bracket < 0 ? 0 : Math.max(bracket, name.indexOf(']')));
        if (dot < 0 || dot == name.length() - 1) {
            return null;
        }
        var type = name.substring(FIELD.length(), dot);
        if (type.startsWith("-")) {
            type = type.substring(1);
        } else if (!type.isEmpty() && !type.startsWith("[")) {
            return null;
        }
        return of(
                type.isEmpty() || type.startsWith("[") ? "manifest" + type : type,
                name.substring(dot + 1),
                value);
    }

    private static Annotation of(String type, String key, String value) {
        int bracket = type.indexOf('[');
        if (bracket < 0) {
            return new Annotation(Kind.of(type), null, key, value);
        }
        if (!type.endsWith("]")) {
            throw new IllegalArgumentException("annotation type \"" + type + "\" lacks a bracket");
        }
        var kind = Kind.of(type.substring(0, bracket));
        if (kind == Kind.INDEX || kind == Kind.INDEX_DESCRIPTOR) {
            throw new IllegalArgumentException("an index is of no platform: \"" + type + "\"");
        }
        try {
            var platform = Platform.parse(type.substring(bracket + 1, type.length() - 1));
            return new Annotation(kind, platform, key, value);
        } catch (ImageException e) {
            throw new IllegalArgumentException(BuildException.messageOf(e), e);
        }
    }

    /// Whether it is for the image of `wanted`.
    boolean isFor(Platform wanted) {
        return platform == null || platform.equals(wanted);
    }
}
