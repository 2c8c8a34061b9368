package dev.slipway.dockerfile;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.function.Function;

/// Replaces variables and removes quotes, as the Dockerfile language has it: `$v`, `${v}`, and with
/// `:-` `-` `:+` `+` `:?` `?` `#` `##` `%` `%%` `/` `//`, nested. Time and result are bounded.
public final class Expander {
    private final char escape;
    private final WordLexer.Quotes quotes;

    /// @param escape the escape character of the file, see [Dockerfile#escape]
    public Expander(char escape) {
        this(escape, WordLexer.Quotes.REMOVE);
    }

    private Expander(char escape, WordLexer.Quotes quotes) {
        this.escape = escape;
        this.quotes = quotes;
    }

    /// Returns an expander for the content of here-documents: the escape is `\`, whatever the file
    /// says, and quotes are text.
    public static Expander forHeredocs() {
        return new Expander('\\', WordLexer.Quotes.TEXT);
    }

    /// Returns `word` with variables replaced and quotes removed; blanks are kept.
    ///
    /// @param env the value of a name, null if it is not set
    /// @throws ExpansionException if quotes or braces do not match, a `${v:?}` is not set, or a
    ///   limit is reached
    public String expand(String word, Function<String, @Nullable String> env)
            throws ExpansionException {
        return isPlain(word) ? word : new WordLexer(word, escape, quotes, false, env, null).run();
    }

    /// Returns the words of `text`, split at blanks outside quotes after variables are replaced.
    ///
    /// @param env the value of a name, null if it is not set
    /// @throws ExpansionException as [#expand]
    public List<String> words(String text, Function<String, @Nullable String> env)
            throws ExpansionException {
        WordList words = new WordList();
        new WordLexer(text, escape, quotes, false, env, words).run();
        return words.words();
    }

    /// Returns both, and which names were used and which of them were not set.
    ///
    /// @param env the value of a name, null if it is not set
    /// @throws ExpansionException as [#expand]
    public Expansion process(String text, Function<String, @Nullable String> env)
            throws ExpansionException {
        WordList words = new WordList();
        WordLexer lexer = new WordLexer(text, escape, quotes, false, env, words);
        return new Expansion(lexer.run(), words.words(), lexer.used(), lexer.unset());
    }

    private boolean isPlain(String word) {
        for (int i = 0; i < word.length(); i++) {
            char c = word.charAt(i);
            if (c == '$' || c == '\'' || c == '"' || c == escape) {
                return false;
            }
        }
        return true;
    }
}
