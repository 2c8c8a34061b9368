package dev.slipway.build.bake;

import java.util.List;

/// Targets and groups under one name.
///
/// @param description empty when there is none
public record BakeGroup(String name, String description, List<String> targets) {
    public BakeGroup {
        targets = List.copyOf(targets);
    }
}
