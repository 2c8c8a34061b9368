package dev.slipway.lint;

import dev.slipway.dockerfile.Comment;
import dev.slipway.dockerfile.Directive;
import dev.slipway.dockerfile.Instruction;
import dev.slipway.lint.model.CheckOption;
import dev.slipway.lint.model.LintFile;
import dev.slipway.lint.model.Pragma;
import dev.slipway.lint.model.StageModel;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// What the comments of a file silence.
final class Suppressions {
    private static final String EXPERIMENTAL = "InvalidDefinitionDescription";

    private final LintFile file;
    private final List<Pragma> pragmas;
    private final List<String> skipped = new ArrayList<>();
    private final Set<String> experimental = new HashSet<>();
    private final Set<Integer> commentLines = new HashSet<>();

    Suppressions(LintFile file, boolean pragmas) {
        this.file = file;
        this.pragmas = pragmas ? file.pragmas() : List.of();
        this.experimental.addAll(file.settings().experimental());
        for (Comment comment : file.dockerfile().comments()) {
            commentLines.add(comment.range().start().line());
        }
        Directive check = file.dockerfile().directive("check");
        if (check != null) {
            for (CheckOption option : CheckOption.read(check.value())) {
                if (option.name().equals("skip")) {
                    skipped.addAll(option.values());
                } else if (option.name().equals("experimental")) {
                    experimental.addAll(option.values());
                }
            }
        }
    }

    /// Returns whether the file's `check` directive makes warnings errors.
    static boolean isError(LintFile file) {
        Directive check = file.dockerfile().directive("check");
        if (check != null) {
            for (CheckOption option : CheckOption.read(check.value())) {
                if (option.name().equals("error") && option.values().equals(List.of("true"))) {
                    return true;
                }
            }
        }
        return false;
    }

    /// Returns whether a finding is silenced.
    boolean silence(Finding finding) {
        Instruction instruction = instructionAt(finding);
        int line =
                instruction == null
                        ? finding.range().start().line()
                        : instruction.range().start().line();
        Rule rule = finding.rule();
        boolean asked = isAny(experimental, rule);
        for (Pragma pragma : pragmas) {
            if (pragma.kind() == Pragma.Kind.EXPERIMENTAL_NEXT) {
                asked |= isAbove(pragma, line, instruction) && isAny(pragma.codes(), rule);
            } else if (silences(pragma, finding, line, instruction)) {
                return true;
            }
        }
        return isAny(skipped, rule) || (rule.isCalled(EXPERIMENTAL) && !asked);
    }

    private boolean silences(
            Pragma pragma, Finding finding, int line, @Nullable Instruction instruction) {
        Rule rule = finding.rule();
        return switch (pragma.kind()) {
            case IGNORE_FILE -> isCalledAny(rule, pragma.codes());
            case IGNORE_NEXT -> pragma.line() + 1 == line && isCalledAny(rule, pragma.codes());
            case IGNORE_STAGE -> isInStageBelow(pragma, line) && isCalledAny(rule, pragma.codes());
            case IGNORE_BLOCK ->
                    (isAbove(pragma, line, instruction) || isInside(pragma, instruction))
                            && isCalledAny(rule, pragma.codes());
            case SKIP_NEXT -> isAbove(pragma, line, instruction) && isAny(pragma.codes(), rule);
            case EXPERIMENTAL_NEXT, SHELL -> false;
        };
    }

    private static boolean isCalledAny(Rule rule, List<String> codes) {
        for (String code : codes) {
            boolean old = code.toUpperCase(java.util.Locale.ROOT).startsWith("AVD-");
            if (rule.isCalled(old ? code.substring(4) : code)) {
                return true;
            }
        }
        return false;
    }

    // BuildKit's `all` means its own checks.
    private static boolean isAny(Iterable<String> codes, Rule rule) {
        for (String code : codes) {
            if (rule.isCalled(code)) {
                return true;
            }
            if (code.equalsIgnoreCase("all")) {
                for (RuleName name : rule.names()) {
                    if (name.tool() == RuleName.Tool.BUILDKIT) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    // Whether the pragma is among the comments right above the instruction at `line`.
    private boolean isAbove(Pragma pragma, int line, @Nullable Instruction instruction) {
        if (instruction == null || pragma.line() >= line || line - pragma.line() > 1000) {
            return false;
        }
        for (int at = pragma.line() + 1; at < line; at++) {
            if (!commentLines.contains(at)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isInside(Pragma pragma, @Nullable Instruction instruction) {
        return instruction != null
                && instruction.range().start().line() < pragma.line()
                && pragma.line() < instruction.range().end().line();
    }

    private boolean isInStageBelow(Pragma pragma, int line) {
        int from = 0;
        int next = Integer.MAX_VALUE;
        for (StageModel stage : file.stages()) {
            Instruction head = stage.head();
            if (head == null) {
                continue;
            }
            int at = head.range().start().line();
            if (at == pragma.line() + 1) {
                from = at;
            } else if (from > 0 && at > from) {
                next = Math.min(next, at);
            }
        }
        return from > 0 && from < line && line < next;
    }

    private @Nullable Instruction instructionAt(Finding finding) {
        int offset = finding.range().start().offset();
        List<Instruction> all = file.instructions();
        int low = 0;
        int high = all.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            Instruction instruction = all.get(middle);
            if (offset < instruction.range().start().offset()) {
                high = middle - 1;
            } else if (offset > instruction.range().end().offset()) {
                low = middle + 1;
            } else {
                return instruction;
            }
        }
        return null;
    }
}
