package dev.slipway.container;

import java.util.List;

/// Whom a process runs as, all in numbers.
///
/// @param additionalGids supplementary groups, the primary one among them
/// @param home the home directory, `/` if unknown
public record UserIds(int uid, int gid, List<Integer> additionalGids, String home) {
    public static final UserIds ROOT = new UserIds(0, 0, List.of(0), "/root");

    public UserIds {
        additionalGids = List.copyOf(additionalGids);
        if (uid < 0 || gid < 0) {
            throw new IllegalArgumentException("negative id " + uid + ":" + gid);
        }
    }
}
