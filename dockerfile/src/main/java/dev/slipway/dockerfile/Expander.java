package dev.slipway.dockerfile;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.function.Function;

/// Replaces variables and removes quotes, as the Dockerfile language has it: `$v`, `${v}`, and with
/// `:-` `-` `:+` `+` `:?` `?` `#` `##` `%` `%%` `/` `//`, nested.
public final class Expander {
    private final char escape;

    /// @param escape the escape character of the file, see [Dockerfile#escape]
    public Expander(char escape) {
        this.escape = escape;
    }

    /// Returns an expander for the content of here-documents: the escape is `\` and quotes are
    /// text.
    public static Expander forHeredocs() {
        return new Expander('\\');
    }

    /// Returns `word` with variables replaced and quotes removed; blanks are kept.
    ///
    /// @param env the value of a name, null if it is not set
    public String expand(String word, Function<String, @Nullable String> env)
            throws ExpansionException {
        return process(word, env).text();
    }

    /// Returns the words of `text`, split at blanks outside quotes after variables are replaced.
    ///
    /// @param env the value of a name, null if it is not set
    public List<String> words(String text, Function<String, @Nullable String> env)
            throws ExpansionException {
        return process(text, env).words();
    }

    /// Returns both, and which names were used and which of them were not set.
    ///
    /// @param env the value of a name, null if it is not set
    public Expansion process(String text, Function<String, @Nullable String> env)
            throws ExpansionException {
        throw new ExpansionException(text, "escape " + escape);
    }
}
