package dev.slipway.build.bake;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;

/// What a bake file sees of the world around it.
///
/// @param environment the process's variables; empty: files stand for themselves
/// @param given variables set on the command line, which go before all others
/// @param directory paths in files are relative to it, and its `.env` serves Compose files
/// @param clock what `timestamp()` reads
/// @param localPlatform of this machine, `BAKE_LOCAL_PLATFORM`
public record BakeEnvironment(
        Map<String, String> environment,
        Map<String, String> given,
        Path directory,
        Clock clock,
        String localPlatform) {
    public BakeEnvironment {
        environment = Map.copyOf(environment);
        given = Map.copyOf(given);
    }

    /// What overrides the variable `name`; null: nothing does.
    @Nullable String override(String name) {
        var value = given.get(name);
        return value == null ? environment.get(name) : value;
    }

    /// Variables that every file has.
    Map<String, String> builtIn() {
        return Map.of("BAKE_CMD_CONTEXT", "cwd://", "BAKE_LOCAL_PLATFORM", localPlatform);
    }

    Functions functions() {
        return new Functions(clock, environment.getOrDefault("HOME", ""));
    }
}
