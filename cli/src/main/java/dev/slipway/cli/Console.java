package dev.slipway.cli;

import java.util.function.IntConsumer;

/// What stands behind the standard streams.
interface Console {
    boolean isInTerminal();

    boolean isOutTerminal();

    boolean isErrTerminal();

    /// Columns of the terminal, 80 when there is none.
    int columns();

    /// Rows of the terminal, 24 when there is none.
    int rows();

    /// Has `stop` run when the process is told to end (Ctrl-C, SIGTERM), until what is returned is
    /// closed.
    Stopping onStop(Runnable stop);

    /// Has `last` done when the process is told to end, without waiting for the command, until what
    /// is returned is closed.
    Stopping onEnd(Runnable last);

    /// Has `receiver` get the numbers of signals sent to this process, in place of what they do
    /// otherwise, until what is returned is closed.
    Stopping onSignal(IntConsumer receiver);

    /// Whether the session's streams are those of this process.
    boolean isProcess();

    /// Takes [#onStop] or [#onSignal] back.
    interface Stopping extends AutoCloseable {
        @Override
        void close();
    }

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
            public Stopping onStop(Runnable stop) {
                return () -> {};
            }

            @Override
            public Stopping onEnd(Runnable last) {
                return () -> {};
            }

            @Override
            public Stopping onSignal(IntConsumer receiver) {
                return () -> {};
            }

            @Override
            public boolean isProcess() {
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
