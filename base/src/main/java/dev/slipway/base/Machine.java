package dev.slipway.base;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// What is read of the machine this runs on; tests give another.
///
/// @param root `/`
record Machine(Path root, Map<String, String> environment, Clock clock) {

    static Machine host() {
        return new Machine(Path.of("/"), System.getenv(), Clock.systemUTC());
    }

    Path etcApt() {
        return root.resolve("etc/apt");
    }

    /// Where the distributions' keys are, on a Debian or Ubuntu machine.
    List<Path> keyrings() throws IOException {
        var keyrings = new ArrayList<Path>();
        for (var name : List.of("debian-archive-keyring", "ubuntu-archive-keyring")) {
            keyrings.add(root.resolve("usr/share/keyrings/" + name + ".gpg"));
        }
        keyrings.add(etcApt().resolve("trusted.gpg"));
        var directory = etcApt().resolve("trusted.gpg.d");
        if (Files.isDirectory(directory)) {
            try (var entries = Files.list(directory)) {
                entries.filter(file ->
                                file.toString().endsWith(".gpg")
                                        || file.toString().endsWith(".asc"))
                        .sorted()
                        .forEach(keyrings::add);
            }
        }
        return keyrings;
    }

    /// A keyring a source names, beneath this machine's root.
    Path keyring(Path named) {
        return root.resolve(named.toString().replaceFirst("^/+", ""));
    }

    /// `VERSION_CODENAME` of os-release(5), such as `bookworm`; null when there is none.
    @Nullable String codename() throws IOException {
        return osRelease("VERSION_CODENAME");
    }

    /// Whether os-release(5) says that this is Ubuntu, or something made of it.
    boolean isUbuntu() throws IOException {
        return "ubuntu".equals(osRelease("ID")) || hasWord(osRelease("ID_LIKE"), "ubuntu");
    }

    private static boolean hasWord(@Nullable String words, String word) {
        return words != null && (" " + words + " ").contains(" " + word + " ");
    }

    private @Nullable String osRelease(String name) throws IOException {
        var file = root.resolve("etc/os-release");
        if (!Files.isRegularFile(file)) {
            return null;
        }
        try (var in = Files.newInputStream(file)) {
            var text = new String(in.readNBytes(1 << 16), StandardCharsets.UTF_8);
            for (var line : text.lines().toList()) {
                if (line.startsWith(name + "=")) {
                    return line.substring(line.indexOf('=') + 1).replace("\"", "").strip();
                }
            }
        }
        return null;
    }
}
