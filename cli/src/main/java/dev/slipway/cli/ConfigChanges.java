package dev.slipway.cli;

import dev.slipway.cli.options.UsageException;
import dev.slipway.dockerfile.Cmd;
import dev.slipway.dockerfile.CommandForm;
import dev.slipway.dockerfile.Dockerfile;
import dev.slipway.dockerfile.DockerfileException;
import dev.slipway.dockerfile.Entrypoint;
import dev.slipway.dockerfile.Env;
import dev.slipway.dockerfile.Expander;
import dev.slipway.dockerfile.ExpansionException;
import dev.slipway.dockerfile.Expose;
import dev.slipway.dockerfile.Instruction;
import dev.slipway.dockerfile.KeyValue;
import dev.slipway.dockerfile.Label;
import dev.slipway.dockerfile.OnBuild;
import dev.slipway.dockerfile.StopSignal;
import dev.slipway.dockerfile.User;
import dev.slipway.dockerfile.Volume;
import dev.slipway.dockerfile.Workdir;
import dev.slipway.image.RunConfig;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/// Dockerfile instructions of `--change` that set how an image is run, applied to an empty
/// configuration.
final class ConfigChanges {
    private static final Expander EXPANDER = new Expander('\\');

    private final List<String> env = new ArrayList<>();
    private final TreeSet<String> ports = new TreeSet<>();
    private final TreeSet<String> volumes = new TreeSet<>();
    private final List<String> onBuild = new ArrayList<>();
    private final Map<String, String> labels = new TreeMap<>();
    private final RunConfig.Builder config = RunConfig.builder();

    private ConfigChanges() {}

    /// The configuration these instructions make.
    ///
    /// @throws UsageException naming the instruction that cannot be understood or is no matter of
    ///   configuration
    static RunConfig apply(List<String> instructions) throws UsageException {
        ConfigChanges changes = new ConfigChanges();
        for (String text : instructions) {
            try {
                Dockerfile file = Dockerfile.parse("--change", "FROM scratch\n" + text + "\n");
                for (Instruction instruction : file.stages().getFirst().instructions()) {
                    changes.add(instruction, text);
                }
            } catch (DockerfileException wrong) {
                throw new UsageException("invalid --change \"" + text + "\": " + wrong.reason());
            } catch (ExpansionException wrong) {
                throw new UsageException(
                        "invalid --change \"" + text + "\": " + wrong.getMessage());
            }
        }
        return changes.config
                .env(changes.env)
                .exposedPorts(changes.ports)
                .volumes(changes.volumes)
                .labels(changes.labels)
                .onBuild(changes.onBuild)
                .build();
    }

    private void add(Instruction instruction, String text)
            throws UsageException, ExpansionException {
        switch (instruction) {
            case Cmd cmd -> config.cmd(words(cmd.command()));
            case Entrypoint entrypoint -> config.entrypoint(words(entrypoint.command()));
            case Env variables -> {
                for (KeyValue pair : variables.variables()) {
                    String name = plain(pair.key());
                    env.removeIf(each -> each.startsWith(name + "="));
                    env.add(name + "=" + plain(pair.value()));
                }
            }
            case Label label -> {
                for (KeyValue pair : label.labels()) {
                    labels.put(plain(pair.key()), plain(pair.value()));
                }
            }
            case Expose expose -> {
                for (String port : expose.ports()) {
                    ports.add(port.indexOf('/') < 0 ? port + "/tcp" : port);
                }
            }
            case Volume volume -> volumes.addAll(volume.paths());
            case User user -> config.user(user.user());
            case Workdir workdir -> config.workingDir(workdir.path());
            case StopSignal signal -> config.stopSignal(signal.signal());
            case OnBuild trigger -> onBuild.add(trigger.expression());
            default ->
                    throw new UsageException(
                            "invalid --change \""
                                    + text
                                    + "\": it does not only set how the image is run");
        }
    }

    private static String plain(String word) throws ExpansionException {
        return EXPANDER.expand(word, _ -> null);
    }

    private static List<String> words(CommandForm form) {
        return switch (form) {
            case CommandForm.Exec(List<String> args) -> args;
            case CommandForm.ShellForm(String script) -> List.of("/bin/sh", "-c", script);
        };
    }
}
