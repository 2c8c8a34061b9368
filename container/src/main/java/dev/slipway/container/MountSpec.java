package dev.slipway.container;

import dev.slipway.linux.RawPath;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/// Something mounted into a container. A missing target is made, and taken away at the end.
public sealed interface MountSpec {
    /// Where in the container: an absolute path, resolved inside its root.
    String target();

    /// Whether the container may not write to it.
    boolean readOnly();

    /// Something of the host: a volume, a cache directory, a part of the build context.
    record Bind(Source source, String target, boolean readOnly) implements MountSpec {
        public Bind(Path source, String target, boolean readOnly) {
            this(new Source.Host(source), target, readOnly);
        }
    }

    /// A part of an image or of a build stage. Writes, where allowed, go to `root.upper()`, or are
    /// dropped when there is none.
    ///
    /// @param source a path resolved inside that root; [RawPath#ROOT] is all of it
    record Tree(RootFs root, RawPath source, String target, boolean readOnly)
            implements MountSpec {}

    /// A file system in memory.
    ///
    /// @param sizeBytes how much it may hold; 0: half of the memory
    /// @param mode permission bits of its root, such as 01777
    /// @param options more options as mount(8) names them, such as `noexec` or `uid=33`
    record Tmpfs(String target, long sizeBytes, int mode, List<String> options)
            implements MountSpec {
        public Tmpfs {
            options = List.copyOf(options);
        }

        @Override
        public boolean readOnly() {
            return options.contains("ro");
        }
    }

    /// A file whose content is given: a secret, `/etc/hosts`. It is kept in memory only.
    ///
    /// @param mode permission bits, such as 0400
    /// @param readOnly whether even its owner may not write to it
    @SuppressWarnings("ArrayRecordComponent") // copied both ways, own equals
    record FileContent(String target, byte[] content, int mode, int uid, int gid, boolean readOnly)
            implements MountSpec {
        public FileContent {
            content = content.clone();
        }

        @Override
        public byte[] content() {
            return content.clone();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof FileContent(var t, var c, var m, var u, var g, var r)
                    && target.equals(t)
                    && Arrays.equals(content, c)
                    && mode == m
                    && uid == u
                    && gid == g
                    && readOnly == r;
        }

        @Override
        public int hashCode() {
            return target.hashCode() * 31 + Arrays.hashCode(content);
        }

        /// Without the content, which may be secret.
        @Override
        public String toString() {
            return "FileContent[" + target + ", " + content.length + " bytes]";
        }
    }

    /// Where a bind mount comes from.
    sealed interface Source {
        /// A path of the host, which is trusted.
        record Host(Path path) implements Source {}

        /// A path beneath a trusted directory; its links cannot lead out of it, whoever changes
        /// them when.
        record Beneath(Path directory, RawPath path) implements Source {}
    }
}
