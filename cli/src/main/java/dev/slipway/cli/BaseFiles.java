package dev.slipway.cli;

import java.nio.file.Files;
import java.nio.file.Path;

/// Finds the definition of a base image.
final class BaseFiles {
    private BaseFiles() {}

    /// The file itself, or `base.yaml` in a directory.
    static Path definition(String argument) throws CommandException {
        Path given = Path.of(argument);
        Path file = Files.isDirectory(given) ? given.resolve("base.yaml") : given;
        if (!Files.isRegularFile(file)) {
            throw new CommandException(
                    "there is no file " + file,
                    "Give the base.yaml that says what the image is made of.");
        }
        return file;
    }
}
