package dev.slipway.lint.rules;

import dev.slipway.dockerfile.Instruction;
import dev.slipway.lint.BaseImages;
import dev.slipway.lint.Builds;
import dev.slipway.lint.ImageFiles;
import dev.slipway.lint.model.BuiltFile;
import dev.slipway.lint.model.Check;
import dev.slipway.lint.model.Findings;
import dev.slipway.lint.model.LintFile;
import dev.slipway.lint.model.StageModel;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/// The accounts in an image: who needs no password, and who is the same as another.
final class AccountChecks implements Check {
    private static final String EMPTY = "empty-password";
    private static final String DUPLICATE = "duplicate-id";

    @Override
    public void check(LintFile file, Findings findings) {
        if (file.isTriggers()) {
            return;
        }
        for (StageModel stage : file.stages()) {
            Instruction head = stage.head();
            BaseImages.Base base =
                    head == null || stage.parent() != null ? null : BaseFacts.of(file, stage);
            boolean shipped = stage.isLast() || stage.isBase();
            if (head != null && base != null && shipped) {
                problems(base)
                        .forEach((words, problem) ->
                                findings.at(head)
                                        .says(problem.rule(), "In the base image, " + words)
                                        .note("its " + problem.file() + " (E3)")
                                        .add());
            }
        }
        BuiltFile built = file.built();
        if (built != null && built.isCurrent()) {
            built(built, findings);
        }
    }

    private static void built(BuiltFile built, Findings findings) {
        Map<String, Problem> problems = problems(built.build().files());
        problems.keySet().removeAll(problems(built.build().base()).keySet());
        problems.forEach((words, problem) -> {
            Instruction writer = writer(built, problem.file());
            if (writer != null) {
                findings.at(writer)
                        .says(problem.rule(), "In the image, " + words)
                        .note(built.source())
                        .add();
            }
        });
    }

    private static @Nullable Instruction writer(BuiltFile built, String path) {
        Instruction last = null;
        for (Instruction instruction : built.shipped()) {
            Builds.Step step = built.step(instruction);
            if (step == null) {
                continue;
            }
            for (Builds.Change change : step.changes()) {
                last = change.path().equals(path) ? instruction : last;
            }
        }
        return last;
    }

    private record Problem(String rule, String file) {}

    private static Map<String, Problem> problems(ImageFiles files) {
        Map<String, Problem> problems = new LinkedHashMap<>();
        ids(files.read("/etc/passwd"), "/etc/passwd", "users", problems);
        ids(files.read("/etc/group"), "/etc/group", "groups", problems);
        passwords(files.read("/etc/shadow"), "/etc/shadow", problems);
        passwords(files.read("/etc/passwd"), "/etc/passwd", problems);
        return problems;
    }

    private static void ids(
            @Nullable String text, String file, String what, Map<String, Problem> problems) {
        Map<String, String> byNumber = new HashMap<>();
        Map<String, String> byName = new HashMap<>();
        for (String line : text == null ? "".split("\n", -1) : text.split("\n", -1)) {
            String[] fields = line.split(":", -1);
            if (fields.length < 3 || fields[0].isEmpty() || !Wording.allDigits(fields[2])) {
                continue;
            }
            String other = byNumber.putIfAbsent(fields[2], fields[0]);
            if (byName.putIfAbsent(fields[0], fields[2]) != null) {
                problems.put(
                        "there are two " + what + " " + fields[0], new Problem(DUPLICATE, file));
            } else if (other != null) {
                problems.put(
                        "the "
                                + what
                                + " "
                                + other
                                + " and "
                                + fields[0]
                                + " are both "
                                + fields[2],
                        new Problem(DUPLICATE, file));
            }
        }
    }

    // passwd(5), shadow(5): an empty second field asks for no password.
    private static void passwords(
            @Nullable String text, String file, Map<String, Problem> problems) {
        for (String line : text == null ? "".split("\n", -1) : text.split("\n", -1)) {
            String[] fields = line.split(":", -1);
            if (fields.length >= 7 && !fields[0].isEmpty() && fields[1].isEmpty()) {
                problems.put(
                        "the user " + fields[0] + " needs no password", new Problem(EMPTY, file));
            }
        }
    }
}
