package dev.slipway.cli;

import dev.slipway.dockerfile.IgnorePatternException;
import dev.slipway.lint.DockerfileSearch;
import dev.slipway.lint.LintConfig;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// Which files the arguments of `slipway lint` mean.
final class LintTargets {
    private LintTargets() {}

    /// Returns the names of the files in the order of the arguments, each once; `-` is standard
    /// input.
    static List<String> of(List<String> arguments, LintConfig config)
            throws IOException, CommandException {
        if (arguments.isEmpty()) {
            for (String name : List.of("Dockerfile", "Containerfile")) {
                if (Files.isRegularFile(Path.of(name))) {
                    return List.of(name);
                }
            }
            throw new CommandException(
                    "there is no Dockerfile here", "Name a file, or a directory to search.");
        }
        Set<String> names = new LinkedHashSet<>();
        for (String argument : arguments) {
            names.addAll(of(argument, config));
        }
        return new ArrayList<>(names);
    }

    private static List<String> of(String argument, LintConfig config)
            throws IOException, CommandException {
        if (argument.equals("-")) {
            return List.of("-");
        }
        Path path = Path.of(argument);
        if (Files.isDirectory(path)) {
            return search(path, config);
        }
        if (!Files.exists(path) && isPattern(argument)) {
            return glob(argument);
        }
        return List.of(argument);
    }

    private static List<String> search(Path directory, LintConfig config)
            throws IOException, CommandException {
        try {
            List<String> names = new ArrayList<>();
            for (Path file : new DockerfileSearch(config.excluded()).in(directory)) {
                names.add(file.normalize().toString());
            }
            return names;
        } catch (IgnorePatternException e) {
            throw new CommandException("exclude: " + e.getMessage(), null);
        }
    }

    private static boolean isPattern(String text) {
        return text.indexOf('*') >= 0 || text.indexOf('?') >= 0 || text.indexOf('[') >= 0;
    }

    private static List<String> glob(String pattern) throws IOException, CommandException {
        int star = 0;
        while (star < pattern.length() && "*?[{".indexOf(pattern.charAt(star)) < 0) {
            star++;
        }
        int slash = pattern.lastIndexOf('/', star);
        Path root = Path.of(slash < 0 ? "" : slash == 0 ? "/" : pattern.substring(0, slash));
        PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + pattern);
        PathMatcher shallow =
                FileSystems.getDefault().getPathMatcher("glob:" + pattern.replace("**/", ""));
        List<String> names = new ArrayList<>();
        try (Stream<Path> files = Files.walk(root)) {
            files.filter(Files::isRegularFile)
                    .filter(file -> matcher.matches(file) || shallow.matches(file))
                    .forEach(file -> names.add(file.toString()));
        }
        if (names.isEmpty()) {
            throw new CommandException("no file matches " + pattern, null);
        }
        names.sort(null);
        return names;
    }
}
