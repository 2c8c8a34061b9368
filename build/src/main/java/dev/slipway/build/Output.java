package dev.slipway.build;

import org.jspecify.annotations.Nullable;

import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;

/// Where a build's result goes. A build may have several.
public sealed interface Output {
    /// Into the store, under the request's tags, and on to a registry if wanted.
    ///
    /// @param names further names, comma separated in `name=`
    /// @param store whether the store gets the names; else it keeps nothing of it for long
    /// @param push how it is pushed; null: not at all
    record Image(List<String> names, ImageOptions options, boolean store, @Nullable Push push)
            implements Output {
        public Image {
            names = List.copyOf(names);
        }

        public Image(List<String> names) {
            this(names, ImageOptions.PLAIN, true, null);
        }
    }

    /// How an image is pushed.
    ///
    /// @param byDigest whether the registry gets no tag
    /// @param insecure whether plain HTTP and unknown certificates will do
    record Push(boolean byDigest, boolean insecure) {}

    /// An archive that `docker load` reads. It holds one platform.
    ///
    /// @param destination null: standard output
    record DockerArchive(@Nullable Path destination, List<String> names, ImageOptions options)
            implements Output {
        public DockerArchive {
            names = List.copyOf(names);
        }

        public DockerArchive(@Nullable Path destination, List<String> names) {
            this(destination, names, ImageOptions.PLAIN);
        }
    }

    /// An OCI image layout in a tar.
    ///
    /// @param destination null: standard output
    record OciArchive(@Nullable Path destination, List<String> names, ImageOptions options)
            implements Output {
        public OciArchive {
            names = List.copyOf(names);
        }

        public OciArchive(@Nullable Path destination, List<String> names) {
            this(destination, names, ImageOptions.PLAIN);
        }
    }

    /// An OCI image layout in a directory.
    record OciDirectory(Path destination, List<String> names, ImageOptions options)
            implements Output {
        public OciDirectory {
            names = List.copyOf(names);
        }

        public OciDirectory(Path destination, List<String> names) {
            this(destination, names, ImageOptions.PLAIN);
        }
    }

    /// The result's files, in a directory.
    ///
    /// @param platformSplit whether each platform gets a directory of its own; null: where there
    ///   are several
    /// @param delete whether what the result does not have is removed from the directory
    /// @param attestationPrefix of the names of files that attest the result
    record LocalDirectory(
            Path destination,
            @Nullable Boolean platformSplit,
            boolean delete,
            String attestationPrefix)
            implements Output {
        public LocalDirectory(Path destination) {
            this(destination, null, false, "");
        }
    }

    /// The result's files, as one tar.
    ///
    /// @param destination null: standard output
    /// @param platformSplit as for a directory
    /// @param attestationPrefix as for a directory
    record Tar(
            @Nullable Path destination, @Nullable Boolean platformSplit, String attestationPrefix)
            implements Output {
        public Tar(@Nullable Path destination) {
            this(destination, null, "");
        }
    }

    /// Nothing but the cache.
    record CacheOnly() implements Output {}

    /// The file or directory it is written to; null: none.
    default @Nullable Path place() {
        return switch (this) {
            case DockerArchive d -> d.destination;
            case OciArchive o -> o.destination;
            case OciDirectory o -> o.destination;
            case LocalDirectory l -> l.destination;
            case Tar t -> t.destination;
            case Image _, CacheOnly _ -> null;
        };
    }

    /// Whether this output is written to standard output.
    default boolean toStandardOutput() {
        return switch (this) {
            case DockerArchive d -> d.destination == null;
            case OciArchive o -> o.destination == null;
            case Tar t -> t.destination == null;
            case Image _, OciDirectory _, LocalDirectory _, CacheOnly _ -> false;
        };
    }

    /// Reads what stands after `-o`: a directory, `-`, or `type=…,dest=…` as buildx has it.
    ///
    /// @throws IllegalArgumentException if it makes no sense; the message says why
    static Output parse(String text) {
        if (text.equals("-")) {
            return new Tar(null);
        }
        return text.indexOf('=') < 0
                ? new LocalDirectory(Path.of(text))
                : new OutputFields(text).output();
    }

    /// Opens standard output for an output that goes there.
    @FunctionalInterface
    interface StandardOutput {
        OutputStream open();
    }
}
