package dev.slipway.dockerfile;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Locale;

/// A `FROM` and what follows it.
///
/// @param index from 0
/// @param instructions those after `FROM`
public record Stage(int index, From from, List<Instruction> instructions) {
    public Stage {
        instructions = List.copyOf(instructions);
    }

    /// Returns the name in lower case, as stages are looked up; null if the stage has none.
    public @Nullable String name() {
        String name = from.name();
        return name == null ? null : name.toLowerCase(Locale.ROOT);
    }
}
