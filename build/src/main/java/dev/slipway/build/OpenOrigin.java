package dev.slipway.build;

import dev.slipway.build.BuildEvent.CacheVerdict;
import dev.slipway.image.FileTree;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;

/// The files of one origin during a build: brought here and opened once, when first needed.
/// Thread-safe.
final class OpenOrigin implements AutoCloseable {
    private final Step.Origin origin;
    private final Copying copying;
    private final Events events;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable FileTree tree;
    private @Nullable AutoCloseable held;

    OpenOrigin(Step.Origin origin, Copying copying, Events events) {
        this.origin = origin;
        this.copying = copying;
        this.events = events;
    }

    FileTree tree() throws BuildException, IOException, InterruptedException {
        lock.lockInterruptibly();
        try {
            if (tree == null) {
                tree = origin.files().isRemote() ? bring() : open().tree;
            }
            return tree;
        } finally {
            lock.unlock();
        }
    }

    private record Brought(FileTree tree, long bytes) {}

    private FileTree bring() throws BuildException, IOException, InterruptedException {
        long start = System.nanoTime();
        events.emit(time -> new BuildEvent.StepStarted(time, origin));
        try {
            var brought = open();
            if (brought.bytes == 0) {
                events.emit(time ->
                        new BuildEvent.StepCached(time, origin, CacheVerdict.CONTENT, null));
            } else {
                long nanos = System.nanoTime() - start;
                events.emit(time ->
                        new BuildEvent.StepFinished(time, origin, nanos, null, brought.bytes));
            }
            return brought.tree;
        } catch (BuildException | IOException e) {
            long nanos = System.nanoTime() - start;
            events.emit(time ->
                    new BuildEvent.StepFailed(time, origin, nanos, BuildException.messageOf(e)));
            throw e;
        } catch (InterruptedException e) {
            events.emit(time -> new BuildEvent.StepCancelled(time, origin));
            throw e;
        }
    }

    private Brought open() throws BuildException, IOException, InterruptedException {
        try {
            var opened = origin.files().open();
            held = opened.held();
            return new Brought(copying.openContext(opened.root()), opened.bytes());
        } catch (CopyException e) {
            throw BuildException.of(origin.description() + ": " + BuildException.messageOf(e))
                    .hint(e.hint())
                    .make();
        }
    }

    @Override
    public void close() throws IOException {
        lock.lock();
        try {
            if (tree != null) {
                tree.close();
                tree = null;
            }
            if (held != null) {
                held.close();
                held = null;
            }
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(e);
        } finally {
            lock.unlock();
        }
    }
}
