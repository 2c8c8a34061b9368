package dev.slipway.build;

/// One file a step reads, as the explanation of a miss compares it.
///
/// @param path relative to the source tree, for people
/// @param mode type letter as in `ls` and permission bits in octal, such as `-0644` or `d0755`
/// @param owner `uid:gid`
/// @param digest of its content in hex, a link's target as it stands, or empty
record InputFile(String path, String mode, String owner, String digest) {}
