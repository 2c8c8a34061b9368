package dev.slipway.build;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// What well-known commands that install things read of a project. Only commands that are
/// understood to the last word are known: one pipe, variable or quote, and nothing is said.
public final class InstallCommands {
    /// By the words a command begins with; no files: it reads nothing of the project.
    private static final Map<String, List<String>> READS =
            Map.ofEntries(
                    Map.entry("apt-get update", List.of()),
                    Map.entry("apt-get install", List.of()),
                    Map.entry("apt-get clean", List.of()),
                    Map.entry("apt update", List.of()),
                    Map.entry("apt install", List.of()),
                    Map.entry("apk add", List.of()),
                    Map.entry("apk update", List.of()),
                    Map.entry("dnf install", List.of()),
                    Map.entry("yum install", List.of()),
                    Map.entry("npm ci", npm("package-lock.json")),
                    Map.entry("npm install", npm("package-lock.json")),
                    Map.entry("yarn install", npm("yarn.lock")),
                    Map.entry("pnpm install", npm("pnpm-lock.yaml")),
                    Map.entry("go mod download", List.of("go.mod", "go.sum")),
                    Map.entry("bundle install", List.of("Gemfile", "Gemfile.lock")),
                    Map.entry("cargo fetch", List.of("Cargo.toml", "Cargo.lock")),
                    Map.entry("mvn dependency:go-offline", List.of("pom.xml")));

    private static final String LISTS = "rm -rf /var/lib/apt/lists/*";
    private static final String SPECIAL = "|><`$(){}*?\"'\\;&~[]#!";

    private InstallCommands() {}

    private static List<String> npm(String lock) {
        return List.of(
                "package.json", lock, "npm-shrinkwrap.json", ".npmrc", "pnpm-workspace.yaml");
    }

    /// The files of the project that a RUN reads, relative to its working directory; null if that
    /// is not known.
    static @Nullable List<String> reads(RunSpec spec) {
        var args = spec.args();
        if (args.size() != 3 || !args.get(1).equals("-c") || spec.script() != null) {
            return null;
        }
        return reads(args.get(2));
    }

    /// The files of the project that a shell command reads, relative to its working directory; null
    /// if that is not known.
    public static @Nullable List<String> reads(String script) {
        var files = new ArrayList<String>();
        for (var command : script.split("&&", -1)) {
            var text = String.join(" ", words(command));
            var read = text.equals(LISTS) ? List.<String>of() : readsOf(text);
            if (read == null) {
                return null;
            }
            files.addAll(read);
        }
        return files;
    }

    private static List<String> words(String command) {
        var words = new ArrayList<String>();
        var text = command.replace('\n', ' ').replace('\t', ' ');
        for (int at = 0; at < text.length(); ) {
            int end = text.indexOf(' ', at);
            int stop = end < 0 ? text.length() : end;
            if (stop > at) {
                words.add(text.substring(at, stop));
            }
            at = stop + 1;
        }
        return words;
    }

    private static @Nullable List<String> readsOf(String command) {
        for (int i = 0; i < command.length(); i++) {
            if (SPECIAL.indexOf(command.charAt(i)) >= 0) {
                return null;
            }
        }
        if (command.startsWith("pip install -r ") || command.startsWith("pip3 install -r ")) {
            var file = command.substring(command.indexOf("-r ") + 3);
            return file.indexOf(' ') < 0 && !file.startsWith("/") ? List.of(file) : null;
        }
        for (var known : READS.entrySet()) {
            var start = known.getKey();
            if (command.equals(start) || command.startsWith(start + " ")) {
                return namesAPath(command.substring(start.length())) ? null : known.getValue();
            }
        }
        return null;
    }

    /// Whether a word may be a file of the project: a local package, a directory to work in.
    private static boolean namesAPath(String rest) {
        for (var word : words(rest)) {
            if (word.startsWith(".")
                    || word.startsWith("/")
                    || word.contains("=.")
                    || word.startsWith("file:")) {
                return true;
            }
        }
        return false;
    }
}
