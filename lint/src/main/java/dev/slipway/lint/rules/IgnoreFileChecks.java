package dev.slipway.lint.rules;

import dev.slipway.dockerfile.Add;
import dev.slipway.dockerfile.Copy;
import dev.slipway.dockerfile.Glob;
import dev.slipway.dockerfile.IgnorePatternException;
import dev.slipway.dockerfile.IgnorePatterns;
import dev.slipway.dockerfile.Instruction;
import dev.slipway.lint.ContextFiles;
import dev.slipway.lint.model.Check;
import dev.slipway.lint.model.Findings;
import dev.slipway.lint.model.LintFile;
import dev.slipway.lint.model.StageModel;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// Patterns of `.dockerignore` that mean something else than in `.gitignore`: a name without a
/// slash is one in the root of the context, and a comment has a line of its own.
final class IgnoreFileChecks implements Check {
    @Override
    public void check(LintFile file, Findings findings) {
        ContextFiles context = file.context();
        Instruction all = context == null || file.isTriggers() ? null : takingAll(file);
        if (context == null || all == null || context.ignored().isEmpty()) {
            return;
        }
        for (IgnorePatterns.Rule rule : context.ignored().rules()) {
            String pattern = rule.pattern();
            int comment = pattern.indexOf(" #");
            if (comment > 0) {
                report(
                        all,
                        rule,
                        "takes the comment for a part of the name: give it a line of its own",
                        findings);
            } else if (!rule.negated() && pattern.indexOf('/') < 0 && !pattern.startsWith("**")) {
                String deeper = deeper(context, pattern);
                if (deeper != null) {
                    report(
                            all,
                            rule,
                            "matches in the root only, where there is none: write **/"
                                    + pattern
                                    + " to ignore "
                                    + deeper,
                            findings);
                }
            }
        }
    }

    private static void report(
            Instruction instruction, IgnorePatterns.Rule rule, String words, Findings findings) {
        findings.at(instruction)
                .says(
                        "ineffective-ignore-pattern",
                        ".dockerignore:" + rule.line() + ": " + rule.pattern() + " " + words)
                .add();
    }

    // The first place below the root that is called so and not ignored; null if there is none, or
    // if the root has one, which is what was meant.
    private static @Nullable String deeper(ContextFiles context, String pattern) {
        List<ContextFiles.File> files = context.files();
        if (files == null) {
            return null;
        }
        try {
            Glob glob = Glob.compile(pattern);
            for (String name : context.names()) {
                if (glob.matches(name)) {
                    return null;
                }
            }
            for (ContextFiles.File file : files) {
                String path = file.path();
                int start = path.indexOf('/') + 1;
                while (start > 0) {
                    int slash = path.indexOf('/', start);
                    int end = slash < 0 ? path.length() : slash;
                    if (glob.matches(path.substring(start, end))) {
                        return path.substring(0, end);
                    }
                    start = slash + 1;
                }
            }
        } catch (IgnorePatternException e) {
            return null; // the build says so
        }
        return null;
    }

    private static @Nullable Instruction takingAll(LintFile file) {
        for (StageModel stage : file.stages()) {
            for (Instruction instruction : stage.instructions()) {
                List<String> sources =
                        switch (instruction) {
                            case Copy copy when copy.from() == null -> copy.sources();
                            case Add add -> add.sources();
                            default -> List.of();
                        };
                for (String source : sources) {
                    if (ContextChecks.clean(Wording.unquoted(source)).isEmpty()) {
                        return instruction;
                    }
                }
            }
        }
        return null;
    }
}
