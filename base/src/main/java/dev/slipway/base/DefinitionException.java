package dev.slipway.base;

import org.jspecify.annotations.Nullable;

/// A definition, lock or sources file says something that cannot be understood.
public final class DefinitionException extends BaseException {
    private static final long serialVersionUID = 1L;

    private final String file;
    private final int line;
    private final int column;

    DefinitionException(String file, int line, int column, String what, @Nullable String hint) {
        super(file + ":" + line + ":" + column + ": " + what, hint);
        this.file = file;
        this.line = line;
        this.column = column;
    }

    public String file() {
        return file;
    }

    /// Counted from 1.
    public int line() {
        return line;
    }

    /// Counted from 1, in characters.
    public int column() {
        return column;
    }
}
