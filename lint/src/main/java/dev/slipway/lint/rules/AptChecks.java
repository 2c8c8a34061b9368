package dev.slipway.lint.rules;

import dev.slipway.lint.FixKind;
import dev.slipway.lint.model.Argument;
import dev.slipway.lint.model.Command;

import java.util.List;

/// Debian's package manager.
final class AptChecks extends RunCheck {
    private static final String LISTS = "/var/lib/apt/lists";

    @Override
    void step(Step step) {
        for (Command command : step.commands()) {
            if (command.is("apt")) {
                step.at(command)
                        .as("DL3027")
                        .fix(FixKind.UNSAFE, "Use apt-get", Edits.rename(step, command, "apt-get"))
                        .add();
            }
            if (command.is("apt-get", "install")) {
                install(step, command);
            }
            boolean upgrade = command.is("apt-get", "dist-upgrade", "full-upgrade");
            if (upgrade || command.is("apt", "full-upgrade", "dist-upgrade")) {
                step.at(command)
                        .as("DKL-DI-0003", "A whole distribution is upgraded in a layer")
                        .add();
            }
        }
        lists(step);
    }

    private static void install(Step step, Command install) {
        if (!pinned(install)) {
            step.at(install).as("DL3008").add();
        }
        boolean yes =
                install.hasAnyFlag("y", "yes", "assume-yes")
                        || install.countFlag("q") > 1
                        || install.countFlag("quiet") > 1
                        || install.hasAny("-q=2");
        if (!yes) {
            step.at(install)
                    .as("DL3014")
                    .fix(FixKind.SAFE, "Add -y", Edits.option(step, install, "install", "-y"))
                    .add();
        }
        boolean lean =
                install.hasFlag("no-install-recommends")
                        || install.hasAny("APT::Install-Recommends=false")
                        || install.hasAny("APT::Install-Recommends=0");
        if (!lean) {
            step.at(install)
                    .as("DL3015")
                    .fix(
                            FixKind.UNSAFE,
                            "Add --no-install-recommends",
                            Edits.option(step, install, "install", "--no-install-recommends"))
                    .add();
        }
    }

    private static boolean pinned(Command install) {
        for (Argument argument : install.operands("t", "target-release", "o", "c")) {
            String name = argument.text();
            boolean fine =
                    name.equals("install")
                            || name.indexOf('=') >= 0
                            || name.indexOf('/') >= 0
                            || name.endsWith(".deb");
            if (!fine) {
                return false;
            }
        }
        return true;
    }

    private static void lists(Step step) {
        Command update = null;
        for (Command command : step.commands()) {
            boolean apt = command.is("apt") || command.is("apt-get") || command.is("aptitude");
            if (apt && command.hasAny("update")) {
                update = update == null ? command : update;
            } else if (command.is("rm", "-rf", LISTS + "/*", LISTS, LISTS + "/")) {
                return;
            }
        }
        boolean shipped = step.stage().isLast() || step.stage().isBase();
        boolean mounted =
                step.mounts(LISTS)
                        || (step.mounts("/var/lib/apt") && step.mounts("/var/cache/apt"));
        if (update != null && shipped && !mounted) {
            List<Command> all = step.commands();
            step.at(update)
                    .as("DL3009")
                    .fix(
                            FixKind.UNSAFE,
                            "Remove the lists in the same RUN",
                            Edits.followUp(step, all.getLast(), "rm -rf " + LISTS + "/*"))
                    .add();
        }
    }
}
