package dev.slipway.lint.rules;

import dev.slipway.dockerfile.Add;
import dev.slipway.dockerfile.Arg;
import dev.slipway.dockerfile.ArgDefinition;
import dev.slipway.dockerfile.Copy;
import dev.slipway.dockerfile.Env;
import dev.slipway.dockerfile.Expander;
import dev.slipway.dockerfile.ExpansionException;
import dev.slipway.dockerfile.Expose;
import dev.slipway.dockerfile.Flag;
import dev.slipway.dockerfile.Instruction;
import dev.slipway.dockerfile.KeyValue;
import dev.slipway.dockerfile.Label;
import dev.slipway.dockerfile.StopSignal;
import dev.slipway.dockerfile.User;
import dev.slipway.dockerfile.Volume;
import dev.slipway.dockerfile.Word;
import dev.slipway.dockerfile.Workdir;
import dev.slipway.lint.BaseImages;
import dev.slipway.lint.FixKind;
import dev.slipway.lint.model.Check;
import dev.slipway.lint.model.Findings;
import dev.slipway.lint.model.LintFile;
import dev.slipway.lint.model.StageModel;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Variables: how they are set and whether they are.
final class VariableChecks implements Check {
    private static final List<String> PROXIES =
            List.of("HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "NO_PROXY", "ALL_PROXY");

    @Override
    public void check(LintFile file, Findings findings) {
        Expander expander = new Expander(file.dockerfile().escape());
        Map<StageModel, Set<String>> known = new HashMap<>();
        for (StageModel stage : file.stages()) {
            Set<String> names = new HashSet<>(inherited(file, stage, known));
            Set<String> set = new HashSet<>();
            for (Instruction instruction : stage.instructions()) {
                if (stage.index() >= 0 && !(instruction instanceof Arg)) {
                    undefined(instruction, names, expander, findings);
                }
                if (instruction instanceof Env env) {
                    selfReference(env, set, expander, findings);
                    legacy("ENV", env, env.variables(), findings);
                } else if (instruction instanceof Label label) {
                    legacy("LABEL", label, label.labels(), findings);
                }
                StageModel.addNames(instruction, names);
                StageModel.addNames(instruction, set);
            }
            known.put(stage, names);
        }
    }

    private static Set<String> inherited(
            LintFile file, StageModel stage, Map<StageModel, Set<String>> known) {
        StageModel parent = stage.parent();
        Set<String> above = parent == null ? null : known.get(parent);
        if (above != null) {
            return above;
        }
        Set<String> names = new HashSet<>(ArgumentChecks.PLATFORM);
        for (String proxy : PROXIES) {
            names.add(proxy);
            names.add(Wording.lower(proxy));
        }
        names.add("PATH");
        BaseImages.Base base = BaseFacts.of(file, stage);
        if (base != null) {
            names.addAll(base.environment().keySet());
        }
        return names;
    }

    private static void undefined(
            Instruction instruction, Set<String> names, Expander expander, Findings findings) {
        List<String> words = expanded(instruction);
        if (words.isEmpty()) {
            return;
        }
        Set<String> unset = new LinkedHashSet<>();
        for (String word : words) {
            if (word.indexOf('$') >= 0) {
                try {
                    unset.addAll(
                            expander.process(word, name -> names.contains(name) ? "" : null)
                                    .unset());
                } catch (ExpansionException e) {
                    // The build says so.
                }
            }
        }
        for (String name : unset) {
            String meant = Wording.nearest(name, sorted(names));
            findings.at(instruction)
                    .as(
                            "UndefinedVar",
                            "Usage of undefined variable '$"
                                    + name
                                    + "'"
                                    + (meant == null ? "" : " (did you mean $" + meant + "?)"))
                    .add();
        }
    }

    private static List<String> sorted(Set<String> names) {
        List<String> list = new ArrayList<>(names);
        list.sort(null);
        return list;
    }

    // The words of an instruction that variables are replaced in, if they are unset without a
    // default.
    private static List<String> expanded(Instruction instruction) {
        List<String> words = new ArrayList<>();
        boolean all =
                instruction instanceof Add
                        || instruction instanceof Copy
                        || instruction instanceof Expose
                        || instruction instanceof StopSignal
                        || instruction instanceof User
                        || instruction instanceof Volume
                        || instruction instanceof Workdir;
        if (all) {
            for (Word word : instruction.source().arguments()) {
                words.add(word.text());
            }
            for (Flag flag : instruction.flags()) {
                String value = flag.value();
                if (value != null) {
                    words.add(value);
                }
            }
        } else if (instruction instanceof Env env) {
            for (KeyValue pair : env.variables()) {
                if (!mentions(pair.value(), pair.key())) {
                    words.add(pair.value());
                }
            }
        } else if (instruction instanceof Label label) {
            for (KeyValue pair : label.labels()) {
                words.add(pair.value());
            }
        }
        words.removeIf(word -> word.contains(":-") || word.contains(":+") || word.contains("-}"));
        return words;
    }

    private static boolean mentions(String value, String name) {
        return value.contains("$" + name) || value.contains("${" + name);
    }

    // A variable set in the same ENV still has the value it had before.
    private static void selfReference(
            Env env, Set<String> set, Expander expander, Findings findings) {
        Set<String> here = new HashSet<>();
        for (KeyValue pair : env.variables()) {
            here.add(pair.key());
        }
        here.removeAll(set);
        for (KeyValue pair : env.variables()) {
            Set<String> used = new HashSet<>();
            try {
                used.addAll(expander.process(pair.value(), name -> null).unset());
            } catch (ExpansionException e) {
                continue;
            }
            used.remove(pair.key());
            used.retainAll(here);
            if (!used.isEmpty()) {
                findings.at(env, pair.range()).as("DL3044").add();
                return;
            }
        }
    }

    private static void legacy(
            String keyword, Instruction instruction, List<KeyValue> pairs, Findings findings) {
        if (pairs.size() != 1 || !pairs.getFirst().legacy()) {
            return;
        }
        KeyValue pair = pairs.getFirst();
        Findings.Report report =
                findings.at(instruction, pair.range())
                        .as(
                                "LegacyKeyValueFormat",
                                "\""
                                        + keyword
                                        + " key=value\" should be used instead of legacy \""
                                        + keyword
                                        + " key value\" format");
        String value = Quoting.isPlain(pair.key()) ? Quoting.asPair(pair.value()) : null;
        if (value != null && pair.range().start().line() == pair.range().end().line()) {
            report.fix(
                    FixKind.SAFE,
                    "Write key=value",
                    Wording.replace(pair.range(), pair.key() + "=" + value));
        }
        report.add();
    }

    /// Returns the definitions of an `ARG`, or the names of an `ENV`.
    static List<Named> named(Instruction instruction) {
        List<Named> all = new ArrayList<>();
        if (instruction instanceof Env env) {
            for (KeyValue pair : env.variables()) {
                all.add(new Named(pair.key(), pair.value(), pair));
            }
        } else if (instruction instanceof Arg arg) {
            for (ArgDefinition definition : arg.definitions()) {
                String value = definition.defaultValue();
                all.add(new Named(definition.name(), value == null ? "" : value, null));
            }
        }
        return all;
    }

    /// A variable that an instruction sets.
    record Named(String name, String value, @org.jspecify.annotations.Nullable KeyValue pair) {}
}
