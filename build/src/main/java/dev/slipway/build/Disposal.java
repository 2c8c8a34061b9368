package dev.slipway.build;

import dev.slipway.linux.Dir;
import dev.slipway.linux.RawPath;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// Removes temporary directories beside the build. On some file systems the removal of a directory
/// waits for milliseconds, though not for the processor: steps need not, and several such waits
/// pass at once.
final class Disposal implements AutoCloseable {
    private static final int THREADS = 8;

    private final Consumer<String> warn;
    private @Nullable ExecutorService threads;

    Disposal(Consumer<String> warn) {
        this.warn = warn;
    }

    /// Has `directory` and all in it removed.
    synchronized void remove(Path directory) {
        if (threads == null) {
            // Not virtual ones: these block in system calls, which would hold all carriers. Not
            // numbered: the JDK's counter takes the JVM eight milliseconds to link.
            threads =
                    Executors.newFixedThreadPool(
                            THREADS, Thread.ofPlatform().daemon().name("disposal").factory());
        }
        threads.execute(() -> removeNow(directory));
    }

    private void removeNow(Path directory) {
        try (var parent = Dir.open(directory.resolveSibling("."))) {
            var name = RawPath.of(String.valueOf(directory.getFileName()));
            if (parent.statIfExists(name) != null) {
                parent.removeTree(name);
            }
        } catch (IOException e) {
            warn.accept("cannot remove " + directory + ": " + BuildException.messageOf(e));
        }
    }

    /// Waits until all is removed.
    @Override
    public void close() {
        ExecutorService running;
        synchronized (this) {
            running = threads;
            threads = null;
        }
        if (running == null) {
            return;
        }
        running.shutdown();
        boolean interrupted = false;
        while (!running.isTerminated()) {
            try {
                running.awaitTermination(1, TimeUnit.HOURS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
