package dev.slipway.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/// Which Slipway this is: the resource `version.txt`, filled in by Maven.
final class Version {
    private Version() {}

    /// `0.1.0`; `development` in classes that Maven did not make.
    static String text() {
        try (InputStream in = Version.class.getResourceAsStream("version.txt")) {
            if (in == null) {
                return "development";
            }
            String text = new String(in.readNBytes(200), StandardCharsets.UTF_8).strip();
            return text.startsWith("$") ? "development" : text;
        } catch (IOException _) {
            return "development";
        }
    }
}
