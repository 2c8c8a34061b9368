package dev.slipway.lint.rules;

import dev.slipway.dockerfile.Glob;
import dev.slipway.dockerfile.IgnorePatternException;
import dev.slipway.dockerfile.Instruction;
import dev.slipway.lint.ContextFiles;
import dev.slipway.lint.model.Findings;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// What a `COPY` or `ADD` really takes from the context.
final class ContextContent {
    private static final Set<String> SECRETS =
            Set.of(
                    ".env",
                    "id_rsa",
                    "id_dsa",
                    "id_ecdsa",
                    "id_ed25519",
                    ".npmrc",
                    ".pypirc",
                    ".netrc",
                    ".git-credentials",
                    "credentials.json",
                    ".htpasswd",
                    ".pgpass",
                    "kubeconfig",
                    "service-account.json",
                    ".dockercfg");
    private static final List<String> SECRET_ENDINGS =
            List.of(".pem", ".key", ".p12", ".pfx", ".jks", ".keystore");
    private static final Set<String> LEFTOVERS =
            Set.of(
                    ".git",
                    ".hg",
                    ".svn",
                    "node_modules",
                    "__pycache__",
                    ".venv",
                    ".terraform",
                    ".idea",
                    ".vscode",
                    ".cache",
                    ".aws",
                    ".gradle");

    private ContextContent() {}

    static void look(
            Instruction instruction,
            List<String> sources,
            List<String> excludes,
            ContextFiles context,
            Findings findings) {
        for (String source : sources) {
            String path = Wording.unquoted(source);
            boolean local =
                    !path.contains("://") && !path.startsWith("git@") && path.indexOf('$') < 0;
            List<ContextFiles.File> files = local ? context.files() : null;
            if (files != null) {
                look(instruction, source, ContextChecks.clean(path), excludes, files, findings);
            }
        }
    }

    private static void look(
            Instruction instruction,
            String source,
            String path,
            List<String> excludes,
            List<ContextFiles.File> files,
            Findings findings) {
        boolean any = path.isEmpty();
        List<ContextFiles.File> matching = matching(files, path);
        long leftover = 0;
        String leftoverName = "";
        String secret = "";
        int known = isPattern(path) ? 0 : path.length();
        for (ContextFiles.File file : matching) {
            any = true;
            String directory = leftoverIn(file.path().substring(known));
            if (!directory.isEmpty()) {
                leftover += file.sizeBytes();
                leftoverName = leftoverName.isEmpty() ? directory : leftoverName;
            } else if (secret.isEmpty() && isSecret(file.path()) && !file.path().equals(path)) {
                secret = file.path();
            }
        }
        if (!any && !path.contains("..")) {
            findings.at(instruction)
                    .says("copy-matches-nothing", "Nothing in the context is called " + source)
                    .add();
        }
        if (!leftoverName.isEmpty() && excludes.isEmpty()) {
            findings.at(instruction)
                    .says(
                            "copy-ships-leftovers",
                            "This also copies " + leftoverName + ": name it in .dockerignore")
                    .note(size(leftover) + " in all")
                    .add();
        }
        if (!secret.isEmpty() && excludes.isEmpty()) {
            findings.at(instruction)
                    .says(
                            "copy-ships-secret",
                            "This also copies " + secret + ", which looks like a secret")
                    .add();
        }
    }

    private static boolean isPattern(String path) {
        return path.indexOf('*') >= 0 || path.indexOf('?') >= 0 || path.indexOf('[') >= 0;
    }

    // What a source means: a file, or all that is beneath a directory.
    private static List<ContextFiles.File> matching(List<ContextFiles.File> files, String path) {
        if (path.isEmpty()) {
            return files;
        }
        if (isPattern(path)) {
            return matchingAny(files, path);
        }
        int file = lowerBound(files, path);
        if (file < files.size() && files.get(file).path().equals(path)) {
            return files.subList(file, file + 1);
        }
        // Paths are in order: what is beneath a directory stands together; 0 follows the slash.
        return files.subList(lowerBound(files, path + "/"), lowerBound(files, path + "0"));
    }

    // The first file whose path is not before `path`.
    private static int lowerBound(List<ContextFiles.File> files, String path) {
        int low = 0;
        int high = files.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (files.get(middle).path().compareTo(path) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    // A pattern means what it matches, and what is beneath that.
    private static List<ContextFiles.File> matchingAny(
            List<ContextFiles.File> files, String pattern) {
        Glob glob;
        try {
            glob = Glob.compile(pattern);
        } catch (IgnorePatternException e) {
            return files; // the build says so
        }
        List<ContextFiles.File> matching = new ArrayList<>();
        for (ContextFiles.File file : files) {
            if (matches(glob, file.path())) {
                matching.add(file);
            }
        }
        return matching;
    }

    private static boolean matches(Glob glob, String file) {
        int slash = file.length();
        while (slash > 0) {
            if (glob.matches(file.substring(0, slash))) {
                return true;
            }
            slash = file.lastIndexOf('/', slash - 1);
        }
        return false;
    }

    private static String leftoverIn(String path) {
        int start = 0;
        while (start < path.length()) {
            int slash = path.indexOf('/', start);
            if (slash < 0) {
                return "";
            }
            String name = path.substring(start, slash);
            if (LEFTOVERS.contains(name)) {
                return name;
            }
            start = slash + 1;
        }
        return "";
    }

    static boolean isSecret(String path) {
        String name = Wording.baseName(path);
        for (String ending : SECRET_ENDINGS) {
            if (name.endsWith(ending) && !name.contains("pub") && !path.contains("test")) {
                return true;
            }
        }
        return SECRETS.contains(name);
    }

    static String size(long bytes) {
        if (bytes < 1_000_000) {
            return Math.max(1, bytes / 1000) + " kB";
        }
        return String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
    }
}
