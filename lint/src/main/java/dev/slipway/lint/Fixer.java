package dev.slipway.lint;

import dev.slipway.dockerfile.Dockerfile;
import dev.slipway.dockerfile.Edit;
import dev.slipway.dockerfile.Edits;
import dev.slipway.dockerfile.Problem;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Makes the changes that findings offer. What no change covers stays byte for byte.
public final class Fixer {
    private static final int ROUNDS = 12;

    private final Linter linter;
    private final boolean unsafe;

    /// @param unsafe whether changes are made too that may change the image
    public Fixer(Linter linter, boolean unsafe) {
        this.linter = linter;
        this.unsafe = unsafe;
    }

    /// What came of it.
    ///
    /// @param text the text with all changes made; making them again changes nothing
    /// @param made what was changed, in the order made
    public record Outcome(String text, List<Fix> made) {
        public Outcome {
            made = List.copyOf(made);
        }
    }

    /// Changes a file until there is nothing left to change. A change that would make the file
    /// harder to parse than it was is not made.
    ///
    /// @param context null if it is not known
    public Outcome fix(String name, String text, @Nullable ContextFiles context) {
        String current = text;
        List<Fix> made = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            Dockerfile file = Dockerfile.parseTolerant(name, current);
            List<Fix> fixes = wanted(linter.lint(file, context));
            String next = apply(name, file, fixes, made);
            if (next.equals(current)) {
                return new Outcome(current, made);
            }
            current = next;
        }
        // Changes that call for one another without end: none of them is right.
        return new Outcome(text, List.of());
    }

    private List<Fix> wanted(List<Finding> findings) {
        List<Fix> fixes = new ArrayList<>();
        for (Finding finding : findings) {
            Fix fix = finding.fix();
            if (fix != null && (unsafe || fix.kind() == FixKind.SAFE)) {
                fixes.add(fix);
            }
        }
        return fixes;
    }

    private static String apply(String name, Dockerfile file, List<Fix> fixes, List<Fix> made) {
        List<Fix> chosen = new ArrayList<>();
        List<Edit> edits = new ArrayList<>();
        for (Fix fix : fixes) {
            if (isApart(edits, fix.edits())) {
                edits.addAll(fix.edits());
                chosen.add(fix);
            }
        }
        String text = file.text();
        if (edits.isEmpty()) {
            return text;
        }
        int errors = errors(file);
        String all = Edits.apply(text, edits);
        if (errors(Dockerfile.parseTolerant(name, all)) <= errors) {
            made.addAll(chosen);
            return all;
        }
        for (Fix fix : chosen) {
            String one = Edits.apply(text, fix.edits());
            if (!one.equals(text) && errors(Dockerfile.parseTolerant(name, one)) <= errors) {
                made.add(fix);
                return one;
            }
        }
        return text;
    }

    private static int errors(Dockerfile file) {
        int n = 0;
        for (Problem problem : file.problems()) {
            n += problem.severity() == Problem.Severity.ERROR ? 1 : 0;
        }
        return n;
    }

    // Edits that touch are left for the next round: what they mean together is not known.
    private static boolean isApart(List<Edit> made, List<Edit> more) {
        for (Edit edit : more) {
            if (made.contains(edit)) {
                return false; // two findings, one remedy
            }
        }
        List<Edit> all = new ArrayList<>(made);
        all.addAll(more);
        all.sort(Comparator.comparing(edit -> edit.range().start()));
        for (int i = 1; i < all.size(); i++) {
            int end = all.get(i - 1).range().end().offset();
            if (all.get(i).range().start().offset() <= end
                    && !(more.contains(all.get(i)) && more.contains(all.get(i - 1)))) {
                return false;
            }
        }
        return !more.isEmpty();
    }
}
