package dev.slipway.dockerfile;

import java.util.ArrayList;
import java.util.List;

/// Cuts the instructions of a file into stages.
final class Stages {
    private final Problems problems;
    private final List<Arg> globalArgs = new ArrayList<>();
    private final List<Stage> stages = new ArrayList<>();
    private boolean global = true; // no FROM yet
    private boolean orphan; // outside any stage, and that was said

    private Stages(Problems problems) {
        this.problems = problems;
    }

    /// @param start where to point at if nothing is there
    static Stages of(List<Instruction> instructions, Problems problems, Range start) {
        Stages stages = new Stages(problems);
        int from = -1;
        for (int i = 0; i < instructions.size(); i++) {
            Instruction instruction = instructions.get(i);
            if (instruction instanceof From || isWrongFrom(instruction)) {
                stages.close(instructions, from, i);
                from = instruction instanceof From ? i : -1;
                stages.global = false;
                stages.orphan = from < 0;
            } else if (from < 0) {
                stages.outside(instruction);
            }
        }
        stages.close(instructions, from, instructions.size());
        stages.checkAny(instructions, start);
        return stages;
    }

    List<Arg> globalArgs() {
        return globalArgs;
    }

    List<Stage> stages() {
        return stages;
    }

    // What follows a wrong FROM belongs to its stage, not to the one before.
    private static boolean isWrongFrom(Instruction instruction) {
        return instruction instanceof Invalid(InstructionSource source)
                && source.keyword().text().equalsIgnoreCase("FROM");
    }

    private void close(List<Instruction> instructions, int from, int end) {
        if (from >= 0 && instructions.get(from) instanceof From head) {
            stages.add(new Stage(stages.size(), head, instructions.subList(from + 1, end)));
        }
    }

    private void outside(Instruction instruction) {
        if (global && instruction instanceof Arg arg) {
            globalArgs.add(arg);
        } else if (!orphan && !(instruction instanceof Invalid)) {
            orphan = true;
            problems.error(
                    "no build stage in current context: FROM must come before "
                            + Keyword.of(instruction.source().keyword().text()),
                    instruction.source().keyword().range());
        }
    }

    private void checkAny(List<Instruction> instructions, Range start) {
        if (problems.hasErrors()) {
            return;
        }
        if (instructions.isEmpty()) {
            problems.error("file with no instructions", start);
        } else if (stages.isEmpty()) {
            problems.error("dockerfile contains no stages to build", start);
        }
    }
}
