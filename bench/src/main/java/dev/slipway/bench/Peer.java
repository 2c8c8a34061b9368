package dev.slipway.bench;

import java.nio.file.Path;
import java.util.List;

/// A builder under comparison. All of them see the same contexts and Dockerfiles.
interface Peer extends AutoCloseable {
    String name();

    /// Makes an image called `bench-base` from a root file system archive.
    void importBase(Path rootTar);

    /// Builds `context` and tags the result. There is no network but what `flags` name.
    Measured build(Path context, String tag, List<String> flags);

    /// Forgets every cached step and image but the base.
    void forget(Path rootTar);

    /// Goes on with an empty store, without even the base. The one before stays where it is until
    /// the end: ext4 looks long for inodes where many files were deleted just before, whoever makes
    /// files then.
    void startAnew();

    /// Writes the image as an archive: `docker save`, or what the peer has in its place.
    Measured save(String tag, Path archive);

    /// Copies the image to a registry, under a name in it.
    Measured push(String tag, String remote);

    /// Brings an image from a registry, until it can be run.
    Measured pull(String remote);

    @Override
    void close();
}
