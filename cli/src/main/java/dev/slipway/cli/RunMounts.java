package dev.slipway.cli;

import dev.slipway.cli.options.Amounts;
import dev.slipway.cli.options.Option;
import dev.slipway.cli.options.Parsed;
import dev.slipway.cli.options.UsageException;
import dev.slipway.container.MountSpec;
import dev.slipway.image.FileTree;
import dev.slipway.image.Store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;

/// The mounts of `-v`, `--mount`, `--tmpfs` and of the image's VOLUMEs.
final class RunMounts {
    private static final int ANYBODYS = 01777;

    private final Parsed line;
    private final Volumes volumes;
    private final Path directory;
    private final Map<String, MountSpec> byTarget = new LinkedHashMap<>();

    /// @param directory holds volumes without a name; dropped with the container
    RunMounts(Parsed line, Store store, FileTree image, Path directory) {
        this.line = line;
        this.volumes = new Volumes(store, image);
        this.directory = directory;
    }

    /// All mounts, parents before what lies in them.
    ///
    /// @param declared the image's VOLUMEs; one that nothing is mounted on gets a nameless volume
    List<MountSpec> all(SortedSet<String> declared)
            throws UsageException, IOException, CommandException {
        for (String text : line.texts(RunFlags.VOLUME)) {
            volume(text);
        }
        for (String text : line.texts(RunFlags.MOUNT)) {
            mount(new CommaFields(RunFlags.MOUNT, text));
        }
        for (String text : line.texts(RunFlags.TMPFS)) {
            int colon = text.indexOf(':');
            String target = target(RunFlags.TMPFS, colon < 0 ? text : text.substring(0, colon));
            add(RunFlags.TMPFS, tmpfs(target, colon < 0 ? "" : text.substring(colon + 1)));
        }
        for (String target : declared) {
            if (target.startsWith("/") && !byTarget.containsKey(normal(target))) {
                Path source = volumes.nameless(directory, target);
                byTarget.put(normal(target), new MountSpec.Bind(source, target, false));
            }
        }
        List<MountSpec> mounts = new ArrayList<>(byTarget.values());
        mounts.sort(Comparator.comparingInt(mount -> depth(mount.target())));
        return mounts;
    }

    private void add(Option option, MountSpec mount) throws UsageException {
        if (byTarget.put(normal(mount.target()), mount) != null) {
            throw new UsageException(option + ": two mounts on " + mount.target());
        }
    }

    /// `[source:]target[:options]`.
    private void volume(String text) throws UsageException, IOException, CommandException {
        String[] parts = text.split(":", -1);
        if (parts.length > 3 || text.isEmpty()) {
            throw Parsed.wrongValue(RunFlags.VOLUME, text, "[SOURCE:]DIR[:OPTIONS]");
        }
        if (parts.length == 1) {
            String target = target(RunFlags.VOLUME, text);
            add(
                    RunFlags.VOLUME,
                    new MountSpec.Bind(volumes.nameless(directory, target), target, false));
            return;
        }
        String target = target(RunFlags.VOLUME, parts[1]);
        boolean readOnly = false;
        boolean copy = true;
        for (String option : parts.length == 3 ? parts[2].split(",", -1) : new String[0]) {
            switch (option) {
                case "ro" -> readOnly = true;
                case "nocopy" -> copy = false;
                case "rw",
                        "z",
                        "Z",
                        "cached",
                        "delegated",
                        "consistent",
                        "rprivate",
                        "private" -> {}
                default ->
                        throw new UsageException(
                                "unknown option \"" + option + "\" in --volume " + text,
                                "There are ro, rw and nocopy.");
            }
        }
        Path source =
                isPath(parts[0]) ? hostDirectory(parts[0]) : volumes.named(parts[0], target, copy);
        add(RunFlags.VOLUME, new MountSpec.Bind(source, target, readOnly));
    }

    private static boolean isPath(String source) {
        return source.startsWith("/") || source.startsWith(".") || source.startsWith("~");
    }

    /// Docker makes a missing source of `-v` as a directory.
    private static Path hostDirectory(String source) throws IOException {
        Path path = Path.of(source).toAbsolutePath().normalize();
        if (!Files.exists(path)) {
            Files.createDirectories(path);
        }
        return path;
    }

    private void mount(CommaFields fields) throws UsageException, IOException, CommandException {
        String type = fields.take("type");
        String targetText = fields.take("target", "destination", "dst");
        if (targetText == null) {
            throw new UsageException("--mount has no target", "Write target=/dir.");
        }
        String target = target(RunFlags.MOUNT, targetText);
        boolean readOnly = fields.takeFlag("readonly", "ro");
        String source = fields.take("source", "src");
        MountSpec mount =
                switch (type == null ? "volume" : type) {
                    case "bind" -> bind(source, target, readOnly, fields);
                    case "volume" -> {
                        boolean copy = !fields.takeFlag("volume-nocopy");
                        Path path =
                                source == null
                                        ? volumes.nameless(directory, target)
                                        : volumes.named(source, target, copy);
                        yield new MountSpec.Bind(path, target, readOnly);
                    }
                    case "tmpfs" -> tmpfs(target, fields);
                    default ->
                            throw new UsageException(
                                    "--mount: unknown type " + type,
                                    "There are bind, volume and tmpfs.");
                };
        fields.checkAllTaken();
        add(RunFlags.MOUNT, mount);
    }

    private static MountSpec bind(
            @org.jspecify.annotations.Nullable String source,
            String target,
            boolean readOnly,
            CommaFields fields)
            throws UsageException, CommandException {
        String propagation = fields.take("bind-propagation");
        if (propagation != null
                && !propagation.equals("rprivate")
                && !propagation.equals("private")) {
            throw new UsageException(
                    "--mount: bind-propagation " + propagation + " is not available");
        }
        if (source == null) {
            throw new UsageException("--mount of type bind has no source");
        }
        Path path = Path.of(source).toAbsolutePath().normalize();
        if (!Files.exists(path)) {
            throw new CommandException(
                    "bind source path does not exist: " + path, "Make it, or use -v, which does.");
        }
        return new MountSpec.Bind(path, target, readOnly);
    }

    private static MountSpec tmpfs(String target, CommaFields fields) throws UsageException {
        String size = fields.take("tmpfs-size");
        String mode = fields.take("tmpfs-mode");
        return tmpfs(
                target,
                (size == null ? "" : "size=" + size)
                        + (mode == null ? "" : (size == null ? "" : ",") + "mode=" + mode));
    }

    /// Docker's defaults are `noexec,nosuid,nodev` and a mode that lets anybody write.
    private static MountSpec tmpfs(String target, String text) throws UsageException {
        long size = 0;
        int mode = ANYBODYS;
        List<String> options = new ArrayList<>(List.of("noexec", "nosuid", "nodev"));
        for (String option : text.isEmpty() ? new String[0] : text.split(",", -1)) {
            if (option.startsWith("size=")) {
                size = Amounts.bytes(option.substring(5));
                if (size < 0) {
                    throw Parsed.wrongValue(RunFlags.TMPFS, option, "a size such as size=64m");
                }
            } else if (option.startsWith("mode=")) {
                mode = octal(option.substring(5));
            } else if (option.equals("exec") || option.equals("suid") || option.equals("dev")) {
                options.remove("no" + option);
            } else if (!options.contains(option)) {
                options.add(option);
            }
        }
        return new MountSpec.Tmpfs(target, size, mode, options);
    }

    private static int octal(String text) throws UsageException {
        try {
            int mode = Integer.parseInt(text, 8);
            if (mode >= 0 && mode <= 07777) {
                return mode;
            }
        } catch (NumberFormatException _) {
            // Told below.
        }
        throw Parsed.wrongValue(
                RunFlags.TMPFS, "mode=" + text, "permission bits such as mode=1777");
    }

    private static String target(Option option, String text) throws UsageException {
        if (!text.startsWith("/") || normal(text).equals("/")) {
            throw Parsed.wrongValue(
                    option, text, "an absolute path in the container, not / itself");
        }
        return text;
    }

    private static String normal(String target) {
        return Path.of(target).normalize().toString();
    }

    private static int depth(String target) {
        return Path.of(target).normalize().getNameCount();
    }
}
