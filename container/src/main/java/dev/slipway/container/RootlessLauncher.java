package dev.slipway.container;

import dev.slipway.linux.Exec;
import dev.slipway.linux.Host;
import dev.slipway.linux.LinuxException;

import org.jspecify.annotations.Nullable;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Makes this process root in a user namespace of its own, when it is not root already.
///
/// A JVM cannot enter a new user namespace: it has threads. So the process becomes `unshare` of
/// util-linux, which has `newuidmap` map the user to root and the user's subordinate ids to the
/// others, and that becomes the same JVM again with the same arguments.
public final class RootlessLauncher {
    private static final String MARK = "SLIPWAY_ROOTLESS";

    private final Map<String, String> environment;
    private final Path etc;

    RootlessLauncher(Map<String, String> environment, Path etc) {
        this.environment = environment;
        this.etc = etc;
    }

    /// Whether this process is not root, not even in a user namespace.
    public static boolean isNeeded() {
        return Host.uid() != 0;
    }

    /// Starts this process over inside a user namespace. Never returns.
    ///
    /// @param environment this process's
    /// @throws ContainerException if something is missing for that, with a hint what to install or
    ///   do
    public static void relaunch(Map<String, String> environment) throws ContainerException {
        RootlessLauncher launcher = new RootlessLauncher(environment, Path.of("/etc"));
        List<String> command = launcher.command(System.getProperty("user.name", ""), ownCommand());
        List<String> variables = new ArrayList<>();
        environment.forEach((name, value) -> variables.add(name + "=" + value));
        variables.add(MARK + "=1");
        try {
            Exec.replace(command.getFirst(), command, variables);
        } catch (LinuxException e) {
            throw unsupported("cannot run " + command.getFirst() + ": " + e.getMessage(), "");
        }
    }

    private static List<String> ownCommand() throws ContainerException {
        try {
            List<String> command = new ArrayList<>();
            command.add(Path.of("/proc/self/exe").toRealPath().toString());
            String line = Files.readString(Path.of("/proc/self/cmdline"), StandardCharsets.UTF_8);
            String[] words = line.split("\0", -1);
            command.addAll(List.of(words).subList(1, words.length - 1));
            return command;
        } catch (IOException e) {
            throw unsupported("cannot read /proc/self: " + e.getMessage(), "");
        }
    }

    /// The command that runs `own` as root of a new user namespace.
    List<String> command(String user, List<String> own) throws ContainerException {
        if (environment.containsKey(MARK)) {
            throw unsupported(
                    "this process should be root in its user namespace and is not",
                    "run it without the variable " + MARK);
        }
        String unshare = require("unshare", "util-linux");
        require("newuidmap", "uidmap (Debian, Ubuntu) or shadow-utils (Fedora)");
        require("newgidmap", "uidmap (Debian, Ubuntu) or shadow-utils (Fedora)");
        requireRange("subuid", user, "--add-subuids");
        requireRange("subgid", user, "--add-subgids");
        requireNamespaces();
        List<String> command = new ArrayList<>();
        command.addAll(
                List.of(unshare, "--user", "--map-auto", "--map-root-user", "--mount", "--"));
        command.addAll(own);
        return command;
    }

    private String require(String program, String from) throws ContainerException {
        String path = find(program);
        if (path == null) {
            throw unsupported(
                    "rootless needs " + program + ", which is not installed",
                    "install the package " + from + ", or run as root");
        }
        return path;
    }

    private @Nullable String find(String program) {
        String path = environment.getOrDefault("PATH", "/usr/bin:/bin");
        for (String directory : path.split(File.pathSeparator, -1)) {
            Path candidate = Path.of(directory.isEmpty() ? "." : directory, program);
            if (Files.isExecutable(candidate) && !Files.isDirectory(candidate)) {
                return candidate.toAbsolutePath().toString();
            }
        }
        return null;
    }

    /// `/etc/subuid`, `/etc/subgid`: `name or number:first:count`; subuid(5).
    private void requireRange(String file, String user, String option) throws ContainerException {
        Path path = etc.resolve(file);
        try {
            String uid = Integer.toString(Host.uid());
            for (String line : Files.readAllLines(path, StandardCharsets.ISO_8859_1)) {
                if (line.startsWith(user + ":") || line.startsWith(uid + ":")) {
                    return;
                }
            }
        } catch (IOException e) {
            // As if it were empty.
        }
        throw unsupported(
                "rootless needs subordinate ids, and " + path + " has none for " + user,
                "as root: usermod " + option + " 100000-165535 " + user);
    }

    private static void requireNamespaces() throws ContainerException {
        if ("0".equals(sysctl("user/max_user_namespaces"))
                || "0".equals(sysctl("kernel/unprivileged_userns_clone"))) {
            throw unsupported(
                    "this machine forbids user namespaces to ordinary users",
                    "as root: sysctl -w user.max_user_namespaces=15000"
                            + " kernel.unprivileged_userns_clone=1");
        }
        if ("1".equals(sysctl("kernel/apparmor_restrict_unprivileged_userns"))) {
            throw unsupported(
                    "AppArmor forbids user namespaces to ordinary users on this machine",
                    "as root: sysctl -w kernel.apparmor_restrict_unprivileged_userns=0");
        }
    }

    private static @Nullable String sysctl(String name) {
        try {
            return Files.readString(Path.of("/proc/sys", name)).strip();
        } catch (IOException e) {
            return null; // not of this kernel
        }
    }

    private static ContainerException unsupported(String message, String hint) {
        return new ContainerException(ContainerException.Reason.UNSUPPORTED, message, hint, null);
    }
}
