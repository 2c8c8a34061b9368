package dev.slipway.lint;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// What is known of finished builds. Files are looked at side by side: several threads ask, but one
/// alone uses what it found.
public interface Builds {
    /// Knows of no build.
    Builds NONE = (name, text) -> null;

    /// Returns the newest build of a Dockerfile that made an image still at hand, be it of another
    /// text; null if none is known.
    ///
    /// @param name of the file, as it was given
    @Nullable Build find(String name, String text);

    /// A build that made an image.
    interface Build {
        /// Returns the name of its record.
        String id();

        /// Returns the Dockerfile as it was then.
        String text();

        /// Returns the stage that was asked for; null for the last.
        @Nullable String target();

        /// Returns the steps that stand in the Dockerfile, in an order they could be done in.
        List<Step> steps();

        /// Returns the platform of the image, such as `linux/amd64`.
        String platform();

        /// Returns the environment of the image, as `NAME=value`.
        List<String> environment();

        /// Returns what the image's command gives arguments to; empty if there is nothing.
        List<String> entrypoint();

        /// Returns where the image's processes start; empty for the root.
        String workingDirectory();

        /// Returns the files of the image.
        ImageFiles files();

        /// Returns the files of the image that its first step was done on.
        ImageFiles base();
    }

    /// A step of a build.
    interface Step {
        /// Returns where its instruction begins in [Build#text], from 1.
        int line();

        /// Returns the digest of its layer; empty if it made none.
        String layer();

        /// Returns whether its layer is one of the image's.
        boolean isShipped();

        /// Returns what its layer says, in the order of the paths; empty without a layer, and if
        /// the layer is not at hand.
        List<Change> changes();

        /// Returns what the command reads of the context if it installs what a few files ask for:
        /// then it could stand before everything else is copied. Null if that is not known.
        @Nullable List<String> reads();

        /// Returns how often the step was done again only as other files of the context had changed
        /// that were copied before it.
        Redone redone();
    }

    /// How often a step was done again though nothing changed that it reads.
    ///
    /// @param times in how many builds
    /// @param builds how many were looked at
    /// @param nanos how long it took in all of these
    /// @param lastNanos how long it took the last time it was done; 0 if that is not known
    record Redone(int times, int builds, long nanos, long lastNanos) {}

    /// What a layer does at one place.
    ///
    /// @param path absolute
    /// @param mode the low twelve bits; 0 if removed
    /// @param sizeBytes of a regular file
    /// @param time when the file was last written, in no special form
    record Change(String path, Kind kind, int mode, long sizeBytes, String time) {}

    /// Kinds of changes.
    enum Kind {
        /// A regular file is there.
        FILE,
        /// A directory, link or device is there.
        OTHER,
        /// What was there is gone, with all under it.
        REMOVED,
        /// What was in the directory is gone.
        EMPTIED
    }
}
