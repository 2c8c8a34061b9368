package dev.slipway.lint.rules;

import dev.slipway.dockerfile.Add;
import dev.slipway.dockerfile.CommandForm;
import dev.slipway.dockerfile.Copy;
import dev.slipway.dockerfile.Edit;
import dev.slipway.dockerfile.Instruction;
import dev.slipway.dockerfile.Run;
import dev.slipway.dockerfile.Shell;
import dev.slipway.dockerfile.User;
import dev.slipway.lint.BaseImages;
import dev.slipway.lint.FixKind;
import dev.slipway.lint.model.Argument;
import dev.slipway.lint.model.Check;
import dev.slipway.lint.model.Command;
import dev.slipway.lint.model.Findings;
import dev.slipway.lint.model.LintFile;
import dev.slipway.lint.model.Script;
import dev.slipway.lint.model.StageModel;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What only shows when the base image is at hand: users, programs, the shell, what it brings
/// along.
final class KnownBaseChecks implements Check {
    private static final Set<String> MANAGERS =
            Set.of("apt-get", "apt", "apk", "yum", "dnf", "microdnf", "zypper");
    private static final List<String> PATH =
            List.of(
                    "/usr/local/sbin/",
                    "/usr/local/bin/",
                    "/usr/sbin/",
                    "/usr/bin/",
                    "/sbin/",
                    "/bin/");

    @Override
    public void check(LintFile file, Findings findings) {
        for (StageModel stage : file.stages()) {
            if (stage.index() < 0) {
                continue;
            }
            BaseImages.Base base = BaseFacts.of(file, stage);
            boolean scratch = stage.isFromScratch() && stage.parent() == null;
            if (scratch) {
                withoutShell(stage, findings);
            }
            if (base != null) {
                inherited(stage, base, findings);
                Progress progress = new Progress(file, stage, base);
                for (Instruction instruction : stage.instructions()) {
                    progress.look(instruction, findings);
                }
            }
        }
    }

    // In an empty image nothing can run before something is copied.
    private static void withoutShell(StageModel stage, Findings findings) {
        for (Instruction instruction : stage.instructions()) {
            if (instruction instanceof Copy || instruction instanceof Add) {
                return;
            }
            if (instruction instanceof Run run) {
                findings.at(run)
                        .says(
                                "no-shell",
                                "The image is empty: there is nothing that could run this")
                        .add();
                return;
            }
        }
    }

    private static void inherited(StageModel stage, BaseImages.Base base, Findings findings) {
        Instruction head = stage.head();
        if (head == null || stage.parent() != null) {
            return;
        }
        if (!base.triggers().isEmpty()) {
            findings.at(head)
                    .says("base-has-triggers", "The base image adds instructions to this build")
                    .note(String.join("; ", base.triggers()))
                    .add();
        }
        for (Map.Entry<String, String> variable : base.environment().entrySet()) {
            boolean harmless =
                    variable.getValue().isEmpty() || variable.getKey().contains("GPG_KEY");
            if (!harmless && SecretChecks.isSecret(variable.getKey())) {
                findings.at(head)
                        .says(
                                "secret-in-base",
                                "The base image's environment has a secret in " + variable.getKey())
                        .add();
            }
        }
    }

    /// A stage while its instructions are gone through.
    private static final class Progress {
        private final LintFile file;
        private final StageModel stage;
        private final BaseImages.Base base;
        private final List<String> users = new ArrayList<>();
        private boolean certain = true; // nothing was copied that could bring programs
        private boolean usersCertain = true;

        Progress(LintFile file, StageModel stage, BaseImages.Base base) {
            this.file = file;
            this.stage = stage;
            this.base = base;
            if (stage.parent() != null) {
                certain = false; // what the stage above has added is not followed
                usersCertain = false;
            }
        }

        void look(Instruction instruction, Findings findings) {
            switch (instruction) {
                case Copy copy -> copied(copy.destination());
                case Add add -> copied(add.destination());
                case Shell shell -> pipefail(shell, findings);
                case User user -> user(user, findings);
                case Run run -> run(run, findings);
                default -> {}
            }
        }

        private void copied(String destination) {
            String target = Wording.unquoted(destination);
            boolean system =
                    !target.startsWith("/")
                            || target.equals("/")
                            || target.startsWith("/usr")
                            || target.startsWith("/bin")
                            || target.startsWith("/sbin");
            certain &= !system;
            usersCertain &= !target.startsWith("/etc") && !target.equals("/");
        }

        private void run(Run run, Findings findings) {
            Script script = file.script(run);
            if (script == null) {
                return;
            }
            String shell = Dialect.firstWord(file.shellAt(stage, run));
            boolean runsShell = run.command() instanceof CommandForm.ShellForm;
            if (runsShell && certain && Boolean.FALSE.equals(base.exists(shell))) {
                findings.at(run)
                        .says("no-shell", "There is no " + shell + " in the base image")
                        .add();
                certain = false;
                return;
            }
            for (Command command : script.commands()) {
                if (MANAGERS.contains(command.name()) && certain) {
                    manager(run, script, command, findings);
                }
                adds(command);
            }
            certain &= script.commands().isEmpty() || !installs(script);
        }

        private static boolean installs(Script script) {
            for (Command command : script.commands()) {
                boolean harmless =
                        Set.of("echo", "mkdir", "set", "cd", "rm", "true", "chmod", "chown", "")
                                .contains(command.name());
                if (!harmless
                        && !Set.of("useradd", "adduser", "groupadd").contains(command.name())) {
                    return true;
                }
            }
            return false;
        }

        private void manager(Run run, Script script, Command command, Findings findings) {
            Boolean there = isThere(command.name());
            if (!Boolean.FALSE.equals(there)) {
                return;
            }
            String found = "";
            for (String each : List.of("apt-get", "apk", "dnf", "microdnf", "yum", "zypper")) {
                if (found.isEmpty() && Boolean.TRUE.equals(isThere(each))) {
                    found = ": it has " + each;
                }
            }
            String other = command.is("apk") ? "apt-get" : "apk";
            boolean translated =
                    found.endsWith(other)
                            && Set.of("apk", "apt", "apt-get").contains(command.name());
            List<Edit> edits =
                    translated ? ManagerTranslation.edits(file, script, other) : List.of();
            findings.at(run, file.range(script, command))
                    .says(
                            "missing-package-manager",
                            "The base image has no " + command.name() + found)
                    .fix(FixKind.UNSAFE, "Install with " + other, edits)
                    .add();
        }

        private @Nullable Boolean isThere(String program) {
            for (String directory : PATH) {
                Boolean there = base.exists(directory + program);
                if (there == null || there) {
                    return there;
                }
            }
            return false;
        }

        private void adds(Command command) {
            boolean adds = Set.of("useradd", "adduser").contains(command.name());
            for (Argument argument : command.operands()) {
                if (adds) {
                    users.add(argument.text());
                    usersCertain &= argument.text().indexOf('$') < 0;
                }
            }
            boolean other =
                    !adds
                            && !Set.of(
                                            "echo",
                                            "mkdir",
                                            "set",
                                            "cd",
                                            "rm",
                                            "true",
                                            "chmod",
                                            "chown",
                                            "groupadd",
                                            "addgroup",
                                            "cp",
                                            "mv",
                                            "ln",
                                            "touch")
                                    .contains(command.name());
            usersCertain &= !other; // a package or script may add users
        }

        private void user(User user, Findings findings) {
            String name = UserChecks.owner(Wording.unquoted(user.user()));
            if (name.isEmpty() || name.indexOf('$') >= 0 || Wording.allDigits(name)) {
                return;
            }
            String passwd = base.read("/etc/passwd");
            String number = passwd == null ? null : UserChecks.number(passwd, name);
            boolean known = number != null || users.contains(name) || !usersCertain;
            boolean absent = passwd != null || Boolean.FALSE.equals(base.exists("/etc/passwd"));
            if (!known && absent && !name.equals("root")) {
                findings.at(user)
                        .says(
                                "unknown-user",
                                "No user "
                                        + name
                                        + " is in the base image, and no step adds one: the"
                                        + " container will not start")
                        .add();
            }
        }

        private void pipefail(Shell shell, Findings findings) {
            if (!shell.command().contains("pipefail") || !certain) {
                return;
            }
            String real = base.resolve(shell.command().getFirst());
            if (real != null && Wording.baseName(real).equals("dash")) {
                findings.at(shell)
                        .says(
                                "shell-without-pipefail",
                                shell.command().getFirst()
                                        + " of the base image is dash, which may not know pipefail:"
                                        + " every RUN would fail")
                        .add();
            }
        }
    }
}
