package dev.slipway.container;

import dev.slipway.image.Lower;
import dev.slipway.linux.ChildProcess;
import dev.slipway.linux.Dir;
import dev.slipway.linux.Errno;
import dev.slipway.linux.LinuxException;
import dev.slipway.linux.Mounts;
import dev.slipway.linux.RawPath;
import dev.slipway.linux.Uninterruptibly;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/// The thread a container hangs on.
///
/// It moves into new namespaces, makes the container's first process, and then only waits to be
/// told that the process has ended, to tidy up. When it ends, or is killed with the JVM, its
/// namespaces and all mounts in them are gone.
///
/// It never leaves the host's root: a library that Java loads late must be the host's. And it must
/// never make a thread, which would be in the same namespaces: not by waking a virtual thread
/// either, for that may start a carrier. So it deals with one platform thread only, and runs no
/// code of the caller's.
abstract class NamespaceThread implements Runnable {
    static final RawPath ROOT = RawPath.of("root");

    final ContainerSpec spec;
    final StreamBridge bridge;
    final Warnings warnings;
    private final CountDownLatch spawned = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);
    private volatile @Nullable ChildProcess child;
    private volatile @Nullable ContainerException failure;

    NamespaceThread(ContainerSpec spec, StreamBridge bridge, Warnings warnings) {
        this.spec = spec;
        this.bridge = bridge;
        this.warnings = warnings;
    }

    /// Has a platform thread run this.
    Thread begin() {
        return Thread.ofPlatform().daemon().name("slipway-container").start(this);
    }

    /// Does all there is to do, from the first namespace to the last unmount, and calls [#running]
    /// in between.
    abstract void setUpAndRun() throws IOException, ContainerException;

    /// Hands over the process whose command runs, and waits until it has ended.
    final void running(ChildProcess process) throws LinuxException {
        child = process;
        spawned.countDown();
        Uninterruptibly.await(released);
        process.signal(ChildProcess.SIGKILL); // unless it has ended, as it should
        process.waitFor();
    }

    /// Waits, on a platform thread, until the command runs.
    final ChildProcess awaitCommand() throws ContainerException {
        Uninterruptibly.await(spawned);
        ContainerException thrown = failure;
        if (thrown != null) {
            throw thrown;
        }
        ChildProcess process = child;
        if (process == null) {
            throw new IllegalStateException("no process and no reason");
        }
        return process;
    }

    /// What went wrong, once the thread has ended; null if nothing.
    final @Nullable ContainerException failure() {
        return failure;
    }

    /// Tells it that the process has ended.
    final void release() {
        released.countDown();
    }

    @Override
    public final void run() {
        try {
            setUpAndRun();
        } catch (ContainerException e) {
            failure = e;
        } catch (IOException e) {
            failure =
                    new ContainerException(
                            ContainerException.Reason.FAILED, String.valueOf(e.getMessage()), e);
        } catch (RuntimeException e) {
            failure =
                    new ContainerException(
                            ContainerException.Reason.FAILED, "cannot start: " + e, e);
        } finally {
            spawned.countDown();
        }
    }

    /// The directory [#mountScratch] hides.
    final Path scratchPlace() {
        Path work = spec.root().work();
        if (work != null) {
            return work.toAbsolutePath();
        }
        Lower lower = spec.root().lowers().getFirst();
        return lower instanceof Lower.Erofs(Path metadata, Path _)
                ? metadata.toAbsolutePath().resolveSibling("")
                : ((Lower.Directory) lower).path().toAbsolutePath();
    }

    /// A file system in memory that only this thread sees, on top of a directory that is open
    /// already.
    final Dir mountScratch() throws LinuxException {
        Path place = scratchPlace();
        Mounts.mount("slipway", place.toString(), "tmpfs", Mounts.NOSUID, "mode=700");
        Dir scratch = Dir.open(place);
        if (!scratch.list().isEmpty()) {
            scratch.close();
            throw new LinuxException(Errno.EBUSY, "mount", place.toString());
        }
        return scratch;
    }

    static void prepareSystemDirectories(MountTargets targets)
            throws LinuxException, ContainerException {
        for (String directory : List.of("proc", "dev", "sys")) {
            if (!targets.prepare("/" + directory, true).equals(RawPath.of(directory))) {
                throw new ContainerException(
                        ContainerException.Reason.INVALID_SPEC,
                        "/" + directory + " of the image is a symbolic link",
                        null);
            }
        }
    }
}
