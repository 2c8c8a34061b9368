package dev.slipway.cli;

import dev.slipway.build.Attempts;
import dev.slipway.build.BuildRequest;
import dev.slipway.build.ConfigReset;
import dev.slipway.build.HostMount;
import dev.slipway.build.NetworkChoice;
import dev.slipway.build.RunSettings;
import dev.slipway.build.SecretSource;
import dev.slipway.build.SshSource;
import dev.slipway.cli.options.Amounts;
import dev.slipway.cli.options.Option;
import dev.slipway.cli.options.Parsed;
import dev.slipway.cli.options.UsageException;
import dev.slipway.container.Ulimit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Turns the flags of `slipway build` about RUN steps into parts of a request.
final class BuildRunArguments {
    /// What makes a build ask something of all its RUNs.
    private static final Option[] SETTINGS = {
        BuildRunFlags.ALLOW,
        BuildRunFlags.VOLUME,
        BuildRunFlags.RETRIES,
        BuildRunFlags.RETRY_DELAY,
        BuildRunFlags.TIMEOUT,
        BuildRunFlags.RESOURCE,
        BuildRunFlags.ULIMIT,
        BuildRunFlags.SHM_SIZE,
        BuildRunFlags.CGROUP_PARENT,
        BuildRunFlags.MEMORY,
        BuildRunFlags.MEMORY_SWAP,
        BuildRunFlags.CPU_SHARES,
        BuildRunFlags.CPU_PERIOD,
        BuildRunFlags.CPU_QUOTA,
        BuildRunFlags.CPUSET_CPUS,
        BuildRunFlags.CPUSET_MEMS
    };

    private final Parsed line;
    private final Session session;

    BuildRunArguments(Parsed line, Session session) {
        this.line = line;
        this.session = session;
    }

    void addTo(BuildRequest.Builder request) throws UsageException, IOException {
        request.network(network()).runtime(line.text(BuildRunFlags.RUNTIME));
        for (String host : line.texts(BuildRunFlags.ADD_HOST)) {
            String[] parts = HostEntry.parse(host);
            request.extraHost(parts[0], parts[1]);
        }
        for (String text : line.texts(BuildRunFlags.SECRET)) {
            secret(request, new CommaFields(BuildRunFlags.SECRET, text));
        }
        for (String text : line.texts(BuildRunFlags.SSH)) {
            ssh(request, text);
        }
        for (Option option : SETTINGS) {
            if (line.has(option)) {
                request.runSettings(settings());
                break;
            }
        }
        resets(request);
    }

    private NetworkChoice network() throws UsageException {
        return switch (line.text(BuildRunFlags.NETWORK, "default")) {
            case "none" -> NetworkChoice.NONE;
            case "host" -> NetworkChoice.HOST;
            default -> NetworkChoice.DEFAULT;
        };
    }

    private RunSettings settings() throws UsageException {
        RunSettings.Builder settings = RunSettings.builder();
        for (String list : line.texts(BuildRunFlags.ALLOW)) {
            for (String entitlement : list.split(",", -1)) {
                allow(settings, entitlement);
            }
        }
        for (String text : line.texts(BuildRunFlags.VOLUME)) {
            try {
                settings.volume(HostMount.parse(text));
            } catch (IllegalArgumentException wrong) {
                throw new UsageException("invalid --volume: " + wrong.getMessage());
            }
        }
        List<Ulimit> limits = new ArrayList<>();
        for (String text : line.texts(BuildRunFlags.ULIMIT)) {
            try {
                limits.add(Ulimit.parse(text));
            } catch (IllegalArgumentException wrong) {
                throw new UsageException(String.valueOf(wrong.getMessage()));
            }
        }
        Long shared = line.bytes(BuildRunFlags.SHM_SIZE);
        settings.ulimits(limits)
                .shmSizeBytes(shared == null ? 0 : shared)
                .cgroupParent(line.text(BuildRunFlags.CGROUP_PARENT, ""))
                .resources(new BuildResources(line).read())
                .attempts(attempts());
        try {
            return settings.build();
        } catch (IllegalArgumentException wrong) {
            throw new UsageException(String.valueOf(wrong.getMessage()));
        }
    }

    private static void allow(RunSettings.Builder settings, String entitlement)
            throws UsageException {
        if (entitlement.equals(OutputArguments.LOCAL_DELETE)) {
            return; // of no meaning to a RUN
        }
        try {
            settings.allow(entitlement);
        } catch (IllegalArgumentException wrong) {
            throw new UsageException(
                    String.valueOf(wrong.getMessage()),
                    "There are network.host, security.insecure, device[=NAME], volume[=PATH] and"
                            + " buildx.local.delete.");
        }
    }

    private Attempts attempts() throws UsageException {
        Long retries = line.number(BuildRunFlags.RETRIES);
        long delay = nanos(BuildRunFlags.RETRY_DELAY);
        try {
            int count = retries == null ? 0 : Math.toIntExact(retries);
            return new Attempts(count, delay, nanos(BuildRunFlags.TIMEOUT));
        } catch (IllegalArgumentException | ArithmeticException _) {
            throw Parsed.wrongValue(
                    BuildRunFlags.RETRIES, String.valueOf(retries), "a number from 0 to 100");
        }
    }

    private long nanos(Option option) throws UsageException {
        String text = line.text(option);
        long nanos = text == null ? 0 : Amounts.nanos(text);
        if (nanos < 0) {
            throw Parsed.wrongValue(option, String.valueOf(text), "a time such as 90s or 10m");
        }
        return nanos;
    }

    private void resets(BuildRequest.Builder request) throws UsageException {
        List<String> wanted = new ArrayList<>(line.texts(BuildRunFlags.UNSET));
        for (String name : line.texts(BuildRunFlags.UNSET_ENV)) {
            wanted.add("ENV=" + name);
        }
        for (String name : line.texts(BuildRunFlags.UNSET_LABEL)) {
            wanted.add("LABEL=" + name);
        }
        for (String text : wanted) {
            try {
                request.reset(ConfigReset.parse(text));
            } catch (IllegalArgumentException wrong) {
                throw new UsageException("invalid --unset: " + wrong.getMessage());
            }
        }
    }

    private void ssh(BuildRequest.Builder request, String text) throws UsageException {
        int equals = text.indexOf('=');
        String id = equals < 0 ? text : text.substring(0, equals);
        String list =
                equals < 0
                        ? session.environment().get("SSH_AUTH_SOCK")
                        : text.substring(equals + 1);
        if (list == null || list.isEmpty()) {
            throw new UsageException(
                    "--ssh " + id + ": there is no ssh agent",
                    "Start one, so that SSH_AUTH_SOCK is set, or give a key: --ssh "
                            + id
                            + "=FILE.");
        }
        List<Path> paths = new ArrayList<>();
        for (String path : equals < 0 ? new String[] {list} : list.split(",", -1)) {
            if (!Files.exists(Path.of(path))) {
                throw new UsageException("--ssh " + id + ": there is no " + path);
            }
            paths.add(Path.of(path));
        }
        try {
            request.ssh(id, SshSource.of(paths));
        } catch (IOException wrong) {
            throw new UsageException("--ssh " + id + ": " + wrong.getMessage());
        }
    }

    private void secret(BuildRequest.Builder request, CommaFields fields)
            throws UsageException, IOException {
        String type = fields.take("type");
        String id = fields.take("id");
        String file = fields.take("src", "source");
        String env = fields.take("env");
        fields.checkAllTaken();
        if (type != null && !type.equals("file") && !type.equals("env")) {
            throw new UsageException(
                    "unknown secret type " + type, "It takes type=file or type=env.");
        }
        if (id == null) {
            throw new UsageException("a --secret has no id");
        }
        if ("env".equals(type) && env == null) {
            env = file == null ? id : file;
            file = null;
        }
        boolean fromEnvironment =
                env != null
                        || (file == null
                                && !"file".equals(type)
                                && session.environment().containsKey(id));
        request.secret(
                id,
                fromEnvironment
                        ? ofVariable(id, env == null ? id : env)
                        : ofFile(id, Path.of(file == null ? id : file)));
    }

    private SecretSource ofVariable(String id, String name) throws UsageException {
        String value = session.environment().get(name);
        if (value == null) {
            throw new UsageException("--secret " + id + ": the variable " + name + " is not set");
        }
        return SecretSource.of(value.getBytes(StandardCharsets.UTF_8));
    }

    /// A file is read when it is asked for; a pipe, such as the shell's `<(command)`, only once.
    private static SecretSource ofFile(String id, Path path) throws UsageException, IOException {
        if (Files.isRegularFile(path)) {
            return SecretSource.file(path);
        }
        if (!Files.exists(path) || Files.isDirectory(path)) {
            throw new UsageException("--secret " + id + ": there is no file " + path);
        }
        try (var in = Files.newInputStream(path)) {
            byte[] value = in.readNBytes(SecretSource.MAX_BYTES + 1);
            if (value.length > SecretSource.MAX_BYTES) {
                throw new UsageException("--secret " + id + ": it may hold at most 500 KiB");
            }
            return SecretSource.of(value);
        }
    }
}
