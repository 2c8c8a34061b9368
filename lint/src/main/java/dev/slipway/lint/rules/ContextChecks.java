package dev.slipway.lint.rules;

import dev.slipway.dockerfile.Add;
import dev.slipway.dockerfile.Copy;
import dev.slipway.dockerfile.IgnorePatterns;
import dev.slipway.dockerfile.Instruction;
import dev.slipway.lint.ContextFiles;
import dev.slipway.lint.model.Check;
import dev.slipway.lint.model.Findings;
import dev.slipway.lint.model.LintFile;
import dev.slipway.lint.model.StageModel;

import java.util.List;

/// What is copied from the build context.
final class ContextChecks implements Check {
    @Override
    public void check(LintFile file, Findings findings) {
        ContextFiles context = file.context();
        if (context == null || file.isTriggers()) {
            return;
        }
        for (StageModel stage : file.stages()) {
            for (Instruction instruction : stage.instructions()) {
                if (instruction instanceof Copy copy && copy.from() == null) {
                    ignored(copy, copy.sources(), "Copy", context, findings);
                    ContextContent.look(copy, copy.sources(), copy.excludes(), context, findings);
                } else if (instruction instanceof Add add) {
                    ignored(add, add.sources(), "Add", context, findings);
                    ContextContent.look(add, add.sources(), add.excludes(), context, findings);
                }
            }
        }
    }

    private static void ignored(
            Instruction instruction,
            List<String> sources,
            String verb,
            ContextFiles context,
            Findings findings) {
        IgnorePatterns patterns = context.ignored();
        for (IgnorePatterns.Rule rule : patterns.rules()) {
            if (rule.negated()) {
                return; // what is under an ignored directory may be included again
            }
        }
        for (String source : sources) {
            String path = Wording.unquoted(source);
            boolean remote = path.contains("://") || path.startsWith("git@");
            if (!remote && path.indexOf('$') < 0 && isIgnored(path, patterns)) {
                findings.at(instruction)
                        .as(
                                "CopyIgnoredFile",
                                "Attempting to "
                                        + verb
                                        + " file "
                                        + Wording.quoted(source)
                                        + " that is excluded by .dockerignore")
                        .add();
            }
        }
    }

    private static boolean isIgnored(String source, IgnorePatterns patterns) {
        String path = clean(source);
        if (!path.isEmpty()) {
            return patterns.ignores(path);
        }
        // The root is ignored if everything in it is.
        for (IgnorePatterns.Rule rule : patterns.rules()) {
            if (List.of("*", "**", "**/*").contains(rule.pattern())) {
                return true;
            }
        }
        return false;
    }

    static String clean(String path) {
        String rest = path;
        while (rest.startsWith("./") || rest.startsWith("/")) {
            rest = rest.substring(rest.startsWith("/") ? 1 : 2);
        }
        while (rest.endsWith("/")) {
            rest = rest.substring(0, rest.length() - 1);
        }
        return rest.equals(".") ? "" : rest;
    }
}
