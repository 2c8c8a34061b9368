package dev.slipway.lint;

import dev.slipway.dockerfile.Dockerfile;
import dev.slipway.dockerfile.Range;
import dev.slipway.lint.model.Check;
import dev.slipway.lint.model.Findings;
import dev.slipway.lint.model.LintFile;
import dev.slipway.lint.model.Script;
import dev.slipway.lint.rules.Checks;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Looks at Dockerfiles. Safe to share between threads.
public final class Linter {
    private final RuleBook book;
    private final LintConfig config;
    private final BaseImages bases;
    private final @Nullable ShellCheck shellCheck;
    private final Builds builds;

    /// @param book the rules
    /// @param config what is ignored, and what rules are told
    /// @param bases what is known of base images
    public Linter(RuleBook book, LintConfig config, BaseImages bases) {
        this(book, config, bases, null);
    }

    /// @param shellCheck looks at scripts in our place; null if it is not installed or not wanted
    public Linter(
            RuleBook book, LintConfig config, BaseImages bases, @Nullable ShellCheck shellCheck) {
        this(book, config, bases, shellCheck, Builds.NONE);
    }

    /// @param builds what is known of finished builds
    public Linter(
            RuleBook book,
            LintConfig config,
            BaseImages bases,
            @Nullable ShellCheck shellCheck,
            Builds builds) {
        this.builds = builds;
        this.book = book;
        this.config = config;
        this.bases = bases;
        this.shellCheck = config.shellCheck() ? shellCheck : null;
    }

    /// A file to look at.
    ///
    /// @param name as it is shown
    /// @param context null if it is not known
    public record Input(String name, String text, @Nullable ContextFiles context) {}

    /// A file that was looked at, and what is wrong with it.
    public record Linted(Dockerfile file, List<Finding> findings) {
        public Linted {
            findings = List.copyOf(findings);
        }
    }

    /// Returns what is wrong with a file, in order: what the configuration ignores and comments
    /// silence is left out.
    ///
    /// @param context null if it is not known
    public List<Finding> lint(Dockerfile file, @Nullable ContextFiles context) {
        LintFile model = model(file, context);
        Linted linted =
                shellCheck == null
                        ? report(model, findAll(model))
                        : lint(shellCheck, new LintFile[] {model}).getFirst();
        return linted.findings();
    }

    /// Returns what is wrong with each of several files; they are looked at side by side.
    public List<Linted> lint(List<Input> inputs) {
        if (shellCheck != null) {
            LintFile[] models = new LintFile[inputs.size()];
            Workers.forEach(models.length, i -> models[i] = model(inputs.get(i)));
            return lint(shellCheck, models);
        }
        Linted[] linted = new Linted[inputs.size()];
        Workers.forEach(
                linted.length,
                i -> {
                    LintFile model = model(inputs.get(i));
                    linted[i] = report(model, findAll(model));
                });
        return List.of(linted);
    }

    // ShellCheck looks at all scripts while we look at the files.
    private List<Linted> lint(ShellCheck with, LintFile[] models) {
        List<List<ShellCheck.Asked>> scripts = new ArrayList<>(models.length);
        for (LintFile model : models) {
            scripts.add(ShellCheck.scripts(model));
        }
        ShellCheckRun running = with.start(scripts);
        Findings[] found = new Findings[models.length];
        Workers.forEach(models.length, i -> found[i] = findAll(models[i]));
        Map<ShellCheck.Question, List<ShellCheck.Comment>> answers = running.answers();
        List<Linted> linted = new ArrayList<>(models.length);
        for (int i = 0; i < models.length; i++) {
            merge(scripts.get(i), found[i], answers);
            linted.add(report(models[i], found[i]));
        }
        return linted;
    }

    private LintFile model(Input input) {
        return model(Dockerfile.parseTolerant(input.name(), input.text()), input.context());
    }

    private LintFile model(Dockerfile file, @Nullable ContextFiles context) {
        return new LintFile(file, config.rules(), context, bases, builds);
    }

    /// Returns what `docker build --check` would warn of.
    ///
    /// @param context null if it is not known
    /// @param target the stage to build, by name or number; null for the last. What only other
    ///   stages hold is not looked at, unless it shows when the file is read
    public BuildKitReport check(
            Dockerfile file, @Nullable ContextFiles context, @Nullable String target) {
        LintFile model = new LintFile(file, config.rules(), context, bases, Builds.NONE);
        return BuildKitReport.of(model, report(model, findAll(model)).findings(), target);
    }

    private Findings findAll(LintFile file) {
        Findings findings = new Findings(book);
        run(file, findings);
        LintFile triggers = file.triggers();
        if (triggers != null) {
            findings.inTriggers(true);
            run(triggers, findings);
        }
        return findings;
    }

    private static void run(LintFile file, Findings findings) {
        for (Check check : Checks.all()) {
            check.check(file, findings);
        }
    }

    // ShellCheck's word counts for the scripts it has looked at; our changes are kept.
    private void merge(
            List<ShellCheck.Asked> scripts,
            Findings findings,
            Map<ShellCheck.Question, List<ShellCheck.Comment>> answers) {
        for (ShellCheck.Asked asked : scripts) {
            List<ShellCheck.Comment> said = answers.get(asked.question());
            if (said != null) {
                replace(asked.file(), asked.script(), said, findings);
            }
        }
    }

    private void replace(
            LintFile file, Script script, List<ShellCheck.Comment> said, Findings findings) {
        Range within = script.instruction().range();
        Map<String, Fix> fixes = new HashMap<>();
        findings.list()
                .removeIf(finding -> {
                    boolean ours =
                            finding.code().startsWith("SC") && within.contains(finding.range());
                    Fix fix = finding.fix();
                    if (ours && fix != null) {
                        int at = finding.range().start().offset();
                        fixes.put(finding.code() + "@" + at, fix);
                    }
                    return ours;
                });
        int line = within.start().line();
        Set<String> seen = new HashSet<>();
        for (ShellCheck.Comment comment : said) {
            Range range = file.range(script, comment.start(), comment.end());
            if (seen.add(comment.code() + comment.message() + range)) {
                findings.list()
                        .add(
                                new Finding(
                                        book.shellCheck(comment.code(), comment.severity()),
                                        comment.severity(),
                                        comment.message(),
                                        range,
                                        List.of(
                                                new Verdict(
                                                        comment.code(), comment.message(), line)),
                                        null,
                                        fixes.get(comment.code() + "@" + range.start().offset())));
            }
        }
    }

    private Linted report(LintFile model, Findings found) {
        Suppressions suppressions = new Suppressions(model, !config.noPragmas());
        List<Finding> reported = new ArrayList<>(found.list().size());
        for (Finding finding : found.list()) {
            Severity severity = config.severityOf(finding.rule());
            if (severity != Severity.IGNORE && !suppressions.silence(finding)) {
                reported.add(finding.withSeverity(severity));
            }
        }
        reported.sort(Finding.ORDER);
        return new Linted(model.dockerfile(), reported);
    }
}
