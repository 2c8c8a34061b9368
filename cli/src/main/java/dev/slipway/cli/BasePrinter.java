package dev.slipway.cli;

import dev.slipway.base.BaseEvent;
import dev.slipway.base.BaseListener;
import dev.slipway.cli.output.Human;

import java.io.PrintStream;

/// Shows how a base image comes about: a line for each thing done, and on a terminal one line that
/// counts packages.
final class BasePrinter implements BaseListener, AutoCloseable {
    private static final long FRAME_NANOS = 100_000_000;

    private final PrintStream out;
    private final boolean quiet;
    private final boolean lively;
    private long lastFrame;
    private boolean counting;

    BasePrinter(Session session, boolean quiet) {
        this.out = session.err();
        this.quiet = quiet;
        this.lively = session.isLively(true);
    }

    @Override
    public void on(BaseEvent event) {
        if (quiet) {
            return;
        }
        switch (event) {
            case BaseEvent.ReleaseVerified(String from, String description) ->
                    line(" => verified " + description + " from " + from);
            case BaseEvent.Resolved(int packages, long missingBytes) ->
                    line(
                            " => chose "
                                    + packages
                                    + " packages"
                                    + (missingBytes == 0
                                            ? ""
                                            : ", " + Human.size(missingBytes) + " to download"));
            case BaseEvent.PackageReady ready -> count(ready);
            case BaseEvent.Step(String what) -> line(" => " + what);
            case BaseEvent.Output(String text) -> line(" => => # " + Human.printable(text));
            case BaseEvent.Notice(String text) -> line("note: " + text);
        }
        out.flush();
    }

    private void count(BaseEvent.PackageReady ready) {
        boolean last = ready.done() == ready.total();
        if (!lively) {
            if (last) {
                line(" => " + ready.total() + " packages are here and verified");
            }
            return;
        }
        long now = System.nanoTime();
        if (last || now - lastFrame > FRAME_NANOS) {
            lastFrame = now;
            counting = true;
            out.print(
                    "\r\u001b[K => package "
                            + ready.done()
                            + "/"
                            + ready.total()
                            + " "
                            + ready.name());
        }
    }

    private void line(String text) {
        endCount();
        out.println(text);
    }

    private void endCount() {
        if (counting) {
            counting = false;
            out.println();
        }
    }

    @Override
    public void close() {
        endCount();
        out.flush();
    }
}
