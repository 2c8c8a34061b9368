package dev.slipway.lint;

import dev.slipway.dockerfile.Dockerfile;
import dev.slipway.lint.model.Check;
import dev.slipway.lint.model.Findings;
import dev.slipway.lint.model.LintFile;
import dev.slipway.lint.rules.Checks;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/// Looks at Dockerfiles. Safe to share between threads.
public final class Linter {
    private final RuleBook book;
    private final LintConfig config;
    private final BaseImages bases;

    /// @param book the rules
    /// @param config what is ignored, and what rules are told
    /// @param bases what is known of base images
    public Linter(RuleBook book, LintConfig config, BaseImages bases) {
        this.book = book;
        this.config = config;
        this.bases = bases;
    }

    /// Returns what is wrong with a file, in order: what the configuration ignores and comments
    /// silence is left out.
    ///
    /// @param context null if it is not known
    public List<Finding> lint(Dockerfile file, @Nullable ContextFiles context) {
        LintFile model = new LintFile(file, config.rules(), context, bases);
        return report(model, findAll(model));
    }

    /// Returns what `docker build --check` would warn of.
    ///
    /// @param context null if it is not known
    /// @param target the stage to build, by name or number; null for the last. What only other
    ///   stages hold is not looked at, unless it shows when the file is read
    public BuildKitReport check(
            Dockerfile file, @Nullable ContextFiles context, @Nullable String target) {
        LintFile model = new LintFile(file, config.rules(), context, bases);
        return BuildKitReport.of(model, report(model, findAll(model)), target);
    }

    private List<Finding> report(LintFile model, List<Finding> found) {
        Suppressions suppressions = new Suppressions(model, !config.noPragmas());
        List<Finding> reported = new ArrayList<>(found.size());
        for (Finding finding : found) {
            Severity severity = config.severityOf(finding.rule());
            if (severity != Severity.IGNORE && !suppressions.silence(finding)) {
                reported.add(finding.withSeverity(severity));
            }
        }
        return reported;
    }

    private List<Finding> findAll(LintFile file) {
        Findings findings = new Findings(book);
        run(file, findings);
        LintFile triggers = file.triggers();
        if (triggers != null) {
            findings.inTriggers(true);
            run(triggers, findings);
        }
        List<Finding> list = new ArrayList<>(findings.list());
        list.sort(Finding.ORDER);
        return list;
    }

    private static void run(LintFile file, Findings findings) {
        for (Check check : Checks.all()) {
            check.check(file, findings);
        }
    }
}
