package dev.slipway.cli;

import dev.slipway.cli.options.Amounts;
import dev.slipway.cli.options.Option;
import dev.slipway.cli.options.Parsed;
import dev.slipway.cli.options.UsageException;
import dev.slipway.container.ContainerSpec;
import dev.slipway.container.Device;
import dev.slipway.container.NetworkMode;
import dev.slipway.container.Resources;
import dev.slipway.container.Ulimit;
import dev.slipway.image.RunConfig;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;

/// What `slipway run`'s flags and the image's configuration say together, as docker joins them.
final class RunArguments {
    private static final String STANDARD_PATH =
            "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    private static final long CPU_PERIOD_MICROS = 100_000;

    private final Parsed line;
    private final Session session;
    private final RunConfig image;

    RunArguments(Parsed line, Session session, RunConfig image) {
        this.line = line;
        this.session = session;
        this.image = image;
    }

    /// Entrypoint and command: the image's, each replaced by what was given. A new entrypoint drops
    /// the image's command.
    List<String> command() throws UsageException {
        List<String> given = line.arguments().subList(1, line.arguments().size());
        List<String> command = new ArrayList<>();
        if (line.has(RunFlags.ENTRYPOINT)) {
            String entrypoint = line.text(RunFlags.ENTRYPOINT, "");
            if (!entrypoint.isEmpty()) {
                command.add(entrypoint);
            }
            command.addAll(given);
        } else {
            List<String> entrypoint = image.entrypoint();
            if (entrypoint != null) {
                command.addAll(entrypoint);
            }
            List<String> standard = image.cmd();
            command.addAll(!given.isEmpty() || standard == null ? given : standard);
        }
        if (command.isEmpty()) {
            throw new UsageException(
                    "no command specified, and the image has none",
                    "Write the command after the image's name.");
        }
        return command;
    }

    String user() throws UsageException {
        return line.text(RunFlags.USER, image.user());
    }

    String workingDirectory() throws UsageException {
        String directory =
                line.text(
                        RunFlags.WORKDIR, image.workingDir().isEmpty() ? "/" : image.workingDir());
        if (!directory.startsWith("/")) {
            throw Parsed.wrongValue(RunFlags.WORKDIR, directory, "an absolute path");
        }
        return directory;
    }

    SortedSet<String> volumes() {
        return image.volumes();
    }

    boolean isOnHostNetwork() throws UsageException {
        String mode =
                line.has(RunFlags.NET) ? line.text(RunFlags.NET) : line.text(RunFlags.NETWORK);
        return !"none".equals(mode);
    }

    /// The variables in docker's order: PATH, HOSTNAME, TERM, HOME, the image's, those given; later
    /// ones win in place.
    List<String> environment(String hostname, String home)
            throws UsageException, IOException, CommandException {
        Map<String, String> variables = new LinkedHashMap<>();
        set(variables, STANDARD_PATH);
        set(variables, "HOSTNAME=" + hostname);
        if (line.is(RunFlags.TTY)) {
            set(variables, "TERM=xterm");
        }
        for (String variable : image.env()) {
            set(variables, variable);
        }
        for (String file : line.texts(RunFlags.ENV_FILE)) {
            EnvFile.read(Path.of(file), session.environment(), variables);
        }
        for (String text : line.texts(RunFlags.ENV)) {
            if (text.startsWith("=") || text.isEmpty()) {
                throw Parsed.wrongValue(RunFlags.ENV, text, "NAME=VALUE");
            }
            if (text.indexOf('=') >= 0) {
                set(variables, text);
            } else if (session.environment().get(text) != null) {
                set(variables, text + "=" + session.environment().get(text));
            }
        }
        if (!variables.containsKey("HOME")) {
            set(variables, "HOME=" + home);
        }
        return List.copyOf(variables.values());
    }

    private static void set(Map<String, String> variables, String text) {
        int equals = text.indexOf('=');
        variables.put(
                equals < 0 ? text : text.substring(0, equals), equals < 0 ? text + "=" : text);
    }

    void limits(ContainerSpec.Builder spec) throws UsageException {
        long period = number(RunFlags.CPU_PERIOD, 0);
        long quota = number(RunFlags.CPU_QUOTA, 0);
        String cpus = line.text(RunFlags.CPUS);
        if (cpus != null) {
            period = CPU_PERIOD_MICROS;
            quota = quota(cpus);
        }
        Long memory = line.bytes(RunFlags.MEMORY);
        spec.resources(
                new Resources(
                        memory == null ? 0 : memory,
                        memoryAndSwap(),
                        quota,
                        period,
                        number(RunFlags.CPU_SHARES, 0),
                        line.text(RunFlags.CPUSET_CPUS, ""),
                        line.text(RunFlags.CPUSET_MEMS, ""),
                        Math.max(0, number(RunFlags.PIDS_LIMIT, 0))));
        List<Ulimit> limits = new ArrayList<>();
        for (String text : line.texts(RunFlags.ULIMIT)) {
            try {
                limits.add(Ulimit.parse(text));
            } catch (IllegalArgumentException wrong) {
                throw new UsageException(String.valueOf(wrong.getMessage()));
            }
        }
        spec.ulimits(limits);
        Long shared = line.bytes(RunFlags.SHM_SIZE);
        spec.shmSizeBytes(shared == null ? 0 : shared);
    }

    private long quota(String cpus) throws UsageException {
        try {
            double number = Double.parseDouble(cpus);
            if (number >= 0 && number <= 100_000) {
                return Math.round(number * CPU_PERIOD_MICROS);
            }
        } catch (NumberFormatException _) {
            // Told below.
        }
        throw Parsed.wrongValue(RunFlags.CPUS, cpus, "a number such as 1.5");
    }

    private long memoryAndSwap() throws UsageException {
        String text = line.text(RunFlags.MEMORY_SWAP);
        if (text == null) {
            return 0;
        }
        long bytes = text.equals("-1") ? -1 : Amounts.bytes(text);
        if (bytes < 0 && !text.equals("-1")) {
            throw Parsed.wrongValue(RunFlags.MEMORY_SWAP, text, "an amount such as 1g, or -1");
        }
        return bytes;
    }

    private long number(Option option, long otherwise) throws UsageException {
        Long number = line.number(option);
        return number == null ? otherwise : number;
    }

    void permissions(ContainerSpec.Builder spec) throws UsageException {
        spec.network(isOnHostNetwork() ? NetworkMode.HOST : NetworkMode.NONE)
                .readOnlyRoot(line.is(RunFlags.READ_ONLY))
                .privileged(line.is(RunFlags.PRIVILEGED))
                .capAdd(names(RunFlags.CAP_ADD))
                .capDrop(names(RunFlags.CAP_DROP))
                .terminal(line.is(RunFlags.TTY))
                .init(line.is(RunFlags.INIT));
        for (String option : line.texts(RunFlags.SECURITY_OPT)) {
            security(spec, option);
        }
        LinkedHashMap<String, String> hosts = new LinkedHashMap<>();
        for (String text : line.texts(RunFlags.ADD_HOST)) {
            String[] entry = HostEntry.parse(text);
            hosts.put(entry[0], entry[1]);
        }
        spec.extraHosts(hosts);
        List<Device> devices = new ArrayList<>();
        for (String text : line.texts(RunFlags.DEVICE)) {
            devices.add(device(text));
        }
        spec.devices(devices);
        Map<String, String> sysctls = new LinkedHashMap<>();
        for (String text : line.texts(RunFlags.SYSCTL)) {
            int equals = text.indexOf('=');
            if (equals <= 0) {
                throw Parsed.wrongValue(RunFlags.SYSCTL, text, "NAME=VALUE");
            }
            sysctls.put(text.substring(0, equals), text.substring(equals + 1));
        }
        spec.sysctls(sysctls);
    }

    private Set<String> names(Option option) {
        Set<String> names = new HashSet<>();
        for (String list : line.texts(option)) {
            for (String name : list.split(",", -1)) {
                names.add(name.strip().toUpperCase(Locale.ROOT));
            }
        }
        return names;
    }

    private static void security(ContainerSpec.Builder spec, String option) throws UsageException {
        switch (option.replace(':', '=')) {
            case "no-new-privileges", "no-new-privileges=true" -> spec.noNewPrivileges(true);
            case "no-new-privileges=false" -> spec.noNewPrivileges(false);
            case "seccomp=unconfined" -> spec.seccomp(false);
            case "apparmor=unconfined", "label=disable" -> {} // neither is used
            default ->
                    throw Parsed.wrongValue(
                            RunFlags.SECURITY_OPT,
                            option,
                            "no-new-privileges or seccomp=unconfined");
        }
    }

    private static Device device(String text) throws UsageException {
        String[] parts = text.split(":", -1);
        boolean short2 = parts.length == 2 && !parts[1].startsWith("/");
        String target = parts.length > 1 && !short2 ? parts[1] : parts[0];
        String permissions = parts.length == 3 ? parts[2] : short2 ? parts[1] : "rwm";
        boolean known = true;
        for (int i = 0; i < permissions.length(); i++) {
            known &= "rwm".indexOf(permissions.charAt(i)) >= 0;
        }
        if (parts.length > 3 || !known || permissions.isEmpty() || !target.startsWith("/")) {
            throw Parsed.wrongValue(RunFlags.DEVICE, text, "HOST[:CONTAINER[:rwm]]");
        }
        if (!Files.exists(Path.of(parts[0]))) {
            throw new UsageException("no such device: " + parts[0]);
        }
        return new Device(parts[0], target, permissions);
    }

    static List<Integer> groups(List<String> texts) throws UsageException {
        List<Integer> groups = new ArrayList<>();
        for (String text : texts) {
            try {
                groups.add(Integer.valueOf(text));
            } catch (NumberFormatException _) {
                throw Parsed.wrongValue(RunFlags.GROUP_ADD, text, "a group's number");
            }
        }
        return groups;
    }
}
