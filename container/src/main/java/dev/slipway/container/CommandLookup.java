package dev.slipway.container;

import dev.slipway.linux.Dir;
import dev.slipway.linux.Errno;
import dev.slipway.linux.FileStat;
import dev.slipway.linux.FileType;
import dev.slipway.linux.LinuxException;
import dev.slipway.linux.RawPath;

import org.jspecify.annotations.Nullable;

/// Finds a command as the shell would, inside a container's root.
final class CommandLookup {
    private static final String DEFAULT_PATH =
            "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private CommandLookup() {}

    /// @return the path to execute, seen from the container
    /// @throws ContainerException if there is none, or it is no executable file
    static String find(Dir root, ContainerSpec spec, RawPath cwd) throws ContainerException {
        String name = spec.args().getFirst();
        if (name.contains("/")) {
            return checked(
                    root,
                    name,
                    name.startsWith("/") ? RawPath.of(name) : cwd.child(RawPath.of(name)));
        }
        boolean denied = false;
        for (String directory : path(spec).split(":", -1)) {
            RawPath at =
                    directory.startsWith("/")
                            ? RawPath.of(directory)
                            : cwd.child(RawPath.of(directory));
            FileStat stat = name.isEmpty() ? null : stat(root, at.child(RawPath.of(name)));
            if (stat != null && stat.type() == FileType.REGULAR) {
                if ((stat.mode() & 0111) != 0) {
                    String prefix = directory.isEmpty() ? "." : directory;
                    return prefix.endsWith("/") ? prefix + name : prefix + "/" + name;
                }
                denied = true;
            }
        }
        if (denied) {
            throw notExecutable(name, "permission denied", null);
        }
        throw new ContainerException(
                ContainerException.Reason.COMMAND_NOT_FOUND,
                "exec: \"" + name + "\": executable file not found in $PATH",
                null);
    }

    private static String checked(Dir root, String name, RawPath path) throws ContainerException {
        FileStat stat = stat(root, path);
        if (stat == null) {
            throw notFound(name, null);
        }
        if (stat.type() == FileType.DIRECTORY) {
            throw notExecutable(name, "is a directory", null);
        }
        if (stat.type() != FileType.REGULAR || (stat.mode() & 0111) == 0) {
            throw notExecutable(name, "permission denied", null);
        }
        return name;
    }

    /// What the kernel said to executing a file that [#find] had found.
    static ContainerException refused(String command, int errno) {
        LinuxException cause = new LinuxException(errno, "execve", command);
        return switch (errno) {
            case Errno.ENOENT ->
                    new ContainerException(
                            ContainerException.Reason.COMMAND_NOT_FOUND,
                            "exec " + command + ": no such file or directory",
                            "the file exists: its interpreter or dynamic loader does not",
                            cause);
            case Errno.ENOEXEC -> notExecutable(command, "exec format error", cause);
            case Errno.EACCES -> notExecutable(command, "permission denied", cause);
            case Errno.E2BIG -> notExecutable(command, "argument list too long", cause);
            default -> notExecutable(command, Errno.describe(errno), cause);
        };
    }

    private static ContainerException notFound(String name, @Nullable Throwable cause) {
        return new ContainerException(
                ContainerException.Reason.COMMAND_NOT_FOUND,
                "exec " + name + ": no such file or directory",
                cause);
    }

    private static ContainerException notExecutable(
            String name, String why, @Nullable Throwable cause) {
        return new ContainerException(
                ContainerException.Reason.COMMAND_NOT_EXECUTABLE,
                "exec " + name + ": " + why,
                cause);
    }

    private static @Nullable FileStat stat(Dir root, RawPath path) {
        try {
            return root.statFollow(path);
        } catch (LinuxException e) {
            return null;
        }
    }

    private static String path(ContainerSpec spec) {
        for (String variable : spec.env()) {
            if (variable.startsWith("PATH=")) {
                return variable.substring("PATH=".length());
            }
        }
        return DEFAULT_PATH;
    }
}
