package dev.slipway.build;

import java.time.Instant;

/// An entry of a lock: a name in a Dockerfile that may stand for something else tomorrow, and what
/// it stands for.
public sealed interface Pin permits LockEntry, LockedSource {
    /// As the Dockerfile has it, without credentials: an image's name or an address.
    String name();

    /// What tells its content from any other: a digest or a commit.
    String content();

    /// The same, short, for people.
    String shortContent();

    /// Who said so: a registry or [LockEntry#STORE]; `git` or `web`.
    String source();

    /// When, to the second.
    Instant resolved();
}
