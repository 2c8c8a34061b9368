package dev.slipway.dockerfile;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// A `RUN --mount=…` as written. Its values may hold variables; what holds none was checked when
/// the file was parsed.
///
/// @param fields in the order written
public record MountFlag(Flag flag, List<Field> fields) {
    /// A comma-separated part.
    ///
    /// @param key in lower case
    /// @param value what follows `=`; null if there is none
    /// @param text the field as written
    public record Field(String key, @Nullable String value, String text, Range range) {}

    /// What replaces the variables of a value, such as `word -> expander.expand(word, env)`.
    @FunctionalInterface
    public interface Resolver {
        /// Returns `word` with its variables replaced and its quotes removed.
        String expand(String word) throws ExpansionException;
    }

    public MountFlag {
        fields = List.copyOf(fields);
    }

    /// Returns the mount, each value expanded.
    ///
    /// @throws MountException if an option is wrong
    /// @throws ExpansionException if `resolver` throws it
    public Mount resolve(Resolver resolver) throws MountException, ExpansionException {
        return MountOptions.resolve(this, resolver, resolver);
    }

    /// Returns the mount, the value of `from` expanded by `ofFrom`, the others by `resolver`.
    ///
    /// @throws MountException if an option is wrong
    /// @throws ExpansionException if a resolver throws it
    public Mount resolve(Resolver resolver, Resolver ofFrom)
            throws MountException, ExpansionException {
        return MountOptions.resolve(this, resolver, ofFrom);
    }

    /// Whether `from` holds a variable, which BuildKit refuses.
    boolean hasVariableFrom() {
        for (Field field : fields) {
            String value = field.value();
            if (field.key().equals("from") && value != null && MountOptions.isVariable(value)) {
                return true;
            }
        }
        return false;
    }
}
