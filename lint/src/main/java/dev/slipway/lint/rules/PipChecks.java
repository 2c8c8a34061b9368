package dev.slipway.lint.rules;

import dev.slipway.dockerfile.Env;
import dev.slipway.dockerfile.Instruction;
import dev.slipway.dockerfile.KeyValue;
import dev.slipway.lint.BaseImages;
import dev.slipway.lint.FixKind;
import dev.slipway.lint.model.Argument;
import dev.slipway.lint.model.Command;
import dev.slipway.lint.model.LintFile;
import dev.slipway.lint.model.StageModel;
import dev.slipway.lint.shell.ShellCommand;
import dev.slipway.lint.shell.ShellWord;

import org.jspecify.annotations.Nullable;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// pip, and pipx.
final class PipChecks extends RunCheck {
    private static final String[] TAKING_VALUES = {
        "abi",
        "b",
        "build",
        "e",
        "editable",
        "extra-index-url",
        "f",
        "find-links",
        "i",
        "index-url",
        "implementation",
        "no-binary",
        "only-binary",
        "platform",
        "prefix",
        "progress-bar",
        "proxy",
        "python",
        "python-version",
        "root",
        "root-user-action",
        "src",
        "t",
        "target",
        "trusted-host",
        "upgrade-strategy"
    };
    private static final List<String> OPERATORS = List.of("==", ">", "<", "!=", "~=");
    private static final List<String> REPOSITORIES = List.of("git", "hg", "svn", "bzr");

    private final Set<StageModel> uncached = new HashSet<>();
    private boolean noCache;
    private @Nullable StageModel stage;

    @Override
    void begin(LintFile file, StageModel next) {
        stage = next;
        StageModel parent = next.parent();
        noCache = parent != null ? uncached.contains(parent) : inBase(file, next);
        if (noCache) {
            uncached.add(next);
        }
    }

    private static boolean inBase(LintFile file, StageModel stage) {
        BaseImages.Base base = BaseFacts.of(file, stage);
        return base != null && isTrue(base.environment().getOrDefault("PIP_NO_CACHE_DIR", ""));
    }

    @Override
    void other(Instruction instruction) {
        if (!(instruction instanceof Env env)) {
            return;
        }
        for (KeyValue pair : env.variables()) {
            if (pair.key().equals("PIP_NO_CACHE_DIR")) {
                noCache = isTrue(Wording.unquoted(pair.value()));
                if (noCache && stage != null) {
                    uncached.add(stage);
                } else {
                    uncached.remove(stage);
                }
            }
        }
    }

    @Override
    void step(Step step) {
        boolean exported = noCache;
        boolean reportedPin = false;
        boolean reportedCache = false;
        for (Command command : step.commands()) {
            exported = exported(command, exported);
            if (!isInstall(command)) {
                continue;
            }
            if (!reportedPin && !isPinned(command)) {
                reportedPin = true;
                step.at(command).as("DL3013").add();
            }
            boolean cached =
                    !exported
                            && !command.hasFlag("no-cache-dir")
                            && !command.is("pipx")
                            && !setsNoCache(command.source())
                            && !step.mounts("/.cache/pip");
            if (cached && !reportedCache) {
                reportedCache = true;
                step.at(command)
                        .as("DL3042")
                        .fix(
                                FixKind.UNSAFE,
                                "Add --no-cache-dir",
                                Edits.option(step, command, "install", "--no-cache-dir"))
                        .add();
            }
        }
    }

    private static boolean isInstall(Command command) {
        String name = command.name();
        boolean pip =
                (name.startsWith("pip") && !name.startsWith("pipenv"))
                        || (name.startsWith("python")
                                && command.hasAny("-m")
                                && command.hasAny("pip"));
        return pip && command.hasAny("install");
    }

    private static boolean exported(Command command, boolean before) {
        if (!command.is("export")) {
            return before;
        }
        for (Argument argument : command.arguments()) {
            if (argument.text().startsWith("PIP_NO_CACHE_DIR=")) {
                return isTrue(argument.text().substring("PIP_NO_CACHE_DIR=".length()));
            }
        }
        return before;
    }

    private static boolean setsNoCache(ShellCommand.Simple command) {
        for (ShellCommand.Assignment assignment : command.assignments()) {
            ShellWord value = assignment.value();
            if (assignment.name().equals("PIP_NO_CACHE_DIR") && value != null) {
                return isTrue(value.simplified());
            }
        }
        return false;
    }

    private static boolean isTrue(String value) {
        return switch (Wording.lower(value)) {
            case "", "0", "false", "off", "no" -> false;
            default -> true;
        };
    }

    private static boolean isPinned(Command install) {
        boolean listed =
                install.hasAny("--requirement", "-r", ".")
                        || install.hasFlag("requirement")
                        || install.hasAnyFlag("constraint", "c");
        if (listed) {
            return true;
        }
        boolean seen = false;
        for (Argument argument : install.operands(TAKING_VALUES)) {
            if (!seen) {
                seen = argument.text().equals("install");
            } else if (!isFixed(argument.text())) {
                return false;
            }
        }
        return true;
    }

    private static boolean isFixed(String name) {
        for (String operator : OPERATORS) {
            if (name.contains(operator)) {
                return true;
            }
        }
        if (name.endsWith(".whl") || name.endsWith(".tar.gz") || name.equals("install")) {
            return true;
        }
        boolean repository = false;
        for (String scheme : REPOSITORIES) {
            repository |= name.startsWith(scheme + "+") || name.startsWith(scheme + ":");
        }
        return repository ? name.indexOf('@') >= 0 : name.indexOf('/') >= 0;
    }
}
