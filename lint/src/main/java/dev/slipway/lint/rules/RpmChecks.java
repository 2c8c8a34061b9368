package dev.slipway.lint.rules;

import dev.slipway.lint.FixKind;
import dev.slipway.lint.model.Argument;
import dev.slipway.lint.model.Command;

import java.util.List;
import java.util.Set;

/// yum, dnf and microdnf.
final class RpmChecks extends RunCheck {
    private static final List<String> DNF = List.of("dnf", "microdnf", "dnf5", "tdnf");

    @Override
    void step(Step step) {
        Set<String> variables = step.stage().variablesBefore(step.run());
        for (Command command : step.commands()) {
            if (command.is("yum")) {
                yum(step, command, variables);
            } else if (command.is("dnf") || command.is("microdnf")) {
                dnf(step, command, variables);
            }
        }
        cleaned(step);
    }

    private static void yum(Step step, Command yum, Set<String> variables) {
        boolean installs = yum.hasAny("install", "groupinstall", "localinstall");
        if (installs && !yum.hasAnyFlag("y", "assumeyes")) {
            step.at(yum)
                    .as("DL3030")
                    .fix(FixKind.SAFE, "Add -y", Edits.option(step, yum, "-y"))
                    .add();
        }
        if (yum.hasAny("install") && !pinned(yum, variables)) {
            step.at(yum).as("DL3033").add();
        }
    }

    private static void dnf(Step step, Command dnf, Set<String> variables) {
        boolean installs = dnf.hasAny("install", "groupinstall", "localinstall");
        if (installs && !dnf.hasAnyFlag("y", "assumeyes")) {
            step.at(dnf)
                    .as("DL3038")
                    .fix(FixKind.SAFE, "Add -y", Edits.option(step, dnf, "-y"))
                    .add();
        }
        boolean group = dnf.hasAny("group");
        if (dnf.hasAny("install") && !group && !pinned(dnf, variables)) {
            step.at(dnf).as("DL3041").add();
        }
    }

    private static boolean pinned(Command install, Set<String> variables) {
        boolean module = install.hasAny("module");
        for (Argument argument : install.operands()) {
            String name = argument.text();
            if (name.equals("install") || name.equals("module")) {
                continue;
            }
            boolean fine =
                    module
                            ? name.indexOf(':') >= 0
                            : name.endsWith(".rpm") || isVersioned(name, variables);
            if (!fine) {
                return false;
            }
        }
        return true;
    }

    // A version follows a dash: only its characters, and one part begins with a digit. A variable
    // that the file sets may hold one.
    private static boolean isVersioned(String name, Set<String> variables) {
        int dash = name.indexOf('-');
        if (dash < 0) {
            return false;
        }
        boolean digit = false;
        int start = dash + 1;
        while (start <= name.length()) {
            int next = name.indexOf('-', start);
            int end = next < 0 ? name.length() : next;
            String part = name.substring(start, end);
            boolean variable = part.startsWith("${") && part.endsWith("}");
            boolean known = variable && variables.contains(part.substring(2, part.length() - 1));
            digit |= known || (!part.isEmpty() && Character.isDigit(part.charAt(0)));
            start = end + 1;
        }
        return digit;
    }

    // A later command of the same manager must clean up.
    private static void cleaned(Step step) {
        List<Command> all = step.commands();
        boolean yumReported = false;
        boolean dnfReported = false;
        for (int i = 0; i < all.size(); i++) {
            Command command = all.get(i);
            List<Command> later = all.subList(i + 1, all.size());
            if (!yumReported && command.is("yum", "install") && !cleans(later, "yum")) {
                yumReported = true;
                step.at(command)
                        .as("DL3032")
                        .fix(
                                FixKind.UNSAFE,
                                "Clean up in the same RUN",
                                Edits.followUp(step, all.getLast(), "yum clean all"))
                        .add();
            }
            boolean dnf = DNF.contains(command.name()) && fills(command);
            if (!dnfReported && dnf && !cleans(later, command.name()) && !step.mounts("libdnf5")) {
                dnfReported = true;
                step.at(command)
                        .as("DL3040")
                        .fix(
                                FixKind.UNSAFE,
                                "Clean up in the same RUN",
                                Edits.followUp(step, all.getLast(), command.name() + " clean all"))
                        .add();
            }
        }
    }

    private static boolean fills(Command dnf) {
        return dnf.hasAny(
                "install",
                "in",
                "upgrade",
                "up",
                "upgrade-minimal",
                "up-min",
                "reinstall",
                "rei",
                "localinstall",
                "groupinstall");
    }

    private static boolean cleans(List<Command> later, String manager) {
        for (Command command : later) {
            boolean clean = command.is(manager, "clean") && command.hasAny("all");
            boolean removed =
                    manager.equals("yum")
                            ? command.is("rm", "-rf", "/var/cache/yum/*")
                            : command.is(
                                    "rm",
                                    "-rf",
                                    "/var/cache/yum/*",
                                    "/var/cache/libdnf5",
                                    "/var/cache/libdnf5/*");
            if (clean || removed) {
                return true;
            }
        }
        return false;
    }
}
