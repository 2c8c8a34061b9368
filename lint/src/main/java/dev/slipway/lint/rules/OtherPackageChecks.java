package dev.slipway.lint.rules;

import dev.slipway.lint.FixKind;
import dev.slipway.lint.model.Argument;
import dev.slipway.lint.model.Command;

import java.util.List;
import java.util.Set;

/// apk and zypper.
final class OtherPackageChecks extends RunCheck {
    private static final Set<String> PROMPTING =
            Set.of("install", "in", "remove", "rm", "source-install", "si", "patch");

    @Override
    void step(Step step) {
        List<Command> all = step.commands();
        boolean dirty = false;
        for (int i = 0; i < all.size(); i++) {
            Command command = all.get(i);
            if (command.is("apk", "add")) {
                apk(step, command);
            } else if (command.is("zypper")) {
                zypper(step, command);
                boolean installs = command.hasAny("install", "in");
                if (!dirty && installs && !cleans(all.subList(i + 1, all.size()))) {
                    dirty = true;
                    notCleaned(step, command, all);
                }
            }
        }
    }

    private static void notCleaned(Step step, Command zypper, List<Command> all) {
        if (!step.mounts("/var/cache/zypp")) {
            step.at(zypper)
                    .as("DL3036")
                    .fix(
                            FixKind.UNSAFE,
                            "Clean up in the same RUN",
                            Edits.followUp(step, all.getLast(), "zypper clean"))
                    .add();
        }
    }

    private static boolean cleans(List<Command> later) {
        for (Command command : later) {
            if (command.is("zypper", "clean", "cc")) {
                return true;
            }
        }
        return false;
    }

    private static void apk(Step step, Command add) {
        for (Argument argument : add.operands("t", "virtual", "repository", "X")) {
            String name = argument.text();
            boolean fine =
                    name.equals("add")
                            || name.endsWith(".apk")
                            || name.indexOf('=') >= 0
                            || name.indexOf('~') >= 0
                            || name.indexOf('>') >= 0
                            || name.indexOf('<') >= 0;
            if (!fine) {
                step.at(add).as("DL3018").add();
                break;
            }
        }
        if (!add.hasFlag("no-cache") && !step.mounts("/var/cache/apk")) {
            step.at(add)
                    .as("DL3019")
                    .fix(
                            FixKind.UNSAFE,
                            "Add --no-cache",
                            Edits.option(step, add, "add", "--no-cache"))
                    .add();
        }
    }

    private static void zypper(Step step, Command zypper) {
        String what = zypper.subcommand();
        boolean quiet =
                zypper.hasAnyFlag("n", "non-interactive", "y", "no-confirm", "non-interactive");
        if (PROMPTING.contains(what) && !quiet) {
            step.at(zypper)
                    .as("DL3034")
                    .fix(FixKind.SAFE, "Add -y", Edits.option(step, zypper, what, "-y"))
                    .add();
        }
        if (zypper.hasAny("dist-upgrade", "dup")) {
            step.at(zypper).as("DL3035").add();
        }
        if (zypper.hasAny("install", "in")) {
            for (Argument argument : zypper.operands()) {
                String name = argument.text();
                boolean fine =
                        name.equals("install")
                                || name.equals("in")
                                || name.endsWith(".rpm")
                                || name.indexOf('=') >= 0
                                || name.indexOf('>') >= 0
                                || name.indexOf('<') >= 0;
                if (!fine) {
                    step.at(zypper).as("DL3037").add();
                    break;
                }
            }
        }
    }
}
