package dev.slipway.cli;

import dev.slipway.build.BuildRequest;
import dev.slipway.build.ImageSource;
import dev.slipway.build.NetworkChoice;
import dev.slipway.build.Output;
import dev.slipway.build.SecretSource;
import dev.slipway.cli.options.Option;
import dev.slipway.cli.options.Parsed;
import dev.slipway.cli.options.UsageException;
import dev.slipway.distribution.Registries;
import dev.slipway.image.Platform;
import dev.slipway.image.Reference;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// Turns the flags of `slipway build` into a request.
final class BuildArguments {
    /// No Dockerfile is longer; what comes on standard input is read no further.
    private static final int MAX_DOCKERFILE_BYTES = 16 << 20;

    private final Parsed line;
    private final Session session;
    private final boolean forPeople;

    BuildArguments(Parsed line, Session session) throws UsageException {
        this.line = line;
        this.session = session;
        this.forPeople = ProgressChoice.isForPeople(line);
    }

    BuildRequest.Builder request() throws UsageException, CommandException, IOException {
        refuseAttestations();
        BuildRequest.Builder request = source();
        String pull = line.text(BuildFlags.PULL, "missing");
        request.target(line.text(BuildFlags.TARGET))
                .noCache(line.is(BuildFlags.NO_CACHE))
                .pull(pull.equals("always") || pull.equals("true"))
                .images(
                        pull.equals("never")
                                ? ImageSource.localOnly()
                                : ImageSource.pulling(this::registries))
                .platform(platform())
                .network(network())
                .runtime(line.text(BuildFlags.RUNTIME))
                .imageIdFile(path(BuildFlags.IIDFILE))
                .metadataFile(path(BuildFlags.METADATA_FILE));
        for (String label : line.texts(BuildFlags.LABEL)) {
            int equals = label.indexOf('=');
            request.label(
                    equals < 0 ? label : label.substring(0, equals),
                    equals < 0 ? "" : label.substring(equals + 1));
        }
        for (String stages : line.texts(BuildFlags.NO_CACHE_FILTER)) {
            for (String stage : stages.split(",", -1)) {
                request.noCacheStage(stage.strip());
            }
        }
        for (String host : line.texts(BuildFlags.ADD_HOST)) {
            String[] parts = HostEntry.parse(host);
            request.extraHost(parts[0], parts[1]);
        }
        buildArgs(request);
        tagsAndOutputs(request);
        secrets(request);
        allow(request);
        return request;
    }

    /// Registries for base images, whose progress is shown before the build's own begins.
    private Registries registries() {
        return RegistryAccess.open(session, RegistryAccess.progress(session, !forPeople));
    }

    private BuildRequest.Builder source() throws UsageException, CommandException, IOException {
        String context = line.argument();
        String file = line.has(BuildFlags.FILE) ? line.text(BuildFlags.FILE) : null;
        if (context.equals("-")) {
            if (file != null) {
                throw new UsageException(
                        "-f needs a context directory",
                        "Without a context, the Dockerfile itself is read from -.");
            }
            return BuildRequest.withoutContext().dockerfileText(fromStandardInput());
        }
        if (context.contains("://") || context.startsWith("git@")) {
            throw new UsageException(
                    "a remote context is not available: " + context,
                    "Fetch it and give its directory.");
        }
        Path directory = Path.of(context);
        if (!Files.isDirectory(directory)) {
            throw new CommandException(
                    "the context "
                            + context
                            + (Files.exists(directory) ? " is not a directory" : " does not exist"),
                    "Give the directory whose files COPY may use, such as a dot for this one.");
        }
        BuildRequest.Builder request = BuildRequest.of(directory);
        if (file == null) {
            return request;
        }
        return file.equals("-")
                ? request.dockerfileText(fromStandardInput())
                : request.dockerfile(Path.of(file));
    }

    private String fromStandardInput() throws CommandException, IOException {
        byte[] bytes = session.in().readNBytes(MAX_DOCKERFILE_BYTES);
        boolean gzip = bytes.length > 2 && bytes[0] == 0x1f && (bytes[1] & 0xff) == 0x8b;
        boolean tar =
                bytes.length > 262
                        && new String(bytes, 257, 5, StandardCharsets.ISO_8859_1).equals("ustar");
        if (gzip || tar) {
            throw new CommandException(
                    "standard input holds an archive, not a Dockerfile",
                    "A context is read from a directory: unpack it and give that.");
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private void refuseAttestations() throws UsageException {
        for (Option option : new Option[] {BuildFlags.PROVENANCE, BuildFlags.SBOM}) {
            String value = line.text(option, "false");
            if (!value.equals("false") && !value.equals("0")) {
                throw new UsageException(
                        option + " is not available: attestations are not part of this version.");
            }
        }
    }

    private @Nullable Platform platform() throws UsageException, IOException {
        String text = line.text(BuildFlags.PLATFORM);
        if (text == null) {
            return null;
        }
        if (text.indexOf(',') >= 0) {
            throw new UsageException(
                    "several platforms in one build are not available",
                    "Build once for each platform.");
        }
        return Platform.parse(text);
    }

    private NetworkChoice network() throws UsageException {
        return switch (line.text(BuildFlags.NETWORK, "default")) {
            case "none" -> NetworkChoice.NONE;
            case "host" -> NetworkChoice.HOST;
            default -> NetworkChoice.DEFAULT;
        };
    }

    private @Nullable Path path(Option option) throws UsageException {
        String text = line.text(option);
        return text == null ? null : Path.of(text);
    }

    private void buildArgs(BuildRequest.Builder request) throws UsageException {
        String epoch = session.variable("SOURCE_DATE_EPOCH");
        for (String text : line.texts(BuildFlags.BUILD_ARG)) {
            int equals = text.indexOf('=');
            String name = equals < 0 ? text : text.substring(0, equals);
            if (name.isEmpty()) {
                throw Parsed.wrongValue(BuildFlags.BUILD_ARG, text, "NAME=VALUE");
            }
            String value =
                    equals < 0 ? session.environment().get(name) : text.substring(equals + 1);
            if (value == null) {
                continue;
            }
            request.buildArg(name, value);
            if (name.equals("SOURCE_DATE_EPOCH")) {
                epoch = value;
            }
        }
        if (epoch != null && !epoch.isEmpty()) {
            try {
                request.sourceDateEpoch(Long.valueOf(epoch));
            } catch (NumberFormatException _) {
                throw new UsageException(
                        "invalid SOURCE_DATE_EPOCH \"" + epoch + "\"",
                        "It takes seconds since 1970.");
            }
        }
    }

    private void tagsAndOutputs(BuildRequest.Builder request) throws UsageException, IOException {
        for (String tag : line.texts(BuildFlags.TAG)) {
            if (Reference.parse(tag).digest() != null) {
                throw Parsed.wrongValue(BuildFlags.TAG, tag, "a name without digest");
            }
            request.tag(tag);
        }
        for (String text : line.texts(BuildFlags.OUTPUT)) {
            Output output;
            try {
                output = Output.parse(text);
            } catch (IllegalArgumentException wrong) {
                throw new UsageException("invalid --output: " + wrong.getMessage());
            }
            if (output.toStandardOutput() && session.console().isOutTerminal()) {
                throw new UsageException(
                        "an archive is not written to a terminal",
                        "Give dest=FILE, or send standard output elsewhere.");
            }
            request.output(output);
        }
        if (line.is(BuildFlags.LOAD) && line.has(BuildFlags.OUTPUT)) {
            throw new UsageException("--load and --output cannot be given together");
        }
        request.standardOutput(session::dataOut);
    }

    private void secrets(BuildRequest.Builder request) throws UsageException {
        for (String text : line.texts(BuildFlags.SECRET)) {
            secret(request, new CommaFields(BuildFlags.SECRET, text));
        }
        for (String text : line.texts(BuildFlags.SSH)) {
            int equals = text.indexOf('=');
            String id = equals < 0 ? text : text.substring(0, equals);
            String socket =
                    equals < 0 ? session.variable("SSH_AUTH_SOCK") : text.substring(equals + 1);
            if (socket == null) {
                throw new UsageException(
                        "--ssh " + id + ": there is no ssh agent",
                        "Start one, so that SSH_AUTH_SOCK is set.");
            }
            request.sshAgent(id, Path.of(socket));
        }
    }

    private void secret(BuildRequest.Builder request, CommaFields fields) throws UsageException {
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
        if (!fromEnvironment) {
            Path path = Path.of(file == null ? id : file);
            if (!Files.isRegularFile(path)) {
                throw new UsageException("--secret " + id + ": there is no file " + path);
            }
            request.secret(id, SecretSource.file(path));
            return;
        }
        String value = session.environment().get(env == null ? id : env);
        if (value == null) {
            throw new UsageException("--secret " + id + ": the variable " + env + " is not set");
        }
        request.secret(id, SecretSource.of(value.getBytes(StandardCharsets.UTF_8)));
    }

    private void allow(BuildRequest.Builder request) throws UsageException {
        for (String list : line.texts(BuildFlags.ALLOW)) {
            for (String entitlement : list.split(",", -1)) {
                switch (entitlement) {
                    case "security.insecure" -> request.allowInsecure(true);
                    case "network.host" -> {} // the host's network needs no permission
                    default ->
                            throw new UsageException(
                                    "unknown entitlement " + entitlement,
                                    "There are security.insecure and network.host.");
                }
            }
        }
    }
}
