package dev.slipway.build.bake;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// What a bake file may do beyond its own directory, as it may come from a stranger: `--allow`.
///
/// Files and directories outside of the working directory, the ssh agent, and `security.insecure`
/// need permission. The host's network does not: builds have it anyway.
public final class BakePermissions {
    private final Path directory;
    private final List<Path> reads = new ArrayList<>();
    private final List<Path> writes = new ArrayList<>();
    private final Set<String> names = new TreeSet<>();

    private BakePermissions(Path directory) {
        this.directory = real(directory);
        reads.add(this.directory);
        writes.add(this.directory);
    }

    /// Reads what `--allow` says: `fs=PATH`, `fs.read=PATH`, `fs.write=PATH`, `ssh`,
    /// `security.insecure`, `network.host`; the path `*` is every path.
    ///
    /// @param directory what paths are relative to, and what is free
    /// @throws BakeException if there is no such permission
    public static BakePermissions parse(List<String> allowed, Path directory) throws BakeException {
        var permissions = new BakePermissions(directory);
        for (var text : allowed) {
            permissions.add(text);
        }
        return permissions;
    }

    private void add(String text) throws BakeException {
        int equals = text.indexOf('=');
        var key = equals < 0 ? text : text.substring(0, equals);
        var value = equals < 0 ? "" : text.substring(equals + 1);
        switch (key) {
            case "fs", "fs.read", "fs.write" -> {
                if (value.isEmpty()) {
                    throw new BakeException(
                            "--allow " + key + " names no path", "write --allow " + key + "=PATH");
                }
                var path = value.equals("*") ? Path.of("/") : real(directory.resolve(value));
                if (!key.equals("fs.write")) {
                    reads.add(path);
                }
                if (!key.equals("fs.read")) {
                    writes.add(path);
                }
            }
            case "ssh", "security.insecure", "network.host", "device" -> names.add(key);
            default ->
                    throw new BakeException(
                            "unknown permission " + key,
                            Nearest.questionOrList(
                                    key,
                                    List.of(
                                            "fs",
                                            "fs.read",
                                            "fs.write",
                                            "ssh",
                                            "security.insecure",
                                            "network.host"),
                                    "permissions"));
        }
    }

    /// Checks that the plan asks for nothing that is not allowed.
    ///
    /// @throws BakeException naming all that is missing, and how to allow it
    public void check(BakePlan plan) throws BakeException {
        var missing = new TreeSet<String>();
        for (var target : plan.targets().values()) {
            paths(target.reads(), reads, "fs.read", missing);
            paths(target.writes(), writes, "fs.write", missing);
            for (var entitlement : target.texts(TargetAttribute.ENTITLEMENTS)) {
                if (!entitlement.equals("network.host") && !names.contains(entitlement)) {
                    missing.add("--allow " + entitlement);
                }
            }
            for (var agent : target.entries(TargetAttribute.SSH)) {
                if (agent.paths().isEmpty() && !names.contains("ssh")) {
                    missing.add("--allow ssh");
                }
            }
        }
        refuse(missing);
    }

    /// Checks that files may be written that are not the plan's own, as beside its Dockerfiles.
    ///
    /// @throws BakeException naming all that may not, and how to allow it
    public void checkWrites(Collection<Path> files) throws BakeException {
        var missing = new TreeSet<String>();
        var paths = new ArrayList<String>();
        files.forEach(file -> paths.add(file.toString()));
        paths(paths, writes, "fs.write", missing);
        refuse(missing);
    }

    private static void refuse(Set<String> missing) throws BakeException {
        if (!missing.isEmpty()) {
            throw new BakeException(
                    "the bake file asks for more than its own directory",
                    "if you trust it, add " + String.join(" ", missing));
        }
    }

    private void paths(List<String> asked, List<Path> allowed, String name, Set<String> missing) {
        for (var path : asked) {
            var real = real(directory.resolve(path));
            if (allowed.stream().noneMatch(real::startsWith)) {
                missing.add("--allow " + name + "=" + real);
            }
        }
    }

    /// The path without symbolic links, as far as it is there.
    private static Path real(Path path) {
        var absolute = path.toAbsolutePath().normalize();
        for (var existing = absolute; existing != null; existing = existing.getParent()) {
            if (Files.exists(existing, LinkOption.NOFOLLOW_LINKS)) {
                try {
                    return existing.toRealPath().resolve(existing.relativize(absolute)).normalize();
                } catch (IOException _) {
                    return absolute; // a link that leads nowhere: the build will say so
                }
            }
        }
        return absolute;
    }
}
