package dev.slipway.lint.model;

import dev.slipway.dockerfile.Arg;
import dev.slipway.dockerfile.ArgDefinition;
import dev.slipway.dockerfile.Env;
import dev.slipway.dockerfile.From;
import dev.slipway.dockerfile.Instruction;
import dev.slipway.dockerfile.KeyValue;
import dev.slipway.dockerfile.Shell;

import org.jspecify.annotations.Nullable;

import java.util.AbstractSet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/// A stage, or what stands before the first `FROM`.
public final class StageModel {
    private final int index;
    private final @Nullable Instruction head;
    private final @Nullable From from;
    private final @Nullable StageModel parent;
    private final List<Instruction> instructions = new ArrayList<>();
    private final List<StageModel> heirs = new ArrayList<>();

    /// Where an instruction stands: which one it is counts, and equality would compare texts.
    private final IdentityHashMap<Instruction, Integer> places = new IdentityHashMap<>();

    /// Where a variable is set first.
    private final Map<String, Integer> variables = new HashMap<>();

    /// Where a shell is chosen.
    private final NavigableMap<Integer, Shell> shells = new TreeMap<>();

    private boolean last;
    private boolean base;

    StageModel(int index, @Nullable Instruction head, @Nullable StageModel parent) {
        this.index = index;
        this.head = head;
        this.from = head instanceof From f ? f : null;
        this.parent = parent;
        if (parent != null) {
            parent.base = true;
            parent.heirs.add(this);
        }
    }

    void add(Instruction instruction) {
        int place = instructions.size();
        instructions.add(instruction);
        places.put(instruction, place);
        Set<String> names = new HashSet<>();
        addNames(instruction, names);
        for (String name : names) {
            variables.putIfAbsent(name, place);
        }
        if (instruction instanceof Shell shell) {
            shells.put(place, shell);
        }
    }

    /// The place of `instruction`; behind all for null, and for one of another stage.
    private int place(@Nullable Instruction instruction) {
        return places.getOrDefault(instruction, instructions.size());
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

    /// Returns the stages that build on it, in their order.
    public List<StageModel> heirs() {
        return heirs;
    }

    /// Returns the last `SHELL` of this stage before `instruction`, or of all for null; null if
    /// there is none.
    public @Nullable Shell shellBefore(@Nullable Instruction instruction) {
        var last = shells.lowerEntry(place(instruction));
        return last == null ? null : last.getValue();
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
    /// them for null. To ask for one costs the same however many there are.
    public Set<String> variablesBefore(@Nullable Instruction instruction) {
        return new Variables(this, place(instruction));
    }

    /// The variables that are set before a place of a stage.
    private static final class Variables extends AbstractSet<String> {
        private final StageModel stage;
        private final int end;

        Variables(StageModel stage, int end) {
            this.stage = stage;
            this.end = end;
        }

        @Override
        public boolean contains(@Nullable Object name) {
            int limit = end;
            for (StageModel at = stage; at != null; at = at.parent) {
                Integer place = at.variables.get(name);
                if (place != null && place < limit) {
                    return true;
                }
                limit = Integer.MAX_VALUE;
            }
            return false;
        }

        private Set<String> all() {
            Set<String> all = new HashSet<>();
            int limit = end;
            for (StageModel at = stage; at != null; at = at.parent) {
                for (Map.Entry<String, Integer> variable : at.variables.entrySet()) {
                    if (variable.getValue() < limit) {
                        all.add(variable.getKey());
                    }
                }
                limit = Integer.MAX_VALUE;
            }
            return all;
        }

        @Override
        public Iterator<String> iterator() {
            return all().iterator();
        }

        @Override
        public int size() {
            return all().size();
        }
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
