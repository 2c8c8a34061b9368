package dev.slipway.lint.rules;

import dev.slipway.dockerfile.Edit;
import dev.slipway.dockerfile.Flag;
import dev.slipway.dockerfile.Instruction;
import dev.slipway.dockerfile.Position;
import dev.slipway.dockerfile.Range;

import java.util.List;

/// Edits that take something out together with the blanks behind it.
final class Blanks {
    private Blanks() {}

    /// Returns the removal of a flag and the blanks up to what follows it on the same line; none if
    /// that is on another line.
    static List<Edit> removal(Flag flag, int start, int next, Instruction instruction) {
        Position end = flag.range().end();
        boolean adjacent = next > end.offset() && next - end.offset() < 32;
        boolean sameLine =
                instruction.source().arguments().getFirst().range().start().line() == end.line();
        if (!adjacent || !sameLine || flag.range().start().offset() != start) {
            return List.of();
        }
        Position behind = new Position(end.line(), end.column() + next - end.offset(), next);
        return List.of(new Edit(new Range(flag.range().start(), behind), ""));
    }
}
