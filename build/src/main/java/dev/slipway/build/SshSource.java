package dev.slipway.build;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Who answers for `RUN --mount=type=ssh`: an ssh agent, or private keys that Slipway serves
/// itself.
///
/// A command only ever sees a socket; keys stay in the memory of this process. It may list keys and
/// have them sign, and nothing else: it cannot add keys to the user's agent, or remove any.
public sealed interface SshSource {
    /// A running agent.
    record Agent(Path socket) implements SshSource {}

    /// Private keys.
    final class Keys implements SshSource {
        private final List<SshKey> keys;

        private Keys(List<SshKey> keys) {
            this.keys = List.copyOf(keys);
        }

        List<SshKey> keys() {
            return keys;
        }

        /// Without the keys.
        @Override
        public String toString() {
            return "Keys[" + keys.size() + "]";
        }
    }

    /// The agent whose socket is the only path, else the keys in the files.
    ///
    /// @throws IOException if a file is missing or no key, or a key needs a passphrase; the message
    ///   says what to do
    static SshSource of(List<Path> paths) throws IOException {
        if (paths.size() == 1 && isSocket(paths.getFirst())) {
            return new Agent(paths.getFirst());
        }
        var keys = new ArrayList<SshKey>();
        for (var path : paths) {
            if (isSocket(path)) {
                throw new IOException(path + ": one agent, or several keys, but not both");
            }
            keys.addAll(SshKeyFile.read(path));
        }
        return new Keys(keys);
    }

    private static boolean isSocket(Path path) throws IOException {
        @Nullable Integer mode = (Integer) Files.getAttribute(path, "unix:mode");
        return mode != null && (mode & 0170000) == 0140000;
    }
}
