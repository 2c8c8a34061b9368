package dev.slipway.base;

import dev.slipway.container.ContainerException;
import dev.slipway.container.ContainerIo;
import dev.slipway.container.ContainerSpec;
import dev.slipway.container.MountSpec;
import dev.slipway.container.NetworkMode;
import dev.slipway.container.RootFs;
import dev.slipway.container.Runtimes;
import dev.slipway.image.Layer;
import dev.slipway.image.MergedView;
import dev.slipway.image.Store;
import dev.slipway.linux.Timespec;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A Debian or Ubuntu that can install packages.
///
/// All files are laid out first, so that everything can run; then dpkg, inside a container,
/// installs the same packages properly: scripts, database, alternatives. What that leaves is one
/// layer, without the traces of when and where it was made.
final class Minbase {
    private static final String DEBS = "/mnt/debs";

    private final Store store;
    private final BaseListener listener;

    Minbase(Store store, BaseListener listener) {
        this.store = store;
        this.listener = listener;
    }

    /// What the distribution requires, apt, and what was asked for.
    static List<DebPackage> choose(PackageIndex index, BaseDefinition definition)
            throws BaseException {
        var wanted = new ArrayList<Relation>();
        // The root is laid out merged, so nothing has to convert it: that would need all of perl.
        if (!index.versions("usr-is-merged").isEmpty()) {
            wanted.add(Relation.anyVersionOf("usr-is-merged"));
        }
        for (var name : index.required()) {
            wanted.add(Relation.anyVersionOf(name));
        }
        wanted.add(Relation.anyVersionOf("apt"));
        for (var each : definition.packages()) {
            wanted.add(Relation.parse(each));
        }
        return Resolver.resolve(index, wanted, definition.without());
    }

    Layer layer(
            BaseDefinition definition,
            BaseLock lock,
            String aptSources,
            Map<DebPackage, DebArchive> packages,
            Timespec time)
            throws IOException, BaseException {
        var tree = Assembly.tree(definition, packages, time);
        prepare(tree, packages.keySet());
        if (!aptSources.isEmpty()) {
            tree.file(AptSourcesFile.PATH, 0644, aptSources);
        }
        var unpacked = Assembly.write(store, tree);
        listener.on(new BaseEvent.Step("configuring " + packages.size() + " packages"));
        var work = store.newTemp("minbase");
        var upper = Files.createDirectory(work.resolve("upper"));
        var debs = Files.createDirectory(work.resolve("debs"));
        Files.createDirectory(work.resolve("work"));
        configure(unpacked, work, names(lock, packages, debs), time);
        for (var pin : lock.packages()) {
            Files.deleteIfExists(debs.resolve(fileName(pin)));
        }
        try (var below = MergedView.of(List.of(unpacked))) {
            var configured = store.layers().adoptTree(upper, below);
            try (var whole = MergedView.of(List.of(unpacked, configured))) {
                return new Polish(definition, time).write(store, whole);
            }
        }
    }

    /// What dpkg and the first scripts need before any package is configured.
    private static void prepare(RootTree tree, Iterable<DebPackage> packages)
            throws ArchiveException {
        for (var name : List.of("dev", "proc", "run", "sys", "mnt")) {
            tree.directory(name, 0755);
        }
        tree.directory("tmp", 01777);
        tree.directory("var/lib/dpkg/info", 0755);
        tree.directory("var/lib/dpkg/updates", 0755);
        tree.file("var/lib/dpkg/status", 0644, "");
        tree.file("var/lib/dpkg/available", 0644, "");
        tree.file("usr/sbin/policy-rc.d", 0755, "#!/bin/sh\nexit 101\n");
        for (var each : packages) {
            if (each.name().equals("mawk")) {
                tree.symlink("usr/bin/awk", "mawk"); // an alternative, later
            }
        }
    }

    /// The packages in the order dpkg gets them: what owns users and directories, what is
    /// essential, the rest.
    private List<String> names(BaseLock lock, Map<DebPackage, DebArchive> packages, Path debs)
            throws IOException {
        var first = new ArrayList<String>();
        var essential = new ArrayList<String>();
        var rest = new ArrayList<String>();
        int at = 0;
        for (var each : packages.keySet()) {
            var pin = lock.packages().get(at++);
            Files.createLink(debs.resolve(fileName(pin)), store.blobs().path(pin.sha256()));
            var path = DEBS + "/" + fileName(pin);
            if (each.name().equals("base-passwd")) {
                first.add(path);
            } else {
                (each.essential() ? essential : rest).add(path);
            }
        }
        first.addAll(essential);
        first.addAll(rest);
        return first;
    }

    private static String fileName(BaseLock.Pin pin) {
        return pin.name() + ".deb";
    }

    private void configure(Layer unpacked, Path work, List<String> debs, Timespec time)
            throws IOException, BaseException {
        var options = "--force-depends --force-unsafe-io --no-pager";
        var script =
                String.join(
                        "\n",
                        "set -e",
                        "dpkg " + options + " --install " + debs.getFirst(),
                        "dpkg " + options + " --install " + String.join(" ", debs),
                        "dpkg --configure --pending",
                        "ldconfig");
        var root =
                RootFs.scratch(
                        store.layers().lowers(List.of(unpacked)),
                        work.resolve("upper"),
                        work.resolve("work"));
        var spec =
                ContainerSpec.builder(root, List.of("/bin/sh", "-c", script))
                        .env(
                                List.of(
                                        "PATH=/usr/sbin:/usr/bin:/sbin:/bin",
                                        "HOME=/root",
                                        "LC_ALL=C.UTF-8",
                                        "DEBIAN_FRONTEND=noninteractive",
                                        "DEBCONF_NONINTERACTIVE_SEEN=true",
                                        "PERL_HASH_SEED=0",
                                        "SYSTEMD_OFFLINE=1",
                                        "SOURCE_DATE_EPOCH=" + time.seconds()))
                        .hostname("localhost")
                        .network(NetworkMode.NONE)
                        .mounts(List.of(new MountSpec.Bind(work.resolve("debs"), DEBS, true)))
                        .build();
        var output = new LastLines(line -> listener.on(new BaseEvent.Output(line)));
        try (var container =
                Runtimes.embedded().start(spec, new ContainerIo.Streams(null, output, output))) {
            int code = container.waitFor();
            if (code != 0) {
                throw new BaseException(
                        "configuring the packages failed with exit code "
                                + code
                                + ":\n"
                                + output.text());
            }
        } catch (ContainerException e) {
            throw new BaseException(
                    "cannot configure the packages: " + e.getMessage(), e.hint(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while configuring packages");
        }
    }
}
