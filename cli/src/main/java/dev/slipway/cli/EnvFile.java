package dev.slipway.cli;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;

/// A file of `--env-file`: a variable a line, taken as it stands, no quotes and no expansion.
final class EnvFile {
    private static final long MAX_BYTES = 4 << 20;

    private EnvFile() {}

    /// Adds the file's variables to `variables`, by name.
    static void read(Path file, Map<String, String> environment, Map<String, String> variables)
            throws IOException, CommandException {
        String text;
        try {
            if (Files.isDirectory(file)) {
                throw new CommandException("--env-file " + file + " is a directory", null);
            }
            if (Files.size(file) > MAX_BYTES) {
                throw new CommandException(file + ": larger than 4 MiB", null);
            }
            text = Files.readString(file);
        } catch (NoSuchFileException _) {
            throw new CommandException("there is no --env-file " + file, null);
        } catch (CharacterCodingException _) {
            throw new CommandException(file + ": not valid UTF-8", null);
        }
        if (text.startsWith("\ufeff")) {
            text = text.substring(1);
        }
        int number = 0;
        for (String raw : text.split("\n", -1)) {
            number++;
            String line = raw.endsWith("\r") ? raw.substring(0, raw.length() - 1) : raw;
            String entry = line.stripLeading();
            if (!entry.isEmpty() && !entry.startsWith("#")) {
                variable(entry, file + ":" + number, environment, variables);
            }
        }
    }

    private static void variable(
            String entry,
            String place,
            Map<String, String> environment,
            Map<String, String> variables)
            throws CommandException {
        int equals = entry.indexOf('=');
        String name = equals < 0 ? entry.stripTrailing() : entry.substring(0, equals);
        if (name.isEmpty()) {
            throw new CommandException(place + ": a variable has no name", "Write NAME=VALUE.");
        }
        for (int i = 0; i < name.length(); i++) {
            if (Character.isWhitespace(name.charAt(i))) {
                throw new CommandException(
                        place + ": the name \"" + name + "\" contains white space",
                        "Write NAME=VALUE.");
            }
        }
        if (equals >= 0) {
            variables.put(name, entry);
        } else if (environment.get(name) != null) {
            variables.put(name, name + "=" + environment.get(name));
        }
    }
}
