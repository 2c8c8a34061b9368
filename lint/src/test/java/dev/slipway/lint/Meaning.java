package dev.slipway.lint;

import dev.slipway.dockerfile.Copy;
import dev.slipway.dockerfile.Dockerfile;
import dev.slipway.dockerfile.Env;
import dev.slipway.dockerfile.Expander;
import dev.slipway.dockerfile.ExpansionException;
import dev.slipway.dockerfile.Expose;
import dev.slipway.dockerfile.Flag;
import dev.slipway.dockerfile.From;
import dev.slipway.dockerfile.Heredoc;
import dev.slipway.dockerfile.Instruction;
import dev.slipway.dockerfile.KeyValue;
import dev.slipway.dockerfile.Label;
import dev.slipway.dockerfile.OnBuild;
import dev.slipway.dockerfile.Run;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What a file means to a builder, as far as changes that keep the image may touch it: two files of
/// the same meaning build the same image. Options that only answer questions or calm a log do not
/// count.
final class Meaning {
    private Meaning() {}

    static List<String> of(Dockerfile file) {
        Expander expander = new Expander(file.escape());
        List<String> all = new ArrayList<>();
        all.add(String.valueOf(file.directives().stream().map(d -> d.name() + d.value()).toList()));
        for (Instruction instruction : file.instructions()) {
            all.add(of(instruction, expander));
        }
        return all;
    }

    private static String of(Instruction instruction, Expander expander) {
        String keyword = instruction.source().keyword().text().toUpperCase(Locale.ROOT);
        return keyword
                + " "
                + switch (instruction) {
                    case From from -> from(from);
                    case Env env -> pairs(env.variables(), expander);
                    case Label label -> pairs(label.labels(), expander);
                    case Expose expose -> expose.ports().toString().toLowerCase(Locale.ROOT);
                    case Copy copy -> flags(copy) + copy.sources() + slashed(copy.destination());
                    case Run run -> flags(run) + shell(run.source().rest().text());
                    case OnBuild onBuild -> shell(onBuild.source().rest().text());
                    default ->
                            flags(instruction)
                                    + instruction.source().json()
                                    + instruction.source().rest().text().strip();
                }
                + contents(instruction);
    }

    // Several sources need a directory: without the slash there is no build.
    private static String slashed(String destination) {
        return destination.endsWith("/")
                ? destination.substring(0, destination.length() - 1)
                : destination;
    }

    private static String contents(Instruction instruction) {
        StringBuilder out = new StringBuilder();
        for (Heredoc heredoc : instruction.source().heredocs()) {
            out.append(heredoc.name()).append(shell(heredoc.text()));
        }
        return out.toString();
    }

    private static String from(From from) {
        String platform = from.platform();
        boolean redundant =
                "$TARGETPLATFORM".equals(platform) || "${TARGETPLATFORM}".equals(platform);
        String name = from.name();
        return (redundant ? null : platform)
                + " "
                + from.image()
                + " "
                + (name == null ? null : name.toLowerCase(Locale.ROOT));
    }

    private static String flags(Instruction instruction) {
        StringBuilder out = new StringBuilder();
        for (Flag flag : instruction.flags()) {
            out.append(flag.text()).append(' ');
        }
        return out.toString();
    }

    private static String pairs(List<KeyValue> pairs, Expander expander) {
        StringBuilder out = new StringBuilder();
        for (KeyValue pair : pairs) {
            out.append(pair.key()).append('=').append(expand(pair.value(), expander)).append(';');
        }
        return out.toString();
    }

    private static String expand(String value, Expander expander) {
        try {
            return expander.expand(value, name -> "<" + name + "> x");
        } catch (ExpansionException e) {
            return value;
        }
    }

    // Without the options that SAFE changes add, and with both forms of a substitution alike.
    private static String shell(String script) {
        return script.replace(" -y", "")
                .replace(" --progress=dot:giga", "")
                .replace("$(", "`")
                .replace(")", "`");
    }
}
