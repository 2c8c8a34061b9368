package dev.slipway.base;

/// What happens while a base image is assembled, in order.
public sealed interface BaseEvent {
    /// A release was downloaded and its signature is good.
    ///
    /// @param from address of the suite
    /// @param description such as `Debian bookworm-security, 2026-11-21T00:53:02Z`
    record ReleaseVerified(String from, String description) implements BaseEvent {}

    /// Packages were chosen.
    ///
    /// @param packages how many
    /// @param missingBytes what must be downloaded of them
    record Resolved(int packages, long missingBytes) implements BaseEvent {}

    /// A package is here, and verified.
    ///
    /// @param done how many are here
    /// @param total how many are needed
    record PackageReady(String name, int done, int total, boolean downloaded)
            implements BaseEvent {}

    /// Something that takes a moment begins, such as `unpacking 21 packages`.
    record Step(String what) implements BaseEvent {}

    /// A line the configuration of packages printed.
    record Output(String line) implements BaseEvent {}

    /// Something to know that is no failure, such as a repository that is left out.
    record Notice(String text) implements BaseEvent {}
}
