package dev.slipway.lint.model;

import dev.slipway.dockerfile.Dockerfile;
import dev.slipway.dockerfile.From;
import dev.slipway.dockerfile.Heredoc;
import dev.slipway.dockerfile.Instruction;
import dev.slipway.dockerfile.InstructionSource;
import dev.slipway.lint.Builds;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// What a build of a file showed of the file as it is now. The build may have been of an earlier
/// text: what it showed of an instruction counts where the same instruction still stands in the
/// same stage, wherever that is now.
public final class BuiltFile {
    private final Builds.Build build;
    private final IdentityHashMap<Instruction, Builds.Step> steps = new IdentityHashMap<>();
    private final IdentityHashMap<Instruction, StageModel> stages = new IdentityHashMap<>();
    private final List<Instruction> shipped = new ArrayList<>();
    private final boolean current;
    private final @Nullable StageModel target;

    private BuiltFile(LintFile file, Builds.Build build) {
        this.build = build;
        List<Keyed> now = keys(file.instructions());
        List<Keyed> then =
                keys(Dockerfile.parseTolerant("Dockerfile", build.text()).instructions());
        Map<Integer, Builds.Step> byLine = new HashMap<>();
        for (Builds.Step step : build.steps()) {
            byLine.put(step.line(), step);
        }
        Map<String, Builds.Step> byKey = new HashMap<>();
        for (Keyed keyed : then) {
            Builds.Step step = byLine.get(keyed.instruction().range().start().line());
            if (step != null) {
                byKey.put(keyed.key(), step);
            }
        }
        for (Keyed keyed : now) {
            Builds.Step step = byKey.get(keyed.key());
            if (step != null) {
                steps.put(keyed.instruction(), step);
            }
        }
        this.current = texts(now).equals(texts(then));
        this.target = target(file);
        for (StageModel stage : chain(target)) {
            for (Instruction instruction : stage.instructions()) {
                stages.put(instruction, stage);
                Builds.Step step = steps.get(instruction);
                if (step != null && step.isShipped()) {
                    shipped.add(instruction);
                }
            }
        }
    }

    /// Returns what is known of the newest build of a file; null if nothing is.
    static @Nullable BuiltFile of(LintFile file, Builds builds) {
        Builds.Build build = builds.find(file.dockerfile().fileName(), file.text());
        return build == null ? null : new BuiltFile(file, build);
    }

    private record Keyed(String key, Instruction instruction) {}

    // Of several instructions that read the same in a stage, each is itself by its number.
    private static List<Keyed> keys(List<Instruction> instructions) {
        List<Keyed> keys = new ArrayList<>(instructions.size());
        Map<String, Integer> seen = new HashMap<>();
        String stage = "";
        for (Instruction instruction : instructions) {
            if (instruction instanceof From from) {
                String name = from.name();
                String called = name == null ? "from " + from.image() : name;
                String key = "stage " + called.toLowerCase(Locale.ROOT);
                stage = key + " " + seen.merge(key, 1, Integer::sum);
            }
            String key = stage + "\n" + text(instruction);
            keys.add(new Keyed(key + "\n" + seen.merge(key, 1, Integer::sum), instruction));
        }
        return keys;
    }

    private static List<String> texts(List<Keyed> keys) {
        List<String> texts = new ArrayList<>(keys.size());
        for (Keyed keyed : keys) {
            texts.add(keyed.key());
        }
        return texts;
    }

    private static String text(Instruction instruction) {
        InstructionSource source = instruction.source();
        String original = source.original();
        int keyword = Math.min(source.keyword().text().length(), original.length());
        StringBuilder text = new StringBuilder(original.length());
        text.append(original.substring(0, keyword).toUpperCase(Locale.ROOT));
        text.append(original, keyword, original.length());
        for (Heredoc heredoc : source.heredocs()) {
            text.append('\n').append(heredoc.content());
        }
        return text.toString();
    }

    private @Nullable StageModel target(LintFile file) {
        String wanted = build.target();
        StageModel last = null;
        for (StageModel stage : file.stages()) {
            boolean meant =
                    wanted != null
                            && (wanted.equalsIgnoreCase(stage.name())
                                    || wanted.equals(String.valueOf(stage.index())));
            if (meant) {
                return stage;
            }
            last = stage.index() < 0 ? last : stage;
        }
        return wanted == null ? last : null;
    }

    /// Returns the stages that one is made of, the lowest first.
    private static List<StageModel> chain(@Nullable StageModel top) {
        List<StageModel> chain = new ArrayList<>();
        for (StageModel stage = top; stage != null; stage = stage.parent()) {
            chain.addFirst(stage);
        }
        return chain;
    }

    /// Returns the build.
    public Builds.Build build() {
        return build;
    }

    /// Returns whether the file still has the same instructions as when it was built.
    public boolean isCurrent() {
        return current;
    }

    /// Returns the stage that became the image; null if it is gone.
    public @Nullable StageModel target() {
        return target;
    }

    /// Returns the step that did an instruction; null if it did not take part, or not as it is now.
    public Builds.@Nullable Step step(Instruction instruction) {
        return steps.get(instruction);
    }

    /// Returns the instructions whose layers are the image's, in that order; of those that did not
    /// change.
    public List<Instruction> shipped() {
        return shipped;
    }

    /// Returns whether an instruction stands in a stage that the image is made of, not only copied
    /// from.
    public boolean isInImage(Instruction instruction) {
        return stages.containsKey(instruction);
    }

    /// Returns how it is known, for notes.
    public String source() {
        return "measured in build " + build.id() + " (E4)";
    }
}
