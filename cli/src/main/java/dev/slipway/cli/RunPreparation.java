package dev.slipway.cli;

import dev.slipway.cli.options.Parsed;
import dev.slipway.cli.options.UsageException;
import dev.slipway.container.ContainerSpec;
import dev.slipway.container.MountSpec;
import dev.slipway.container.RootFs;
import dev.slipway.container.UserIds;
import dev.slipway.container.Users;
import dev.slipway.image.FileTree;
import dev.slipway.image.Image;
import dev.slipway.image.ImageCatalog;
import dev.slipway.image.ImageNotFoundException;
import dev.slipway.image.Lower;
import dev.slipway.image.MergedView;
import dev.slipway.image.Platform;
import dev.slipway.image.Store;
import dev.slipway.linux.Dir;
import dev.slipway.linux.RawPath;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeSet;

/// All a container needs before it can start: its root, its volumes, its specification. Closing it
/// drops what the container changed besides volumes.
final class RunPreparation implements AutoCloseable {
    private static final int ID_BYTES = 32;
    private static final int SHORT_ID = 12;
    private static final Path HOST_NAME = Path.of("/proc/sys/kernel/hostname");

    private final String id;
    private final Path directory;
    private final ContainerSpec spec;

    private RunPreparation(String id, Path directory, ContainerSpec spec) {
        this.id = id;
        this.directory = directory;
        this.spec = spec;
    }

    /// The container's ID: 64 hex digits.
    String id() {
        return id;
    }

    ContainerSpec spec() {
        return spec;
    }

    static RunPreparation of(Parsed line, Session session) throws Exception {
        Store store = session.store();
        Image image = image(line, session);
        byte[] random = new byte[ID_BYTES];
        new SecureRandom().nextBytes(random);
        String id = HexFormat.of().formatHex(random);
        Path directory = store.newTemp("run");
        try (FileTree files = MergedView.of(image.layers())) {
            ContainerSpec spec = spec(line, session, image, files, directory, id);
            return new RunPreparation(id, directory, spec);
        } catch (Exception e) {
            remove(directory);
            throw e;
        }
    }

    private static Image image(Parsed line, Session session) throws Exception {
        String wanted = line.text(RunFlags.PLATFORM);
        Platform platform = wanted == null ? null : Platform.parse(wanted);
        return switch (line.text(RunFlags.PULL, "missing")) {
            case "always" -> RunPull.anew(line, session, platform);
            case "never" -> new ImageCatalog(session.store()).load(line.argument(), platform);
            default -> present(line, session, platform);
        };
    }

    private static Image present(Parsed line, Session session, @Nullable Platform platform)
            throws Exception {
        try {
            return new ImageCatalog(session.store()).load(line.argument(), platform);
        } catch (ImageNotFoundException missing) {
            return RunPull.missing(line, session, platform, missing);
        }
    }

    private static ContainerSpec spec(
            Parsed line, Session session, Image image, FileTree files, Path directory, String id)
            throws Exception {
        RunArguments arguments = new RunArguments(line, session, image.config().config());
        RootFs root = root(session.store(), image, directory);
        UserIds user = user(arguments, files, line);
        List<MountSpec> mounts =
                new RunMounts(line, session.store(), files, directory).all(arguments.volumes());
        String hostname = hostname(line, arguments, id);
        ContainerSpec.Builder spec =
                ContainerSpec.builder(root, arguments.command())
                        .user(user)
                        .env(arguments.environment(hostname, user.home()))
                        .cwd(arguments.workingDirectory())
                        .hostname(hostname)
                        .mounts(mounts);
        arguments.limits(spec);
        arguments.permissions(spec);
        return spec.build();
    }

    /// As docker: the host's name on its network, else the start of the container's ID.
    private static String hostname(Parsed line, RunArguments arguments, String id)
            throws UsageException, IOException {
        String given = line.text(RunFlags.HOSTNAME);
        if (given != null) {
            return given;
        }
        return arguments.isOnHostNetwork()
                ? Files.readString(HOST_NAME).strip()
                : id.substring(0, SHORT_ID);
    }

    private static RootFs root(Store store, Image image, Path directory) throws IOException {
        Path upper = Files.createDirectory(directory.resolve("upper"));
        Path work = Files.createDirectory(directory.resolve("work"));
        Dir.open(directory).close();
        List<Lower> lowers = store.layers().lowers(image.layers());
        if (lowers.isEmpty()) {
            lowers =
                    List.of(new Lower.Directory(Files.createDirectory(directory.resolve("empty"))));
        }
        return RootFs.scratch(lowers, upper, work);
    }

    private static UserIds user(RunArguments arguments, FileTree files, Parsed line)
            throws Exception {
        UserIds user = Users.resolve(files, arguments.user());
        List<String> more = line.texts(RunFlags.GROUP_ADD);
        if (more.isEmpty()) {
            return user;
        }
        TreeSet<Integer> groups = new TreeSet<>(user.additionalGids());
        groups.addAll(RunArguments.groups(more));
        return new UserIds(user.uid(), user.gid(), new ArrayList<>(groups), user.home());
    }

    private static void remove(@Nullable Path directory) throws IOException {
        if (directory != null) {
            try (Dir parent = Dir.open(directory.resolveSibling("."))) {
                parent.removeTree(RawPath.of(String.valueOf(directory.getFileName())));
            }
        }
    }

    @Override
    public void close() throws IOException {
        remove(directory);
    }
}
