package dev.slipway.lint.rules;

import dev.slipway.dockerfile.Flag;
import dev.slipway.dockerfile.Instruction;
import dev.slipway.lint.FixKind;
import dev.slipway.lint.model.Argument;
import dev.slipway.lint.model.Command;
import dev.slipway.lint.model.LintFile;
import dev.slipway.lint.model.StageModel;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Commands that are wrong in a build, or used in a wrong way.
final class CommandChecks extends RunCheck {
    private static final Set<String> SENSELESS =
            Set.of("free", "kill", "mount", "ps", "service", "shutdown", "ssh", "top", "vim");

    private boolean wget;
    private boolean curl;
    private @Nullable List<String> previousFlags; // of the RUN right before; null if there is none
    private int previousCount;

    @Override
    void begin(LintFile file, StageModel stage) {
        wget = false;
        curl = false;
        previousFlags = null;
    }

    @Override
    void other(Instruction instruction) {
        previousFlags = null;
    }

    @Override
    void step(Step step) {
        Set<String> reported = new java.util.HashSet<>();
        for (Command command : step.commands()) {
            if (SENSELESS.contains(command.name()) && reported.add("senseless")) {
                step.at(command).as("DL3001").add();
            }
            if (command.is("cd") && reported.add("cd")) {
                step.at(command).as("DL3003").add();
            }
            if (command.is("sudo") && reported.add("sudo")) {
                step.at(command).as("DL3004").add();
            }
            linked(step, command, reported);
            user(step, command, reported);
            wget(step, command, reported);
        }
        downloaders(step);
        consecutive(step);
    }

    private static void linked(Step step, Command command, Set<String> reported) {
        if (command.is("ln", "/bin/sh") && reported.add("ln")) {
            step.at(command).as("DL4005").add();
        }
    }

    private static void user(Step step, Command command, Set<String> reported) {
        if (!command.is("useradd") || command.hasAnyFlag("l", "no-log-init")) {
            return;
        }
        if (command.flagValue("u").length() > 5 && reported.add("useradd")) {
            step.at(command)
                    .as("DL3046")
                    .fix(FixKind.UNSAFE, "Add -l", Edits.option(step, command, "-l"))
                    .add();
        }
    }

    private static void wget(Step step, Command command, Set<String> reported) {
        if (!command.is("wget")) {
            return;
        }
        boolean quiet =
                command.hasAnyFlag(
                                "progress",
                                "q",
                                "quiet",
                                "o",
                                "output-file",
                                "a",
                                "append-output",
                                "no-verbose")
                        || command.hasAny("-nv");
        for (Argument argument : command.arguments()) {
            quiet |= argument.text().startsWith("-nv");
        }
        if (!quiet && reported.add("wget")) {
            step.at(command)
                    .as("DL3047")
                    .fix(
                            FixKind.SAFE,
                            "Add --progress=dot:giga",
                            Edits.option(step, command, "--progress=dot:giga"))
                    .add();
        }
    }

    // Reported at every later use once both were seen in a stage.
    private void downloaders(Step step) {
        boolean one = wget ^ curl;
        boolean both = wget && curl;
        Command used = null;
        for (Command command : step.commands()) {
            if (command.is("wget") || command.is("curl")) {
                boolean other = command.is("wget") ? curl : wget;
                used = used == null && (both || (one && other) || other) ? command : used;
                wget |= command.is("wget");
                curl |= command.is("curl");
            }
        }
        if (used != null && wget && curl) {
            step.at(used).as("DL4001").add();
        }
    }

    private void consecutive(Step step) {
        List<String> flags = new ArrayList<>();
        for (Flag flag : step.run().flags()) {
            flags.add(flag.text());
        }
        flags.sort(null);
        int count = step.commands().size();
        boolean same = flags.equals(previousFlags);
        if (same && count <= 1 && previousCount <= 1) {
            step.findings()
                    .at(step.run(), step.run().source().keyword().range())
                    .as("DL3059")
                    .add();
            return;
        }
        previousFlags = flags;
        previousCount = count;
    }
}
