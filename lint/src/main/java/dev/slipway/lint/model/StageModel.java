package dev.slipway.lint.model;

import dev.slipway.dockerfile.Arg;
import dev.slipway.dockerfile.ArgDefinition;
import dev.slipway.dockerfile.Env;
import dev.slipway.dockerfile.From;
import dev.slipway.dockerfile.Instruction;
import dev.slipway.dockerfile.KeyValue;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// A stage, or what stands before the first `FROM`.
public final class StageModel {
    private final int index;
    private final @Nullable Instruction head;
    private final @Nullable From from;
    private final @Nullable StageModel parent;
    private final List<Instruction> instructions = new ArrayList<>();
    private boolean last;
    private boolean base;

    StageModel(int index, @Nullable Instruction head, @Nullable StageModel parent) {
        this.index = index;
        this.head = head;
        this.from = head instanceof From f ? f : null;
        this.parent = parent;
        if (parent != null) {
            parent.base = true;
        }
    }

    void add(Instruction instruction) {
        instructions.add(instruction);
    }

    void markLast() {
        last = true;
    }

    /// Returns its number, from 0; -1 for what stands before the first `FROM`.
    public int index() {
        return index;
    }

    /// Returns its `FROM`, also a wrong one; null before the first.
    public @Nullable Instruction head() {
        return head;
    }

    /// Returns its `FROM`; null before the first, and if it could not be understood.
    public @Nullable From from() {
        return from;
    }

    /// Returns the earlier stage it builds on, or null.
    public @Nullable StageModel parent() {
        return parent;
    }

    /// Returns what follows the `FROM`.
    public List<Instruction> instructions() {
        return instructions;
    }

    /// Returns whether no stage follows.
    public boolean isLast() {
        return last;
    }

    /// Returns whether another stage builds on it.
    public boolean isBase() {
        return base;
    }

    /// Returns its name in lower case, or null.
    public @Nullable String name() {
        String name = from == null ? null : from.name();
        return name == null ? null : name.toLowerCase(Locale.ROOT);
    }

    /// Returns whether it comes, in however many steps, from `scratch`.
    public boolean isFromScratch() {
        StageModel stage = this;
        while (stage.parent != null) {
            stage = stage.parent;
        }
        return stage.from != null && stage.from.image().equals("scratch");
    }

    /// Returns the variables set before `instruction` in this stage and those it builds on; all of
    /// them for null.
    @SuppressWarnings("ReferenceEquality") // the place counts, and equality would compare texts
    public Set<String> variablesBefore(@Nullable Instruction instruction) {
        Set<String> names = parent == null ? new HashSet<>() : parent.variablesBefore(null);
        for (Instruction earlier : instructions) {
            if (earlier == instruction) {
                break;
            }
            addNames(earlier, names);
        }
        return names;
    }

    /// Adds the names that an instruction sets.
    public static void addNames(Instruction instruction, Set<String> names) {
        if (instruction instanceof Env env) {
            for (KeyValue pair : env.variables()) {
                names.add(pair.key());
            }
        } else if (instruction instanceof Arg arg) {
            for (ArgDefinition definition : arg.definitions()) {
                names.add(definition.name());
            }
        }
    }
}
