package dev.slipway.lint.rules;

import dev.slipway.dockerfile.Arg;
import dev.slipway.dockerfile.ArgDefinition;
import dev.slipway.dockerfile.Instruction;
import dev.slipway.dockerfile.User;
import dev.slipway.dockerfile.Word;
import dev.slipway.lint.BaseImages;
import dev.slipway.lint.FixKind;
import dev.slipway.lint.model.Check;
import dev.slipway.lint.model.Findings;
import dev.slipway.lint.model.LintFile;
import dev.slipway.lint.model.StageModel;

import org.jspecify.annotations.Nullable;

import java.util.HashSet;
import java.util.Set;

/// Who the processes of an image run as.
final class UserChecks implements Check {
    @Override
    public void check(LintFile file, Findings findings) {
        Set<String> arguments = new HashSet<>();
        for (StageModel stage : file.stages()) {
            User last = null;
            for (Instruction instruction : stage.instructions()) {
                if (instruction instanceof User user) {
                    last = user;
                    numeric(file, stage, user, arguments, findings);
                } else if (instruction instanceof Arg arg) {
                    for (ArgDefinition definition : arg.definitions()) {
                        arguments.add(definition.name());
                    }
                }
            }
            if (last != null && isRoot(last.user())) {
                findings.at(last).as("DL3002").add();
            }
            if (last == null && stage.isLast() && stage.index() >= 0) {
                unset(file, stage, findings);
            }
        }
    }

    static boolean isRoot(String user) {
        String name = owner(Wording.unquoted(user));
        return name.equals("root") || (!name.isEmpty() && name.chars().allMatch(c -> c == '0'));
    }

    /// Returns what stands before the colon.
    static String owner(String user) {
        int colon = user.indexOf(':');
        return colon < 0 ? user : user.substring(0, colon);
    }

    private static void numeric(
            LintFile file, StageModel stage, User user, Set<String> arguments, Findings findings) {
        String name = owner(Wording.unquoted(user.user()));
        boolean declared = false;
        for (String argument : arguments) {
            declared |= user.user().contains(argument);
        }
        if (Wording.allDigits(name) || declared) {
            return;
        }
        Findings.Report report = findings.at(user).as("DL3066");
        BaseImages.Base base = BaseFacts.of(file, stage);
        String passwd = base == null ? null : base.read("/etc/passwd");
        String number = passwd == null ? null : number(passwd, name);
        Word word = user.source().arguments().getFirst();
        if (number != null && word.text().startsWith(name)) {
            String replacement = number + word.text().substring(name.length());
            report.note(name + " of the base image is " + number)
                    .fix(
                            FixKind.UNSAFE,
                            "Use the number",
                            Wording.replace(word.range(), replacement));
        }
        report.add();
    }

    /// Returns the number that an `/etc/passwd` has for a user, or null.
    static @Nullable String number(String passwd, String name) {
        for (String line : passwd.lines().toList()) {
            int first = line.indexOf(':');
            int second = line.indexOf(':', first + 1);
            int third = second < 0 ? -1 : line.indexOf(':', second + 1);
            if (first > 0 && third > 0 && line.substring(0, first).equals(name)) {
                return line.substring(second + 1, third);
            }
        }
        return null;
    }

    // Without a USER the base image decides: only what is known of it counts.
    private static void unset(LintFile file, StageModel stage, Findings findings) {
        StageModel above = stage.parent();
        while (above != null) {
            for (Instruction instruction : above.instructions()) {
                if (instruction instanceof User) {
                    return; // DL3002 looks at that one
                }
            }
            above = above.parent();
        }
        BaseImages.Base base = BaseFacts.of(file, stage);
        Instruction head = stage.head();
        boolean scratch = stage.isFromScratch();
        if (head == null || (base == null && !scratch)) {
            return;
        }
        String user = base == null ? "" : base.user();
        if (user.isEmpty() || isRoot(user)) {
            findings.at(head).says("runs-as-root-by-default", message(base, user)).add();
        }
    }

    private static String message(BaseImages.@Nullable Base base, String user) {
        return base == null || user.isEmpty()
                ? "The image runs as root: there is no USER, and the base has none either"
                : "The image runs as root: there is no USER, and the base's is " + user;
    }
}
