package dev.slipway.build.bake;

import org.jspecify.annotations.Nullable;

import java.util.Collection;
import java.util.List;

/// What names mean where an expression stands.
interface Scope {
    /// The value of a name; null if there is none.
    @Nullable Value value(String name) throws BakeException;

    /// The value of an attribute of a block, or, without `attribute`, of all of them; null if there
    /// is no such block.
    ///
    /// @param type `target` or `group`
    @Nullable Value block(String type, String label, @Nullable String attribute, Span at)
            throws BakeException;

    /// The function that the file defines under this name; null if none.
    @Nullable UserFunction function(String name) throws BakeException;

    /// Names that have values, for suggestions.
    Collection<String> names();

    /// Names of the file's functions, for suggestions.
    Collection<String> functionNames();

    /// A function of the file.
    ///
    /// @param rest the parameter that takes further arguments as a list; null: none
    record UserFunction(
            String name, List<String> parameters, @Nullable String rest, Expr result, Scope scope) {
        public UserFunction {
            parameters = List.copyOf(parameters);
        }
    }
}
