package dev.slipway.lint;

import java.util.List;
import java.util.Map;
import java.util.Set;

/// What rules themselves can be told.
///
/// @param trustedRegistries hosts, perhaps with `*` in front or behind; empty: all are trusted
/// @param labels those that must be there, by name
/// @param strictLabels whether other labels are superfluous
/// @param buildArguments values of build arguments, as `--build-arg` gives them
/// @param platform the target, such as `linux/amd64`
/// @param experimental names of rules to run that are off by default; `all` for all of them
public record RuleSettings(
        List<String> trustedRegistries,
        Map<String, LabelType> labels,
        boolean strictLabels,
        Map<String, String> buildArguments,
        String platform,
        Set<String> experimental) {
    /// Nothing told.
    public static final RuleSettings NONE =
            new RuleSettings(List.of(), Map.of(), false, Map.of(), "linux/amd64", Set.of());

    public RuleSettings {
        trustedRegistries = List.copyOf(trustedRegistries);
        labels = java.util.Collections.unmodifiableMap(new java.util.TreeMap<>(labels));
        buildArguments = Map.copyOf(buildArguments);
        experimental = Set.copyOf(experimental);
    }
}
