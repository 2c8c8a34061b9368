package dev.slipway.lint.rules;

import dev.slipway.dockerfile.Copy;
import dev.slipway.dockerfile.Instruction;
import dev.slipway.dockerfile.InstructionSource;
import dev.slipway.dockerfile.Invalid;
import dev.slipway.dockerfile.KeyValue;
import dev.slipway.dockerfile.Label;
import dev.slipway.lint.LabelType;
import dev.slipway.lint.model.Check;
import dev.slipway.lint.model.Findings;
import dev.slipway.lint.model.LintFile;
import dev.slipway.lint.model.StageModel;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// `LABEL`: keys, and the labels that a schema asks for.
final class LabelChecks implements Check {
    @Override
    public void check(LintFile file, Findings findings) {
        Map<String, LabelType> schema = file.settings().labels();
        for (StageModel stage : file.stages()) {
            for (Instruction instruction : stage.instructions()) {
                if (instruction instanceof Label label) {
                    keys(label, label.labels(), findings);
                    superfluous(file, label, findings);
                    for (Map.Entry<String, LabelType> entry : schema.entrySet()) {
                        value(label, entry.getKey(), entry.getValue(), findings);
                    }
                } else if (isWrongLabel(instruction)) {
                    wrongKey(instruction, findings);
                }
            }
        }
        for (String label : schema.keySet()) {
            missing(file, label, findings);
        }
    }

    private static boolean isWrongLabel(Instruction instruction) {
        InstructionSource source = instruction.source();
        return instruction instanceof Invalid && source.keyword().text().equalsIgnoreCase("LABEL");
    }

    private static void wrongKey(Instruction instruction, Findings findings) {
        String rest = instruction.source().rest().text();
        int end = 0;
        while (end < rest.length() && "= \t".indexOf(rest.charAt(end)) < 0) {
            end++;
        }
        if (!LabelKeys.isValid(Wording.unquoted(rest.substring(0, end)))) {
            findings.at(instruction).as("DL3048").add();
        }
    }

    private static void keys(Label label, List<KeyValue> pairs, Findings findings) {
        for (KeyValue pair : pairs) {
            String key = Wording.unquoted(pair.key());
            if (!LabelKeys.isValid(key)) {
                findings.at(label, pair.keyRange()).as("DL3048").add();
                return;
            }
        }
    }

    private static void superfluous(LintFile file, Label label, Findings findings) {
        if (!file.settings().strictLabels()) {
            return;
        }
        for (KeyValue pair : label.labels()) {
            if (!file.settings().labels().containsKey(Wording.unquoted(pair.key()))) {
                findings.at(label, pair.keyRange()).as("DL3050").add();
                return;
            }
        }
    }

    private static void value(Label label, String key, LabelType type, Findings findings) {
        for (KeyValue pair : label.labels()) {
            if (!Wording.unquoted(pair.key()).equals(key)) {
                continue;
            }
            String value = Wording.unquoted(pair.value());
            if (value.isEmpty()) {
                findings.at(label, pair.range())
                        .as("DL3051", "label `" + key + "` is empty.")
                        .add();
            }
            String code = LabelValues.complaint(type, value);
            if (code != null) {
                findings.at(label, pair.range()).as(code, message(code, key)).add();
            }
        }
    }

    private static String message(String code, String key) {
        String label = "Label `" + key + "` ";
        return label
                + switch (code) {
                    case "DL3052" -> "is not a valid URL.";
                    case "DL3053" -> "is not a valid time format - must be conform to RFC3339.";
                    case "DL3054" -> "is not a valid SPDX identifier.";
                    case "DL3055" -> "is not a valid git hash.";
                    case "DL3056" -> "does not conform to semantic versioning.";
                    default -> "is not a valid email format - must be conform to RFC5322.";
                };
    }

    // A stage that another is copied from or builds on, and that sets the label, need not have it.
    private static void missing(LintFile file, String label, Findings findings) {
        Set<StageModel> good = new HashSet<>();
        Set<StageModel> bad = new java.util.LinkedHashSet<>();
        for (StageModel stage : file.stages()) {
            if (stage.head() == null) {
                continue;
            }
            if (stage.parent() != null && good.contains(stage.parent())) {
                good.add(stage);
            } else {
                bad.add(stage);
            }
            for (Instruction instruction : stage.instructions()) {
                if (instruction instanceof Copy copy && copy.from() != null) {
                    StageModel source = file.stage(copy.from());
                    if (source != null) {
                        bad.remove(source);
                    }
                } else if (instruction instanceof Label l && sets(l, label)) {
                    good.add(stage);
                    bad.remove(stage);
                }
            }
        }
        for (StageModel stage : bad) {
            Instruction head = stage.head();
            if (head != null && !stage.isBase()) {
                findings.at(head).as("DL3049", "Label `" + label + "` is missing.").add();
            }
        }
    }

    private static boolean sets(Label label, String key) {
        for (KeyValue pair : label.labels()) {
            if (Wording.unquoted(pair.key()).equals(key)) {
                return true;
            }
        }
        return false;
    }
}
