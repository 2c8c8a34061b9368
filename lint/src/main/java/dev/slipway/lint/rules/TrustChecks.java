package dev.slipway.lint.rules;

import dev.slipway.dockerfile.Arg;
import dev.slipway.dockerfile.Env;
import dev.slipway.dockerfile.Instruction;
import dev.slipway.dockerfile.Run;
import dev.slipway.lint.model.Argument;
import dev.slipway.lint.model.Check;
import dev.slipway.lint.model.Command;
import dev.slipway.lint.model.Findings;
import dev.slipway.lint.model.LintFile;
import dev.slipway.lint.model.Script;
import dev.slipway.lint.model.StageModel;
import dev.slipway.lint.shell.ShellCommand;
import dev.slipway.lint.shell.ShellWord;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Map;
import java.util.Set;

/// Downloads that nobody verifies, and passwords on command lines.
final class TrustChecks implements Check {
    /// Variables that switch verification off, with the value that does; empty for any.
    private static final Map<String, Switch> VARIABLES =
            Map.of(
                    "PYTHONHTTPSVERIFY", new Switch("CKV2_DOCKER_5", "0"),
                    "NODE_TLS_REJECT_UNAUTHORIZED", new Switch("CKV2_DOCKER_6", "0"),
                    "NPM_CONFIG_STRICT_SSL", new Switch("CKV2_DOCKER_12", "false"),
                    "GIT_SSL_NO_VERIFY", new Switch("CKV2_DOCKER_14", ""),
                    "PIP_TRUSTED_HOST", new Switch("CKV2_DOCKER_16", ""));

    private record Switch(String code, String value) {
        boolean isOff(String set) {
            String text = Wording.lower(Wording.unquoted(set));
            return value.isEmpty() ? !text.isEmpty() && !text.equals("0") : text.equals(value);
        }
    }

    @Override
    public void check(LintFile file, Findings findings) {
        for (StageModel stage : file.stages()) {
            for (Instruction instruction : stage.instructions()) {
                if (instruction instanceof Env || instruction instanceof Arg) {
                    for (VariableChecks.Named named : VariableChecks.named(instruction)) {
                        variable(instruction, named.name(), named.value(), findings);
                    }
                }
                Script script = instruction instanceof Run ? file.script(instruction) : null;
                if (instruction instanceof Run run && script != null) {
                    script(new RunCheck.Step(file, stage, run, script, findings));
                }
            }
        }
    }

    private static void variable(
            Instruction instruction, String name, String value, Findings findings) {
        Switch off = VARIABLES.get(Wording.upper(name));
        if (off != null && off.isOff(value)) {
            findings.at(instruction).as(off.code(), message(name)).add();
        }
    }

    private static String message(String name) {
        return name + " switches off the verification of servers";
    }

    private static void script(RunCheck.Step step) {
        boolean updates = false;
        boolean installs = false;
        Command update = null;
        for (Command command : step.commands()) {
            assignments(step, command);
            String code = insecure(command);
            if (code != null) {
                step.at(command).as(code, said(code)).add();
            }
            if (command.is("chpasswd")) {
                step.at(command).as("CKV2_DOCKER_17", "A password is set in a layer").add();
            }
            secret(step, command);
            if (isUpdate(command)) {
                update = command;
                updates = true;
            }
            installs |= isInstall(command);
        }
        if (updates && !installs && update != null) {
            step.at(update).as("DS-0017", "Package lists are fetched in a step of their own").add();
        }
        removals(step);
    }

    private static void assignments(RunCheck.Step step, Command command) {
        for (ShellCommand.Assignment assignment : command.source().assignments()) {
            ShellWord value = assignment.value();
            if (value != null) {
                set(step, command, assignment.name(), value.simplified());
            }
        }
        if (command.is("export")) {
            for (Argument argument : command.arguments()) {
                int equals = argument.text().indexOf('=');
                if (equals > 0) {
                    String name = argument.text().substring(0, equals);
                    set(step, command, name, argument.text().substring(equals + 1));
                }
            }
        }
    }

    private static void set(RunCheck.Step step, Command command, String name, String value) {
        Switch off = VARIABLES.get(Wording.upper(name));
        if (off != null && off.isOff(value)) {
            step.at(command).as(off.code(), message(name)).add();
        }
    }

    private static @Nullable String insecure(Command command) {
        return switch (command.name()) {
            case "curl" -> command.hasAnyFlag("k", "insecure") ? "CKV2_DOCKER_2" : null;
            case "wget" -> command.hasFlag("no-check-certificate") ? "CKV2_DOCKER_3" : null;
            case "pip", "pip2", "pip3" -> command.hasFlag("trusted-host") ? "CKV2_DOCKER_4" : null;
            case "apk" -> command.hasFlag("allow-untrusted") ? "CKV2_DOCKER_7" : null;
            case "apt-get", "apt" ->
                    command.hasFlag("allow-unauthenticated")
                            ? "CKV2_DOCKER_8"
                            : command.hasFlag("force-yes") ? "CKV2_DOCKER_11" : null;
            case "yum", "dnf", "tdnf", "microdnf" ->
                    command.hasFlag("nogpgcheck") ? "CKV2_DOCKER_9" : null;
            case "rpm" ->
                    command.hasAnyFlag("nosignature", "nodigest", "noverify", "nogpgcheck")
                            ? "CKV2_DOCKER_10"
                            : null;
            case "npm", "yarn", "pnpm" ->
                    command.hasAny("strict-ssl") && command.hasAny("false")
                            ? "CKV2_DOCKER_13"
                            : null;
            case "yum-config-manager" ->
                    text(command).contains("sslverify=") && isOff(command)
                            ? "CKV2_DOCKER_15"
                            : null;
            case "git" ->
                    Wording.lower(text(command)).contains("sslverify=false")
                                    || (command.hasAny("http.sslVerify", "http.sslverify")
                                            && command.hasAny("false", "0"))
                            ? "CKV2_DOCKER_14"
                            : null;
            default -> null;
        };
    }

    private static boolean isOff(Command command) {
        String text = text(command);
        return text.contains("sslverify=0") || text.contains("sslverify=false");
    }

    private static String text(Command command) {
        StringBuilder text = new StringBuilder();
        for (Argument argument : command.arguments()) {
            text.append(argument.text()).append(' ');
        }
        return text.toString();
    }

    private static String said(String code) {
        return switch (code) {
            case "CKV2_DOCKER_7", "CKV2_DOCKER_8", "CKV2_DOCKER_9", "CKV2_DOCKER_10" ->
                    "Packages are installed without checking their signature";
            case "CKV2_DOCKER_11" -> "--force-yes installs whatever comes, unsigned packages too";
            default -> "The server's certificate is not checked";
        };
    }

    // Programs that are given a secret on their command line.
    private static void secret(RunCheck.Step step, Command command) {
        boolean given =
                switch (command.name()) {
                    case "aws" ->
                            command.hasAny("configure")
                                    && command.hasAny("aws_access_key_id", "aws_secret_access_key");
                    case "gcloud" -> command.hasAny("auth") && command.hasFlag("key-file");
                    case "az" -> command.hasAny("login") && command.hasAnyFlag("p", "password");
                    case "doctl" ->
                            command.hasAny("auth")
                                    && command.hasAny("init")
                                    && command.hasAnyFlag("t", "access-token");
                    case "docker" -> command.hasAny("login") && command.hasAnyFlag("p", "password");
                    case "curl" -> hasUser(command);
                    default -> false;
                };
        if (given && !mountsSecret(step.run())) {
            step.at(command)
                    .says(
                            "secret-on-command-line",
                            "A secret on the command line stays readable in the image's history")
                    .add();
        }
    }

    private static boolean hasUser(Command curl) {
        String user = curl.flagValue("u", "user");
        return user.indexOf(':') > 0 && user.indexOf('$') < 0 && !user.endsWith(":");
    }

    private static boolean mountsSecret(Run run) {
        for (var mount : run.mounts()) {
            if (mount.flag().text().contains("type=secret")) {
                return true;
            }
        }
        return false;
    }

    private static boolean isUpdate(Command command) {
        return switch (command.name()) {
            case "apt-get", "apt", "aptitude", "apk" -> command.subcommandIs("update");
            case "yum", "dnf" -> command.hasAny("makecache", "check-update");
            case "zypper" -> command.hasAny("refresh", "ref");
            default -> false;
        };
    }

    private static boolean isInstall(Command command) {
        return Set.of("apt-get", "apt", "aptitude", "apk", "yum", "dnf", "zypper", "microdnf")
                        .contains(command.name())
                && command.hasAny(
                        "install",
                        "add",
                        "upgrade",
                        "dist-upgrade",
                        "full-upgrade",
                        "build-dep",
                        "source",
                        "in",
                        "up",
                        "update-minimal",
                        "patch",
                        "satisfy",
                        "download");
    }

    // A RUN that only removes: what it removes stays in the layers below.
    private static void removals(RunCheck.Step step) {
        List<Command> commands = step.commands();
        for (Command command : commands) {
            if (!command.is("rm")) {
                return;
            }
        }
        if (!commands.isEmpty() && step.run().mounts().isEmpty()) {
            step.at(commands.getFirst())
                    .says(
                            "rm-in-own-layer",
                            "What a step of its own removes is only hidden: the layer that made it"
                                    + " still holds it")
                    .add();
        }
    }
}
