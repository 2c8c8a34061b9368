package dev.slipway.cli;

/// What stands behind the standard streams.
interface Console {
    boolean isInTerminal();

    boolean isOutTerminal();

    boolean isErrTerminal();

    /// Columns of the terminal, 80 when there is none.
    int columns();

    /// Rows of the terminal, 24 when there is none.
    int rows();

    /// No terminal at all, as under test, in a pipe or in CI.
    static Console none() {
        return new Console() {
            @Override
            public boolean isInTerminal() {
                return false;
            }

            @Override
            public boolean isOutTerminal() {
                return false;
            }

            @Override
            public boolean isErrTerminal() {
                return false;
            }

            @Override
            public int columns() {
                return 80;
            }

            @Override
            public int rows() {
                return 24;
            }
        };
    }
}
