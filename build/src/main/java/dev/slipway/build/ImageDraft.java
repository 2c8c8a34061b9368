package dev.slipway.build;

import dev.slipway.image.Healthcheck;
import dev.slipway.image.History;
import dev.slipway.image.ImageConfig;
import dev.slipway.image.Platform;
import dev.slipway.image.RunConfig;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
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
    final List<Entry> history = new ArrayList<>();
    final SortedSet<String> exposedPorts = new TreeSet<>();
    final SortedSet<String> volumes = new TreeSet<>();
    final SortedMap<String, String> labels = new TreeMap<>();
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

    /// One entry of the history.
    ///
    /// @param text what it is made by; empty: the step has no place in the history
    /// @param step the step whose layer it stands for; null: none
    /// @param inherited the base image's own entry; null: a new one
    record Entry(String text, @Nullable Step step, @Nullable History inherited) {}

    private ImageDraft(Scope scope, Platform platform) {
        this.scope = scope;
        this.platform = platform;
    }

    /// What `FROM scratch` starts with.
    static ImageDraft scratch(Platform platform) {
        var draft = new ImageDraft(new Scope(), platform);
        draft.workingDir = "/";
        return draft.withPath();
    }

    /// What a stage starts with that is made from an image.
    static ImageDraft of(ImageConfig config) {
        var draft = new ImageDraft(new Scope(), config.platform());
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
        labels.putAll(run.labels());
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
        var child = new ImageDraft(scope.copy(), platform);
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
        child.labels.putAll(labels);
        child.history.addAll(history);
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

    RunConfig runConfig() {
        return RunConfig.builder()
                .user(user)
                .exposedPorts(exposedPorts)
                .env(scope.envList())
                .entrypoint(entrypoint)
                .cmd(cmd)
                .volumes(volumes)
                .workingDir(workingDir)
                .labels(labels)
                .stopSignal(stopSignal)
                .healthcheck(healthcheck)
                .shell(shell)
                .onBuild(onBuild)
                .argsEscaped(argsEscaped)
                .build();
    }
}
