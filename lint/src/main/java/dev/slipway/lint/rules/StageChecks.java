package dev.slipway.lint.rules;

import dev.slipway.dockerfile.Comment;
import dev.slipway.dockerfile.From;
import dev.slipway.dockerfile.Instruction;
import dev.slipway.dockerfile.Word;
import dev.slipway.lint.FixKind;
import dev.slipway.lint.model.Check;
import dev.slipway.lint.model.Findings;
import dev.slipway.lint.model.LintFile;
import dev.slipway.lint.model.StageModel;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// The names of stages and how `FROM` is written.
final class StageChecks implements Check {
    private static final Set<String> RESERVED = Set.of("scratch", "context");

    @Override
    public void check(LintFile file, Findings findings) {
        Set<String> exact = new HashSet<>();
        Map<String, From> lower = new HashMap<>();
        for (StageModel stage : file.stages()) {
            From from = stage.from();
            String name = from == null ? null : from.name();
            if (from == null || name == null) {
                continue;
            }
            Word written = from.source().arguments().get(2);
            casing(from, name, written, findings);
            reserved(from, name, written, findings);
            duplicate(from, name, written, exact, lower, findings);
        }
        descriptions(file, findings);
    }

    private static void casing(From from, String name, Word written, Findings findings) {
        if (!Wording.isLower(name)) {
            findings.at(from, written.range())
                    .as("StageNameCasing", "Stage name '" + name + "' should be lowercase")
                    .fix(
                            FixKind.SAFE,
                            "Write the name in lower case",
                            Wording.replace(written.range(), Wording.lower(name)))
                    .add();
        }
        Word keyword = from.source().keyword();
        Word as = from.source().arguments().get(1);
        boolean upper = Wording.isUpper(keyword.text());
        boolean lower = Wording.isLower(keyword.text());
        boolean same = upper ? Wording.isUpper(as.text()) : Wording.isLower(as.text());
        if ((upper || lower) && !same) {
            String right = upper ? "AS" : "as";
            findings.at(from, as.range())
                    .as(
                            "FromAsCasing",
                            "'"
                                    + as.text()
                                    + "' and '"
                                    + keyword.text()
                                    + "' keywords' casing do not match")
                    .fix(FixKind.SAFE, "Write " + right, Wording.replace(as.range(), right))
                    .add();
        }
    }

    private static void reserved(From from, String name, Word written, Findings findings) {
        if (RESERVED.contains(Wording.lower(name))) {
            Findings.Report report = findings.at(from, written.range());
            if (RESERVED.contains(name)) {
                report.as("DL3063");
            }
            report.as(
                            "ReservedStageName",
                            "Stage name should not use the same name as reserved stage "
                                    + Wording.quoted(Wording.lower(name)))
                    .add();
        }
    }

    private static void duplicate(
            From from,
            String name,
            Word written,
            Set<String> exact,
            Map<String, From> lower,
            Findings findings) {
        Findings.Report report = findings.at(from, written.range());
        if (!exact.add(name)) {
            report.as("DL3024");
        }
        String key = Wording.lower(name);
        if (lower.putIfAbsent(key, from) != null) {
            report.as(
                    "DuplicateStageName",
                    "Duplicate stage name "
                            + Wording.quoted(key)
                            + ", stage names should be unique");
        }
        report.add();
    }

    // The comment right above an ARG or FROM describes it: `# name what it is`.
    private static void descriptions(LintFile file, Findings findings) {
        Map<Integer, Comment> byLine = new HashMap<>();
        for (Comment comment : file.dockerfile().comments()) {
            byLine.put(comment.range().start().line(), comment);
        }
        for (Instruction instruction : file.instructions()) {
            Comment comment = byLine.get(instruction.range().start().line() - 1);
            String name = comment == null ? null : Description.nameOf(instruction);
            boolean inside = comment != null && Description.isInside(comment, file);
            if (comment == null || name == null || inside) {
                continue;
            }
            int blank = comment.text().indexOf(' ');
            String first = blank < 0 ? comment.text() : comment.text().substring(0, blank);
            boolean pragma = first.startsWith("check=") || first.equals("hadolint");
            if (!first.equals(name) && !pragma && !comment.text().isEmpty()) {
                findings.at(instruction)
                        .as(
                                "InvalidDefinitionDescription",
                                "Comment for "
                                        + Wording.upper(instruction.source().keyword().text())
                                        + " should follow the format: `# "
                                        + name
                                        + " <description>`")
                        .add();
            }
        }
    }
}
