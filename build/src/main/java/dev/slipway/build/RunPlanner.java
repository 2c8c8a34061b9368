package dev.slipway.build;

import dev.slipway.dockerfile.CommandForm;
import dev.slipway.dockerfile.ExpansionException;
import dev.slipway.dockerfile.Mount;
import dev.slipway.dockerfile.MountException;
import dev.slipway.dockerfile.MountFlag;
import dev.slipway.dockerfile.Run;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Resolves a RUN: its command, what it sees, and its mounts.
final class RunPlanner {
    private static final int DEFAULT_SECRET_MODE = 0400;
    private static final int DEFAULT_SSH_MODE = 0600;
    private static final String HOSTNAME = "BUILDKIT_SANDBOX_HOSTNAME";
    private static final String CACHE_NAMESPACE = "BUILDKIT_CACHE_MOUNT_NS";

    private final StagePlanner stage;
    private final ImageDraft image;

    RunPlanner(StagePlanner stage, ImageDraft image) {
        this.stage = stage;
        this.image = image;
    }

    RunSpec spec(Run run, SourceLines at) throws BuildException, InterruptedException {
        if (!run.devices().isEmpty()) {
            RunDevices.check(run.devices(), settings(), at);
        }
        var hostname = stage.planner().args().given(HOSTNAME);
        var script = script(run);
        return new RunSpec(
                args(run, script, at),
                image.scope.variables(),
                BuildArgs.proxyEnv(stage.planner().request().buildArgs(), image.scope),
                stage.workingDir(),
                image.user,
                mounts(run, at),
                network(run.network(), at),
                insecure(run, at),
                hostname == null ? "" : hostname,
                run.devices(),
                attempts(run),
                script);
    }

    private @Nullable RunSettings settings() {
        return stage.planner().request().runSettings();
    }

    private boolean allows(String entitlement) {
        var settings = settings();
        return settings != null && settings.allows(entitlement);
    }

    private Attempts attempts(Run run) throws BuildException {
        var settings = settings();
        var asked = settings == null ? Attempts.ONE : settings.attempts();
        var directive = stage.planner().directive(run);
        return directive == null ? asked : directive.attempts(asked);
    }

    private static RunSpec.@Nullable Script script(Run run) {
        var heredoc = run.scriptHeredoc();
        return heredoc == null || !heredoc.text().startsWith("#!")
                ? null
                : new RunSpec.Script(heredoc.name(), heredoc.text());
    }

    private List<String> args(Run run, RunSpec.@Nullable Script script, SourceLines at)
            throws BuildException {
        if (run.command() instanceof CommandForm.Exec(List<String> args)) {
            if (args.isEmpty()) {
                throw BuildException.of("RUN has no command").source(at).make();
            }
            return args;
        }
        var args = new ArrayList<>(image.shellOrDefault());
        var text = run.script();
        args.add(script != null ? script.path() : text == null ? "" : text);
        return args;
    }

    private NetworkChoice network(@Nullable String written, SourceLines at) throws BuildException {
        var asked = stage.planner().request().network();
        return switch (written == null ? "default" : written.toLowerCase(Locale.ROOT)) {
            case "none" -> NetworkChoice.NONE;
            case "host" -> {
                if (asked != NetworkChoice.HOST && !allows(RunSettings.HOST_NETWORK)) {
                    throw BuildException.of("RUN --network=host is not allowed")
                            .source(at)
                            .hint("allow it with --allow network.host")
                            .make();
                }
                yield NetworkChoice.HOST;
            }
            default -> asked;
        };
    }

    private boolean insecure(Run run, SourceLines at) throws BuildException {
        boolean insecure = "insecure".equalsIgnoreCase(run.security());
        if (insecure && !allows(RunSettings.INSECURE)) {
            throw BuildException.of("RUN --security=insecure is not allowed")
                    .source(at)
                    .hint("allow it with --allow security.insecure")
                    .make();
        }
        return insecure;
    }

    private List<RunMount> mounts(Run run, SourceLines at)
            throws BuildException, InterruptedException {
        var mounts = new ArrayList<RunMount>();
        for (var flag : run.mounts()) {
            mounts.add(mount(from(flag, resolve(flag, at), at), mounts, at));
        }
        return mounts;
    }

    private Mount resolve(MountFlag flag, SourceLines at) throws BuildException {
        try {
            return flag.resolve(
                    word -> stage.planner().expander().expand(word, image.scope::get),
                    word -> stage.planner().expander().expand(word, stage::inStageOrGlobal));
        } catch (MountException e) {
            var suggestion = e.suggestion();
            throw BuildException.of(BuildException.messageOf(e))
                    .source(at)
                    .hint(suggestion == null ? null : "did you mean " + suggestion + "?")
                    .make();
        } catch (ExpansionException e) {
            throw BuildException.of(BuildException.messageOf(e)).source(at).make();
        }
    }

    /// The mount, unless a variable left nothing of its `from`: the context is not what was meant.
    private static Mount from(MountFlag flag, Mount mount, SourceLines at) throws BuildException {
        for (var field : flag.fields()) {
            if (field.key().equals("from") && mount.from() == null && field.value() != null) {
                var written = field.value();
                if (!written.isEmpty()) {
                    throw BuildException.of("from=" + written + " is empty")
                            .source(at)
                            .hint("give the variable a value, or a default: ${NAME:-default}")
                            .make();
                }
            }
        }
        return mount;
    }

    private RunMount mount(Mount mount, List<RunMount> before, SourceLines at)
            throws BuildException, InterruptedException {
        return switch (mount.type()) {
            case BIND ->
                    new RunMount.Bind(
                            source(mount.from(), at),
                            PathText.join("/", orEmpty(mount.source())),
                            target(mount.target(), at),
                            !mount.readOnly());
            case CACHE -> cache(mount, at);
            case TMPFS ->
                    new RunMount.Tmpfs(
                            target(mount.target(), at), mount.sizeBytes(), mount.readOnly());
            case SECRET -> secret(mount, at);
            case SSH -> ssh(mount, before, at);
        };
    }

    private RunMount cache(Mount mount, SourceLines at)
            throws BuildException, InterruptedException {
        var target = target(mount.target(), at);
        var id = mount.id();
        var namespace = stage.planner().args().given(CACHE_NAMESPACE);
        var sharing = mount.sharing();
        return new RunMount.Cache(
                (namespace == null || namespace.isEmpty() ? "" : namespace + "/")
                        + (id == null || id.isEmpty() ? target : id),
                sharing == null
                        ? RunMount.Sharing.SHARED
                        : RunMount.Sharing.valueOf(sharing.name()),
                target,
                mount.readOnly(),
                source(mount.from(), at),
                PathText.join("/", orEmpty(mount.source())),
                number(mount.uid()),
                number(mount.gid()),
                number(mount.mode()));
    }

    private RunMount secret(Mount mount, SourceLines at) throws BuildException {
        var id = firstOf(mount.source(), mount.id());
        var target = orEmpty(mount.target());
        if (id.isEmpty()) {
            id = target.substring(target.lastIndexOf('/') + 1);
        }
        if (id.isEmpty()) {
            throw BuildException.of("a secret needs an id or a target").source(at).make();
        }
        if (target.isEmpty() && mount.env() == null) {
            target = "/run/secrets/" + id.substring(id.lastIndexOf('/') + 1);
        }
        return new RunMount.Secret(
                id,
                target.isEmpty() ? "" : target(target, at),
                mount.env(),
                mount.required(),
                orZero(mount.uid()),
                orZero(mount.gid()),
                mount.mode() == null ? DEFAULT_SECRET_MODE : mount.mode());
    }

    private RunMount ssh(Mount mount, List<RunMount> before, SourceLines at) throws BuildException {
        int agents = 0;
        for (var other : before) {
            if (other instanceof RunMount.Ssh) {
                agents++;
            }
        }
        var written = orEmpty(mount.target());
        var id = firstOf(mount.source(), mount.id());
        return new RunMount.Ssh(
                id.isEmpty() ? "default" : id,
                written.isEmpty() ? "/run/buildkit/ssh_agent." + agents : target(written, at),
                mount.required(),
                orZero(mount.uid()),
                orZero(mount.gid()),
                mount.mode() == null ? DEFAULT_SSH_MODE : mount.mode());
    }

    private @Nullable Step source(@Nullable String from, SourceLines at)
            throws BuildException, InterruptedException {
        return from == null || from.isEmpty() ? null : stage.sourceNamed(from, at);
    }

    private String target(@Nullable String written, SourceLines at) throws BuildException {
        if (written == null || written.isEmpty()) {
            throw BuildException.of("a mount has no target").source(at).make();
        }
        var target = PathText.join(stage.workingDir(), written);
        if (target.equals("/")) {
            throw BuildException.of("a mount cannot replace the root").source(at).make();
        }
        return target;
    }

    private static String firstOf(@Nullable String a, @Nullable String b) {
        return a != null && !a.isEmpty() ? a : orEmpty(b);
    }

    private static String orEmpty(@Nullable String value) {
        return value == null ? "" : value;
    }

    private static int orZero(@Nullable Integer value) {
        return value == null ? 0 : value;
    }

    private static int number(@Nullable Integer value) {
        return value == null ? -1 : value;
    }
}
