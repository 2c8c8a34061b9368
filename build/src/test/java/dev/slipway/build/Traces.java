package dev.slipway.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;

/// Looks for what must not be left anywhere.
final class Traces {
    private Traces() {}

    /// Fails if the name or the content of a file under `root` holds `text`.
    static void assertNone(Path root, String text) throws IOException {
        var found = new ArrayList<Path>();
        try (var files = Files.walk(root)) {
            for (var file : files.toList()) {
                boolean named = file.getFileName().toString().contains(text);
                boolean regular = Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
                if (named || (regular && content(file).contains(text))) {
                    found.add(file);
                }
            }
        }
        assertThat(found).isEmpty();
    }

    private static String content(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
    }
}
