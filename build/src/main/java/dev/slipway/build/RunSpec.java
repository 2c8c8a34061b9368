package dev.slipway.build;

import dev.slipway.dockerfile.Device;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// The command of a RUN, with everything resolved.
///
/// @param args shell included
/// @param variables the stage's environment and its build arguments, as they are at this line
/// @param unkeyedEnv variables the command sees that are no part of the key: proxies
/// @param cwd absolute
/// @param user as the Dockerfile names it; empty: root
/// @param hostname empty: as with BuildKit
/// @param devices CDI devices asked for
/// @param attempts how long it may take and how often it is tried; no part of the key
/// @param script the script of a heredoc that begins with `#!`; null: none
record RunSpec(
        List<String> args,
        Variables variables,
        List<String> unkeyedEnv,
        String cwd,
        String user,
        List<RunMount> mounts,
        NetworkChoice network,
        boolean insecure,
        String hostname,
        List<Device> devices,
        Attempts attempts,
        @Nullable Script script) {
    RunSpec {
        args = List.copyOf(args);
        unkeyedEnv = List.copyOf(unkeyedEnv);
        mounts = List.copyOf(mounts);
        devices = List.copyOf(devices);
    }

    /// What the command finds in its environment, `NAME=value` each: the stage's variables, then
    /// its build arguments. Put together with each call.
    List<String> env() {
        return variables.commandEnv();
    }

    /// A file the command finds at `/dev/pipes/<name>`, executable.
    record Script(String name, String content) {
        String path() {
            return "/dev/pipes/" + name;
        }
    }
}
