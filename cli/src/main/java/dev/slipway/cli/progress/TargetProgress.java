package dev.slipway.cli.progress;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// Views of several builds that run at once, on one stream: each line begins with the name of its
/// target.
public final class TargetProgress implements AutoCloseable {
    private final PrintStream out;
    private final int width;
    private final List<Progress> views = new ArrayList<>();

    /// @param width columns of the longest name
    public TargetProgress(PrintStream out, int width) {
        this.out = out;
        this.width = width;
    }

    /// A view whose lines are marked with `target`.
    ///
    /// @param view makes it, for the stream it is to write to
    public Progress of(String target, Function<PrintStream, Progress> view) {
        String prefix = target + " ".repeat(Math.max(0, width - target.length())) + " | ";
        PrintStream lines = new PrintStream(new Lines(out, prefix), true, StandardCharsets.UTF_8);
        Progress progress = view.apply(lines);
        synchronized (views) {
            views.add(progress);
        }
        return progress;
    }

    @Override
    public void close() {
        synchronized (views) {
            for (Progress view : views) {
                view.close();
            }
        }
    }

    /// Passes whole lines on, so that those of several builds do not mix; empty ones are left out,
    /// as they would separate nothing.
    private static final class Lines extends OutputStream {
        private final PrintStream out;
        private final byte[] prefix;
        private final ByteArrayOutputStream line = new ByteArrayOutputStream();

        Lines(PrintStream out, String prefix) {
            this.out = out;
            this.prefix = prefix.getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public synchronized void write(int b) {
            if (b != '\n') {
                line.write(b);
                return;
            }
            if (line.size() > 0) {
                byte[] text = line.toByteArray();
                line.reset();
                synchronized (out) {
                    out.write(prefix, 0, prefix.length);
                    out.write(text, 0, text.length);
                    out.println();
                    out.flush();
                }
            }
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            for (int i = offset; i < offset + length; i++) {
                write(bytes[i]);
            }
        }
    }
}
