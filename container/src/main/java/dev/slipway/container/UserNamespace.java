package dev.slipway.container;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.StringTokenizer;

/// Whether this process is root only inside a user namespace, as a rootless one is.
final class UserNamespace {
    private UserNamespace() {}

    private static final class Holder {
        static final boolean INSIDE = read();

        private static boolean read() {
            try {
                String map = Files.readString(Path.of("/proc/self/uid_map")).strip();
                // One line, "0 0 4294967295" but for spaces: the first user namespace maps all to
                // itself.
                StringTokenizer words = new StringTokenizer(map);
                return words.countTokens() != 3
                        || !words.nextToken().equals("0")
                        || !words.nextToken().equals("0")
                        || !words.nextToken().equals("4294967295");
            } catch (IOException e) {
                return false;
            }
        }
    }

    static boolean inside() {
        return Holder.INSIDE;
    }
}
