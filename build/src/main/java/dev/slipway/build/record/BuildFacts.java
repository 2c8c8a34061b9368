package dev.slipway.build.record;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// What a build was asked for.
///
/// @param context its directory, or what else it was; empty: none
/// @param dockerfile the Dockerfile's name as messages show it
/// @param dockerfileText its text; empty if it could not be read
/// @param target the stage that was asked for; null: the last
/// @param platform as asked for; null: this machine's
/// @param buildArgs names and values
/// @param secrets the ids of secrets that were given; never what they hold
/// @param noCache whether no step was to come from the cache
public record BuildFacts(
        String context,
        String dockerfile,
        String dockerfileText,
        @Nullable String target,
        @Nullable String platform,
        SortedMap<String, String> buildArgs,
        List<String> tags,
        List<String> secrets,
        boolean noCache) {
    public BuildFacts {
        buildArgs = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(buildArgs));
        tags = List.copyOf(tags);
        secrets = List.copyOf(secrets);
    }
}
