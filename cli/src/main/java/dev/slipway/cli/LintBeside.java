package dev.slipway.cli;

import dev.slipway.build.BuildEvent;
import dev.slipway.build.BuildListener;
import dev.slipway.build.BuildRequest;
import dev.slipway.cli.options.UsageException;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicReference;

/// Lints the Dockerfile of a build while its steps are made, so that nobody waits for it. It begins
/// with the first of them: base images are there by then, and a build with nothing to do has no
/// part of it.
final class LintBeside implements BuildListener {
    private final Session session;
    private final BuildRequest request;
    private final AtomicReference<@Nullable FutureTask<@Nullable String>> begun =
            new AtomicReference<>();

    LintBeside(Session session, BuildRequest request) {
        this.session = session;
        this.request = request;
    }

    @Override
    public void on(BuildEvent event) {
        if (event instanceof BuildEvent.StepStarted && begun.get() == null) {
            FutureTask<@Nullable String> task = new FutureTask<>(this::count);
            if (begun.compareAndSet(null, task)) {
                Thread.ofPlatform().daemon().name("lint").start(task);
            }
        }
    }

    private @Nullable String count() throws IOException, UsageException, CommandException {
        // It may have come with a remote context or an archive.
        return BuildLint.isLocal(request) ? BuildLint.of(session, request).count() : null;
    }

    /// Prints one line if there are warnings; lints first if it has not begun, and waits.
    void report() throws InterruptedException {
        FutureTask<@Nullable String> task = begun.get();
        if (task == null) {
            task = new FutureTask<>(this::count);
            task.run();
        }
        try {
            String count = task.get();
            if (count != null) {
                session.err().println(count);
            }
        } catch (ExecutionException e) {
            Throwable cause = Objects.requireNonNull(e.getCause());
            if (cause instanceof RuntimeException bug) {
                throw bug;
            }
            // The image is built: that it could not be linted is no failure.
            session.err().println("Lint: " + cause.getMessage());
        }
    }
}
