package dev.slipway.dockerfile;

import java.util.List;

/// `EXPOSE`: ports, in the order written.
///
/// @param ports at least one; [ExposedPorts] reads them once they are expanded
public record Expose(InstructionSource source, List<String> ports) implements Instruction {
    public Expose {
        ports = List.copyOf(ports);
    }
}
