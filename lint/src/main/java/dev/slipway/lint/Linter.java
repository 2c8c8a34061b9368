package dev.slipway.lint;

import dev.slipway.dockerfile.Dockerfile;
import dev.slipway.dockerfile.Instruction;
import dev.slipway.dockerfile.Range;
import dev.slipway.dockerfile.Run;
import dev.slipway.lint.model.Check;
import dev.slipway.lint.model.Findings;
import dev.slipway.lint.model.LintFile;
import dev.slipway.lint.model.Script;
import dev.slipway.lint.model.StageModel;
import dev.slipway.lint.rules.Checks;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
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
    /// @param context null if it is not known
    public record Input(Dockerfile file, @Nullable ContextFiles context) {}

    /// Returns what is wrong with a file, in order: what the configuration ignores and comments
    /// silence is left out.
    ///
    /// @param context null if it is not known
    public List<Finding> lint(Dockerfile file, @Nullable ContextFiles context) {
        return lint(List.of(new Input(file, context))).getFirst();
    }

    /// Returns what is wrong with each of several files.
    public List<List<Finding>> lint(List<Input> inputs) {
        List<LintFile> models = new ArrayList<>(inputs.size());
        for (Input input : inputs) {
            models.add(new LintFile(input.file(), config.rules(), input.context(), bases, builds));
        }
        ShellCheck.Started started = shellCheck == null ? null : shellCheck.start(models);
        List<Findings> found = new ArrayList<>(models.size());
        for (LintFile model : models) {
            found.add(findAll(model));
        }
        if (started != null) {
            IdentityHashMap<Script, List<ShellCheck.Comment>> comments = started.results();
            for (int i = 0; i < models.size(); i++) {
                merge(models.get(i), found.get(i), comments);
            }
        }
        List<List<Finding>> reported = new ArrayList<>(models.size());
        for (int i = 0; i < models.size(); i++) {
            reported.add(report(models.get(i), found.get(i).list()));
        }
        return reported;
    }

    /// Returns what `docker build --check` would warn of.
    ///
    /// @param context null if it is not known
    /// @param target the stage to build, by name or number; null for the last. What only other
    ///   stages hold is not looked at, unless it shows when the file is read
    public BuildKitReport check(
            Dockerfile file, @Nullable ContextFiles context, @Nullable String target) {
        LintFile model = new LintFile(file, config.rules(), context, bases, Builds.NONE);
        return BuildKitReport.of(model, report(model, findAll(model).list()), target);
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
            LintFile file, Findings findings, Map<Script, List<ShellCheck.Comment>> comments) {
        for (LintFile part : parts(file)) {
            for (StageModel stage : part.stages()) {
                for (Instruction instruction : stage.instructions()) {
                    Script script = instruction instanceof Run ? part.script(instruction) : null;
                    List<ShellCheck.Comment> said = script == null ? null : comments.get(script);
                    if (script != null && said != null) {
                        replace(part, script, said, findings);
                    }
                }
            }
        }
    }

    private static List<LintFile> parts(LintFile file) {
        LintFile triggers = file.triggers();
        return triggers == null ? List.of(file) : List.of(file, triggers);
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

    private List<Finding> report(LintFile model, List<Finding> found) {
        Suppressions suppressions = new Suppressions(model, !config.noPragmas());
        List<Finding> reported = new ArrayList<>(found.size());
        for (Finding finding : found) {
            Severity severity = config.severityOf(finding.rule());
            if (severity != Severity.IGNORE && !suppressions.silence(finding)) {
                reported.add(finding.withSeverity(severity));
            }
        }
        reported.sort(Finding.ORDER);
        return reported;
    }
}
