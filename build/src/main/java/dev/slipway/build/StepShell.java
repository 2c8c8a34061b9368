package dev.slipway.build;

import dev.slipway.container.ContainerException;
import dev.slipway.container.ContainerIo;
import dev.slipway.container.RunningContainer;
import dev.slipway.image.FileTree;
import dev.slipway.image.Lower;
import dev.slipway.image.Store;
import dev.slipway.linux.Dir;
import dev.slipway.linux.FileLock;
import dev.slipway.linux.RawPath;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// The state of a step, to look around in: its files, mounts, environment, user, directory and
/// network. Of a RUN that failed, as it left its files; of any other step, as they were before it.
///
/// Every command gets the state anew: what one changes is dropped when it ends.
public final class StepShell implements AutoCloseable {
    private final Workshop shop;
    private final Workshop.Job job;
    private final @Nullable Path left;
    private final AutoCloseable behind;

    /// @param left the upper directory a failed step left; null: the state is that before the step
    /// @param behind closed with this
    StepShell(Workshop shop, Workshop.Job job, @Nullable Path left, AutoCloseable behind) {
        this.shop = shop;
        this.job = job;
        this.left = left;
        this.behind = behind;
    }

    /// The state that a step which just failed left.
    static StepShell of(Workshop shop, Workshop.Job job, FailedState state) throws IOException {
        FileLock lock = state.lock();
        return new StepShell(shop, job, state.upper(), lock);
    }

    /// The state of a step of a build that is over.
    ///
    /// @param build the id of its record
    /// @param step its number; 0: the one that failed
    /// @param more adds what a record does not keep: secrets, ssh agents, who to tell of warnings
    /// @throws BuildException if the state cannot be had any more
    public static StepShell open(
            Store store, String build, int step, Consumer<BuildRequest.Builder> more)
            throws BuildException, IOException, InterruptedException {
        return new PastBuild(store, build, more).shell(step);
    }

    /// The step whose state it is.
    public Step step() {
        return job.step();
    }

    /// Whether the step failed and this is what it left.
    public boolean isLeftByFailure() {
        return left != null;
    }

    /// Runs a command and waits for its end.
    ///
    /// @return its exit code
    /// @throws BuildException if it cannot be started
    /// @throws BuildCancelledException if the request's cancellation was used meanwhile; the
    ///   command was killed then
    public int run(ShellCommand command, ContainerIo io)
            throws BuildException, BuildCancelledException, IOException, InterruptedException {
        var upper = shop.store().newTemp("upper");
        var work = shop.store().newTemp("work");
        try (var mounts = new RunMounts(shop, job, work)) {
            var files = shop.view(job.below());
            var lowers = new ArrayList<Lower>();
            if (left != null) {
                lowers.add(new Lower.Directory(left));
            }
            lowers.addAll(shop.lowers(job.below()));
            var root = RunExecutor.root(upper, work, lowers, files);
            if (left != null) {
                sameRoot(left, upper);
            }
            var step = (Step.Run) job.step();
            var args = command.args().isEmpty() ? shell(files) : command.args();
            var spec = new RunExecutor(shop).container(step, args, root, mounts, files, command);
            return run(spec.build(), io);
        } catch (ContainerException e) {
            throw BuildException.of(BuildException.messageOf(e))
                    .hint(e.hint().isEmpty() ? null : e.hint())
                    .exit(e.exitCode())
                    .cause(e)
                    .make();
        } finally {
            shop.disposal().remove(work);
            shop.disposal().remove(upper);
        }
    }

    /// The root of an overlay shows the attributes of the upper directory.
    private static void sameRoot(Path from, Path to) throws IOException {
        try (var left = Dir.open(from);
                var upper = Dir.open(to)) {
            var stat = left.stat(RawPath.ROOT);
            upper.chown(RawPath.ROOT, stat.uid(), stat.gid());
            upper.chmod(RawPath.ROOT, stat.mode());
        }
    }

    private int run(dev.slipway.container.ContainerSpec spec, ContainerIo io)
            throws BuildCancelledException, ContainerException, InterruptedException {
        var cancellation = shop.request().cancellation();
        cancellation.check();
        var waiting = Thread.currentThread();
        try (RunningContainer container = shop.runtime().start(spec, io);
                var _ = cancellation.onCancel(waiting::interrupt)) {
            for (var warning : container.warnings()) {
                shop.events().warn(warning);
            }
            return container.waitFor();
        } catch (InterruptedException e) {
            cancellation.check();
            throw e;
        }
    }

    private List<String> shell(FileTree files) throws BuildException, IOException {
        var found = Shells.find(((Step.Run) job.step()).args(), files);
        if (found.isEmpty()) {
            throw BuildException.of("there is no shell among the files of " + job.step().name())
                    .hint("name a command that is there: slipway debug BUILD -- COMMAND")
                    .make();
        }
        return found;
    }

    /// Gives back what was held. Idempotent.
    @Override
    public void close() throws IOException {
        try {
            behind.close();
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(e);
        }
    }
}
