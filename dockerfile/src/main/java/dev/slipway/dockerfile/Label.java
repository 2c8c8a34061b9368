package dev.slipway.dockerfile;

import java.util.List;

/// `LABEL`: metadata of the image.
///
/// @param labels at least one
public record Label(InstructionSource source, List<KeyValue> labels) implements Instruction {
    public Label {
        labels = List.copyOf(labels);
    }
}
