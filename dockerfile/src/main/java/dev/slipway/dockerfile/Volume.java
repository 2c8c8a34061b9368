package dev.slipway.dockerfile;

import java.util.List;

/// `VOLUME`.
///
/// @param paths at least one, none blank
public record Volume(InstructionSource source, List<String> paths) implements Instruction {
    public Volume {
        paths = List.copyOf(paths);
    }
}
