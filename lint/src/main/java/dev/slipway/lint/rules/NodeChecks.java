package dev.slipway.lint.rules;

import dev.slipway.lint.FixKind;
import dev.slipway.lint.model.Argument;
import dev.slipway.lint.model.Command;

import java.util.List;

/// npm and yarn.
final class NodeChecks extends RunCheck {
    private static final String[] NPM_VALUES = {
        "loglevel", "registry", "cache", "prefix", "tag", "workspace", "w", "omit", "include"
    };

    @Override
    void step(Step step) {
        boolean reported = false;
        for (Command command : step.commands()) {
            boolean install = command.is("npm") && command.subcommandIs("install", NPM_VALUES);
            if (install && !reported && !isPinned(command)) {
                reported = true;
                step.at(command).as("DL3016").add();
            }
        }
        yarn(step);
    }

    private static boolean isPinned(Command install) {
        for (Argument argument : install.operands(NPM_VALUES)) {
            if (!argument.text().equals("install") && !isFixed(argument.text())) {
                return false;
            }
        }
        return true;
    }

    private static boolean isFixed(String name) {
        if (name.startsWith("git+") || name.startsWith("git:")) {
            return name.indexOf('#') >= 0;
        }
        boolean archive =
                name.endsWith(".tar") || name.endsWith(".tar.gz") || name.endsWith(".tgz");
        boolean path =
                name.startsWith("/")
                        || name.startsWith("./")
                        || name.startsWith("../")
                        || name.startsWith("~/");
        int version = name.indexOf('@', name.startsWith("@") ? 1 : 0);
        return archive || path || version >= 0;
    }

    private static void yarn(Step step) {
        List<Command> all = step.commands();
        boolean shipped = step.stage().isLast() || step.stage().isBase();
        if (!shipped || step.mounts("/.cache/yarn")) {
            return;
        }
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i).is("yarn", "install") && !cleans(all.subList(i + 1, all.size()))) {
                step.at(all.get(i))
                        .as("DL3060")
                        .fix(
                                FixKind.UNSAFE,
                                "Clean up in the same RUN",
                                Edits.followUp(step, all.getLast(), "yarn cache clean"))
                        .add();
                return;
            }
        }
    }

    private static boolean cleans(List<Command> later) {
        for (Command command : later) {
            if (command.is("yarn", "cache") && command.hasAny("clean")) {
                return true;
            }
        }
        return false;
    }
}
