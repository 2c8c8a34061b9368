package dev.slipway.cli;

import dev.slipway.image.Store;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;

/// What a command has to work with: its streams, the environment, the store.
///
/// The only place of the command line that knows the process's environment, terminal and clock.
/// Used by one thread.
final class Session implements AutoCloseable {
    private final Map<String, String> environment;
    private final InputStream in;
    private final PrintStream out;
    private final PrintStream err;
    private final @Nullable OutputStream data;
    private final Console console;
    private boolean closed;
    private @Nullable Path home;
    private @Nullable Store store;
    private boolean debug;

    /// A session whose output is `out` and `err` alone.
    Session(
            Map<String, String> environment,
            InputStream in,
            PrintStream out,
            PrintStream err,
            Console console) {
        this(environment, in, out, err, null, console);
    }

    /// @param data what `out` writes to, where failures are not swallowed; null if there is only
    ///   `out`
    Session(
            Map<String, String> environment,
            InputStream in,
            PrintStream out,
            PrintStream err,
            @Nullable OutputStream data,
            Console console) {
        this.environment = environment;
        this.in = in;
        this.out = out;
        this.err = err;
        this.data = data;
        this.console = console;
    }

    Map<String, String> environment() {
        return environment;
    }

    /// The variable's value, or null if unset or empty.
    @Nullable String variable(String name) {
        String value = environment.get(name);
        return value == null || value.isEmpty() ? null : value;
    }

    InputStream in() {
        return in;
    }

    /// Results. Buffered: flush before anything else writes to the same place.
    PrintStream out() {
        return out;
    }

    /// Progress, warnings and errors.
    PrintStream err() {
        return err;
    }

    /// Standard output for bytes that are no text. Unlike [#out], writing to it fails when it
    /// fails. The text is flushed before.
    OutputStream dataOut() {
        out.flush();
        return data == null ? out : data;
    }

    /// Standard error for bytes that are no text.
    OutputStream dataErr() {
        err.flush();
        return err;
    }

    /// Whether native code was used, by the store for one.
    boolean usedStore() {
        return store != null || closed;
    }

    Console console() {
        return console;
    }

    boolean isDebug() {
        return debug;
    }

    void setDebug(boolean on) {
        debug = on;
    }

    /// Overrides where the store is.
    void setHome(Path directory) {
        home = directory;
    }

    /// The store's directory, whether or not it exists yet.
    Path home() {
        Path chosen = home;
        return chosen != null ? chosen : Store.defaultHome(environment);
    }

    /// The store, opened at the first call.
    Store store() throws IOException {
        Store opened = store;
        if (opened == null) {
            opened = Store.open(home());
            store = opened;
        }
        return opened;
    }

    /// The time of day, which nothing below this class reads for itself.
    Instant now() {
        return Instant.now();
    }

    /// Whether colours and moving text suit the stream: a terminal, and neither `NO_COLOR` nor `CI`
    /// set.
    boolean isLively(boolean errorStream) {
        return (errorStream ? console.isErrTerminal() : console.isOutTerminal())
                && variable("NO_COLOR") == null
                && variable("CI") == null
                && !"dumb".equals(environment.get("TERM"));
    }

    /// Columns for text, 80 when there is no terminal to ask.
    int width() {
        String columns = variable("COLUMNS");
        if (columns != null) {
            try {
                return Math.max(20, Integer.parseInt(columns));
            } catch (NumberFormatException _) {
                // As if unset.
            }
        }
        return console.columns();
    }

    @Override
    public void close() throws IOException {
        Store opened = store;
        store = null;
        if (opened != null) {
            closed = true;
            opened.close();
        }
    }
}
