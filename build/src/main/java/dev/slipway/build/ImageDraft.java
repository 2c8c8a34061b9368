package dev.slipway.build;

import dev.slipway.image.Healthcheck;
import dev.slipway.image.History;
import dev.slipway.image.ImageConfig;
import dev.slipway.image.Platform;
import dev.slipway.image.RunConfig;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// An image's config while the instructions of a stage are read. One thread at a time.
final class ImageDraft {
    /// The search path of a stage whose base has none.
    static final String DEFAULT_PATH =
            "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private static final List<String> DEFAULT_SHELL = List.of("/bin/sh", "-c");

    final Scope scope;
    final Platform platform;
    final SortedSet<String> exposedPorts = new TreeSet<>();
    final SortedSet<String> volumes = new TreeSet<>();
    final List<String> onBuild = new ArrayList<>();
    boolean argsEscaped;
    String user = "";
    String workingDir = "";
    String stopSignal = "";
    @Nullable List<String> entrypoint;
    @Nullable List<String> cmd;
    @Nullable List<String> shell;
    @Nullable Healthcheck healthcheck;
    @Nullable String author;
    private final Trail<Entry> history;
    private final Trail<LabelChange> labels;

    /// One entry of the history.
    ///
    /// @param written what it is made by; empty: the step has no place in the history; null: a RUN,
    ///   of which history shows all variables
    /// @param step the step whose layer it stands for; null: none
    /// @param inherited the base image's own entry; null: a new one
    record Entry(@Nullable String written, @Nullable Step step, @Nullable History inherited) {
        /// What it is made by; empty: the step has no place in the history.
        String text() {
            if (written != null) {
                return written;
            }
            var run = (Step.Run) Objects.requireNonNull(step);
            return HistoryText.run(run.spec());
        }
    }

    /// What a LABEL does.
    ///
    /// @param value null: it takes the label away
    private record LabelChange(String name, @Nullable String value) {}

    private ImageDraft(
            Scope scope, Platform platform, Trail<Entry> history, Trail<LabelChange> labels) {
        this.scope = scope;
        this.platform = platform;
        this.history = history;
        this.labels = labels;
    }

    private static ImageDraft empty(Platform platform) {
        return new ImageDraft(new Scope(), platform, new Trail<>(), new Trail<>());
    }

    /// What `FROM scratch` starts with.
    static ImageDraft scratch(Platform platform) {
        var draft = empty(platform);
        draft.workingDir = "/";
        return draft.withPath();
    }

    /// What a stage starts with that is made from an image.
    static ImageDraft of(ImageConfig config) {
        var draft = empty(config.platform());
        draft.take(config.config());
        draft.author = config.author();
        for (var entry : config.history()) {
            draft.history.add(new Entry(entry.createdBy(), null, entry));
        }
        return draft.withPath();
    }

    private void take(RunConfig run) {
        for (var variable : run.env()) {
            int eq = variable.indexOf('=');
            scope.setEnv(
                    eq < 0 ? variable : variable.substring(0, eq),
                    eq < 0 ? "" : variable.substring(eq + 1));
        }
        argsEscaped = run.argsEscaped();
        user = run.user();
        workingDir = run.workingDir();
        stopSignal = run.stopSignal();
        entrypoint = run.entrypoint();
        cmd = run.cmd();
        shell = run.shell();
        healthcheck = run.healthcheck();
        exposedPorts.addAll(run.exposedPorts());
        volumes.addAll(run.volumes());
        for (var label : run.labels().entrySet()) {
            label(label.getKey(), label.getValue());
        }
        onBuild.addAll(run.onBuild());
    }

    private ImageDraft withPath() {
        if (scope.env("PATH") == null) {
            scope.setEnv("PATH", DEFAULT_PATH);
        }
        return this;
    }

    /// What a stage starts with that is made from this one. Its ONBUILD triggers stay behind: the
    /// caller runs them.
    ImageDraft child() {
        var child = new ImageDraft(scope.copy(), platform, history.fork(), labels.fork());
        child.argsEscaped = argsEscaped;
        child.user = user;
        child.workingDir = workingDir;
        child.stopSignal = stopSignal;
        child.entrypoint = entrypoint;
        child.cmd = cmd;
        child.shell = shell;
        child.healthcheck = healthcheck;
        child.author = author;
        child.exposedPorts.addAll(exposedPorts);
        child.volumes.addAll(volumes);
        return child;
    }

    /// What runs a command in shell form.
    List<String> shellOrDefault() {
        return shell == null || shell.isEmpty() ? DEFAULT_SHELL : shell;
    }

    void note(String text) {
        history.add(new Entry(text, null, null));
    }

    void note(String text, Step step) {
        history.add(new Entry(text, step, null));
    }

    /// @param run a RUN, or of several platforms the one that is the same
    void noteRun(Step run) {
        history.add(new Entry(null, run, null));
    }

    List<Entry> history() {
        return history.toList();
    }

    void label(String name, String value) {
        labels.add(new LabelChange(name, value));
    }

    /// Takes a label away.
    ///
    /// @return whether it was there
    boolean removeLabel(String name) {
        boolean there = labels().containsKey(name);
        labels.add(new LabelChange(name, null));
        return there;
    }

    SortedMap<String, String> labels() {
        var now = new TreeMap<String, String>();
        for (var change : labels.toList()) {
            if (change.value == null) {
                now.remove(change.name);
            } else {
                now.put(change.name, change.value);
            }
        }
        return now;
    }

    RunConfig runConfig() {
        var env = new ArrayList<String>();
        for (var variable : scope.variables().env().entrySet()) {
            env.add(variable.getKey() + "=" + variable.getValue());
        }
        return RunConfig.builder()
                .user(user)
                .exposedPorts(exposedPorts)
                .env(env)
                .entrypoint(entrypoint)
                .cmd(cmd)
                .volumes(volumes)
                .workingDir(workingDir)
                .labels(labels())
                .stopSignal(stopSignal)
                .healthcheck(healthcheck)
                .shell(shell)
                .onBuild(onBuild)
                .argsEscaped(argsEscaped)
                .build();
    }
}
