package dev.slipway.build;

import dev.slipway.container.ContainerException;
import dev.slipway.container.ContainerIo;
import dev.slipway.container.ContainerSpec;
import dev.slipway.container.NetworkMode;
import dev.slipway.container.RootFs;
import dev.slipway.container.RunningContainer;
import dev.slipway.container.UserIds;
import dev.slipway.image.FileTree;
import dev.slipway.image.Layer;
import dev.slipway.image.Lower;
import dev.slipway.linux.Dir;
import dev.slipway.linux.RawPath;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Does a RUN: an overlay of the layers below it, whose upper directory becomes the new layer.
final class RunExecutor implements Workshop.Executor {
    // What BuildKit calls a build container; scripts have come to look for it.
    private static final String HOSTNAME = "buildkitsandbox";
    private static final int ROOT_MODE = 0755;

    private final Workshop shop;

    RunExecutor(Workshop shop) {
        this.shop = shop;
    }

    /// A command that did not succeed; perhaps it does another time.
    private static final class CommandFailed extends Exception {
        private static final long serialVersionUID = 1L;
        private final BuildException reason;

        CommandFailed(BuildException reason) {
            super(reason.getMessage(), reason);
            this.reason = reason;
        }
    }

    @Override
    public Layer execute(Workshop.Job job)
            throws BuildException, BuildCancelledException, IOException, InterruptedException {
        var step = (Step.Run) job.step();
        ForeignRuns.checkRuns(step);
        shop.events()
                .emit(time ->
                        new BuildEvent.StepProgress(
                                time, step, "preparing the root file system", 0, -1));
        var lowers = shop.lowers(job.below());
        var files = shop.view(job.below());
        var attempts = step.spec().attempts();
        for (int retry = 1; ; retry++) {
            try {
                return attempt(job, lowers, files, retry > attempts.retries());
            } catch (CommandFailed e) {
                if (retry > attempts.retries() || Thread.currentThread().isInterrupted()) {
                    throw e.reason;
                }
                waitToRetry(step, e.reason, retry, attempts);
                shop.request().cancellation().check();
            }
        }
    }

    private void waitToRetry(Step.Run step, BuildException reason, int retry, Attempts attempts)
            throws InterruptedException {
        long delay = attempts.delayBefore(retry);
        shop.events()
                .warn(
                        step.name()
                                + ": "
                                + BuildException.messageOf(reason)
                                + "; trying again in "
                                + HistoryText.duration(delay)
                                + ", retry "
                                + retry
                                + " of "
                                + attempts.retries());
        TimeUnit.NANOSECONDS.sleep(delay);
    }

    /// Runs the command once, on an upper directory of its own.
    ///
    /// @param last whether there is no other attempt: what it leaves when it fails is kept
    private Layer attempt(Workshop.Job job, List<Lower> layers, FileTree files, boolean last)
            throws BuildException, CommandFailed, IOException, InterruptedException {
        var step = (Step.Run) job.step();
        var upper = shop.store().newTemp("upper");
        var work = shop.store().newTemp("work");
        try {
            var root = root(upper, work, layers, files);
            try (var mounts = new RunMounts(shop, job, work)) {
                run(job, container(step, step.spec().args(), root, mounts, files, null).build());
            } catch (ContainerException e) {
                throw notStarted(step, e);
            } catch (CommandFailed e) {
                if (last) {
                    shop.keepFailed(job, upper);
                }
                throw e;
            }
            var latest = shop.latest();
            if (latest != null) {
                TimeClamp.clamp(upper, latest);
            }
            return shop.store().layers().adoptTree(upper, files);
        } finally {
            shop.disposal().remove(work);
            if (Files.exists(upper)) {
                shop.disposal().remove(upper);
            }
        }
    }

    static RootFs root(Path upper, Path work, List<Lower> layers, FileTree files)
            throws IOException {
        var lowers = layers;
        if (lowers.isEmpty()) {
            lowers = List.of(new Lower.Directory(Files.createDirectory(work.resolve("empty"))));
        }
        // The root of an overlay shows the attributes of the upper directory.
        var there = files.lookup(RawPath.ROOT);
        try (var dir = Dir.open(upper)) {
            if (there.isPresent()) {
                var root = there.get();
                dir.chown(RawPath.ROOT, root.uid(), root.gid());
                dir.chmod(RawPath.ROOT, root.mode());
                dir.setTimes(RawPath.ROOT, null, root.mtime());
            } else {
                dir.chmod(RawPath.ROOT, ROOT_MODE);
            }
        }
        return RootFs.scratch(lowers, upper, Files.createDirectory(work.resolve("overlay")));
    }

    /// The container a step's command runs in.
    ///
    /// @param args what to run in it
    /// @param other who looks around in it instead; null: the step itself runs
    ContainerSpec.Builder container(
            Step.Run step,
            List<String> args,
            RootFs root,
            RunMounts mounts,
            FileTree files,
            @Nullable ShellCommand other)
            throws BuildException, IOException, InterruptedException {
        var spec = step.spec();
        var name = other == null || other.user() == null ? spec.user() : other.user();
        var user = WorkdirExecutor.ids(name, files);
        var prepared = mounts.prepare();
        var builder =
                ContainerSpec.builder(root, args)
                        .env(env(spec, user, prepared.env()))
                        .cwd(spec.cwd())
                        .user(withGroups(user, prepared.additionalGids()))
                        .hostname(spec.hostname().isEmpty() ? HOSTNAME : spec.hostname())
                        .mounts(prepared.mounts())
                        .devices(prepared.devices())
                        .extraHosts(new LinkedHashMap<>(shop.request().extraHosts()))
                        .privileged(spec.insecure())
                        .network(network(step));
        var settings = shop.request().runSettings();
        if (settings != null) {
            builder.resources(settings.resources())
                    .ulimits(settings.ulimits())
                    .shmSizeBytes(settings.shmSizeBytes())
                    .cgroupParent(settings.cgroupParent());
        }
        if (other != null) {
            var more = new ArrayList<>(prepared.env());
            more.addAll(other.env());
            builder.env(env(spec, user, more)).terminal(other.terminal());
            builder.cwd(other.cwd() == null ? spec.cwd() : other.cwd());
        }
        return builder;
    }

    static NetworkMode network(Step.Run step) {
        return step.spec().network() == NetworkChoice.NONE ? NetworkMode.NONE : NetworkMode.HOST;
    }

    private static UserIds withGroups(UserIds user, List<Integer> more) {
        if (more.isEmpty()) {
            return user;
        }
        var groups = new ArrayList<>(user.additionalGids());
        groups.addAll(more);
        return new UserIds(user.uid(), user.gid(), groups, user.home());
    }

    /// Later variables replace earlier ones of the same name.
    private static List<String> env(RunSpec spec, UserIds user, List<String> more) {
        var env = new LinkedHashMap<String, String>();
        for (var variables : List.of(spec.env(), spec.unkeyedEnv(), more)) {
            for (var variable : variables) {
                env.put(variable.substring(0, variable.indexOf('=')), variable);
            }
        }
        env.putIfAbsent("HOME", "HOME=" + user.home());
        return List.copyOf(env.values());
    }

    private void run(Workshop.Job job, ContainerSpec spec)
            throws CommandFailed, ContainerException, IOException, InterruptedException {
        var step = (Step.Run) job.step();
        var tail = new LogTail();
        long timeout = step.spec().attempts().timeoutNanos();
        try (var out = log(step, BuildEvent.OutputStreamKind.STDOUT, tail);
                var err = log(step, BuildEvent.OutputStreamKind.STDERR, tail);
                RunningContainer container =
                        shop.runtime().start(spec, new ContainerIo.Streams(null, out, err));
                var deadline = Deadline.start(container, timeout)) {
            if (job.next() instanceof Step.Run next) {
                shop.expect(next);
            }
            for (var warning : container.warnings()) {
                shop.events().warn(warning);
            }
            int code = container.waitFor();
            out.finish();
            err.finish();
            if (code != 0) {
                throw new CommandFailed(
                        deadline.passed()
                                ? tooSlow(step, timeout, tail)
                                : failed(step, code, tail));
            }
        }
    }

    private LineSplitter log(Step step, BuildEvent.OutputStreamKind kind, LogTail tail) {
        return new LineSplitter(line -> {
            tail.add(line);
            shop.events().emit(time -> new BuildEvent.StepLog(time, step, kind, line));
        });
    }

    private static BuildException failed(Step.Run step, int code, LogTail tail) {
        var how = code > 128 && code < 193 ? " (signal " + (code - 128) + ")" : "";
        return BuildException.of(
                        "process \""
                                + String.join(" ", step.args())
                                + "\" did not complete successfully: exit code: "
                                + code
                                + how)
                .step(step)
                .exit(code)
                .lastLines(tail.lines())
                .make();
    }

    private static BuildException tooSlow(Step.Run step, long timeout, LogTail tail) {
        return BuildException.of(
                        "process \""
                                + String.join(" ", step.args())
                                + "\" did not end within "
                                + HistoryText.duration(timeout)
                                + " and was killed")
                .step(step)
                .lastLines(tail.lines())
                .hint("raise the limit: --run-timeout, or timeout= in the comment above it")
                .make();
    }

    private static BuildException notStarted(Step.Run step, ContainerException e) {
        return BuildException.of(BuildException.messageOf(e))
                .step(step)
                .hint(e.hint().isEmpty() ? null : e.hint())
                .exit(e.exitCode())
                .cause(e)
                .make();
    }
}
