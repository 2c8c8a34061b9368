package dev.slipway.build;

import dev.slipway.dockerfile.Arg;
import dev.slipway.dockerfile.Cmd;
import dev.slipway.dockerfile.CommandForm;
import dev.slipway.dockerfile.Entrypoint;
import dev.slipway.dockerfile.Env;
import dev.slipway.dockerfile.Expose;
import dev.slipway.dockerfile.ExposedPorts;
import dev.slipway.dockerfile.Instruction;
import dev.slipway.dockerfile.KeyValue;
import dev.slipway.dockerfile.Label;
import dev.slipway.dockerfile.Maintainer;
import dev.slipway.dockerfile.OnBuild;
import dev.slipway.dockerfile.Shell;
import dev.slipway.dockerfile.StopSignal;
import dev.slipway.dockerfile.User;
import dev.slipway.dockerfile.Volume;
import dev.slipway.image.Healthcheck;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Applies the instructions that change an image's config and make no layer.
final class Metadata {
    private final StagePlanner stage;
    private final ImageDraft image;
    // ENTRYPOINT drops a CMD that came from the base, not one that this stage set.
    private boolean cmdSet;

    Metadata(StagePlanner stage, ImageDraft image) {
        this.stage = stage;
        this.image = image;
    }

    @SuppressWarnings("IfChainToSwitch") // see the package documentation
    void apply(Instruction instruction, SourceLines at) throws BuildException {
        if (instruction instanceof Env env) {
            env(env, at);
        } else if (instruction instanceof Arg arg) {
            arg(arg, at);
        } else if (instruction instanceof Label label) {
            label(label, at);
        } else if (instruction instanceof Cmd cmd) {
            image.cmd = command(cmd.command());
            image.argsEscaped = true; // as BuildKit marks it, on Linux too
            cmdSet = true;
            image.note(HistoryText.quotedList("CMD", image.cmd));
        } else if (instruction instanceof Entrypoint entrypoint) {
            entrypoint(entrypoint);
        } else if (instruction instanceof User user) {
            image.user = stage.expand(user.user(), at);
            image.note("USER " + image.user);
        } else if (instruction instanceof Expose expose) {
            expose(expose, at);
        } else if (instruction instanceof Volume volume) {
            volume(volume, at);
        } else {
            applyRarer(instruction, at);
        }
    }

    @SuppressWarnings("IfChainToSwitch") // see the package documentation
    private void applyRarer(Instruction instruction, SourceLines at) throws BuildException {
        if (instruction instanceof Shell shell) {
            image.shell = shell.command();
            image.note(HistoryText.plainList("SHELL", shell.command()));
        } else if (instruction instanceof StopSignal stopSignal) {
            stopSignal(stopSignal, at);
        } else if (instruction instanceof dev.slipway.dockerfile.Healthcheck healthcheck) {
            healthcheck(healthcheck);
        } else if (instruction instanceof OnBuild onBuild) {
            image.onBuild.add(onBuild.expression());
        } else if (instruction instanceof Maintainer maintainer) {
            image.author = maintainer.name();
            image.note("MAINTAINER " + maintainer.name());
        } else {
            throw new IllegalArgumentException(instruction.original());
        }
    }

    /// All values are expanded with the variables as they were before the instruction.
    private void env(Env env, SourceLines at) throws BuildException {
        var text = new StringBuilder("ENV");
        var values = pairs(env.variables(), at);
        for (int i = 0; i < values.size(); i += 2) {
            image.scope.setEnv(values.get(i), values.get(i + 1));
            text.append(' ').append(values.get(i)).append('=').append(values.get(i + 1));
        }
        image.note(text.toString());
    }

    private void label(Label label, SourceLines at) throws BuildException {
        var text = new StringBuilder("LABEL");
        var values = pairs(label.labels(), at);
        for (int i = 0; i < values.size(); i += 2) {
            image.label(values.get(i), values.get(i + 1));
            text.append(' ').append(values.get(i)).append('=').append(values.get(i + 1));
        }
        image.note(text.toString());
    }

    private List<String> pairs(List<KeyValue> pairs, SourceLines at) throws BuildException {
        var values = new ArrayList<String>(pairs.size() * 2);
        for (var pair : pairs) {
            var key = stage.expand(pair.key(), at);
            if (key.isEmpty()) {
                throw BuildException.of("a name is empty: " + pair.key() + "=" + pair.value())
                        .source(at)
                        .make();
            }
            values.add(key);
            values.add(stage.expand(pair.value(), at));
        }
        return values;
    }

    /// A caller's value wins over the default, and that over the global argument's value.
    private void arg(Arg arg, SourceLines at) throws BuildException {
        var text = new StringBuilder("ARG");
        for (var definition : arg.definitions()) {
            var name = stage.expand(definition.name(), at);
            var value = argValue(name, definition.defaultValue(), at);
            image.scope.declareArg(name, value);
            text.append(' ').append(name);
            if (value != null && !BuildArgs.isProxy(name)) {
                text.append('=').append(value);
            }
        }
        image.note(text.toString());
    }

    private @Nullable String argValue(String name, @Nullable String written, SourceLines at)
            throws BuildException {
        var given = stage.planner().args().given(name);
        if (given != null) {
            return given;
        }
        return written != null ? stage.expand(written, at) : stage.planner().args().value(name);
    }

    private void expose(Expose expose, SourceLines at) throws BuildException {
        var ports = new ArrayList<String>();
        for (var written : expose.ports()) {
            for (var word : stage.expandWords(written, at)) {
                try {
                    ports.addAll(ExposedPorts.parse(word));
                } catch (IllegalArgumentException e) {
                    throw BuildException.of(BuildException.messageOf(e)).source(at).make();
                }
            }
        }
        image.exposedPorts.addAll(ports);
        image.note(HistoryText.plainList("EXPOSE", ports));
    }

    private void volume(Volume volume, SourceLines at) throws BuildException {
        var paths = stage.expandAll(volume.paths(), at);
        for (var path : paths) {
            if (path.isEmpty()) {
                throw BuildException.of("a VOLUME is empty").source(at).make();
            }
            image.volumes.add(path);
        }
        image.note(HistoryText.plainList("VOLUME", paths));
    }

    private List<String> command(CommandForm form) {
        if (form instanceof CommandForm.Exec exec) {
            return exec.args();
        }
        var args = new ArrayList<>(image.shellOrDefault());
        args.add(((CommandForm.ShellForm) form).script());
        return List.copyOf(args);
    }

    private void entrypoint(Entrypoint entrypoint) {
        image.entrypoint = command(entrypoint.command());
        if (!cmdSet) {
            image.cmd = null;
        }
        image.note(HistoryText.quotedList("ENTRYPOINT", image.entrypoint));
    }

    private void stopSignal(StopSignal stopSignal, SourceLines at) throws BuildException {
        var signal = stage.expand(stopSignal.signal(), at);
        if (!StopSignal.isValid(signal)) {
            throw BuildException.of("\"" + signal + "\" is not a signal")
                    .source(at)
                    .hint("write a name such as SIGTERM, or a number")
                    .make();
        }
        image.stopSignal = signal;
        image.note("STOPSIGNAL " + signal);
    }

    private void healthcheck(dev.slipway.dockerfile.Healthcheck written) {
        var test = new ArrayList<String>();
        var command = written.command();
        if (command == null) {
            test.add("NONE");
        } else if (command instanceof CommandForm.Exec exec) {
            test.add("CMD");
            test.addAll(exec.args());
        } else {
            test.add("CMD-SHELL");
            test.add(((CommandForm.ShellForm) command).script());
        }
        image.healthcheck =
                new Healthcheck(
                        test,
                        written.interval().toNanos(),
                        written.timeout().toNanos(),
                        written.startPeriod().toNanos(),
                        written.startInterval().toNanos(),
                        written.retries());
        image.note(
                "HEALTHCHECK {Test:["
                        + String.join(" ", test)
                        + "] Interval:"
                        + text(written.interval())
                        + " Timeout:"
                        + text(written.timeout())
                        + " StartPeriod:"
                        + text(written.startPeriod())
                        + " StartInterval:"
                        + text(written.startInterval())
                        + " Retries:"
                        + written.retries()
                        + "}");
    }

    private static String text(Duration duration) {
        return HistoryText.duration(duration.toNanos());
    }
}
