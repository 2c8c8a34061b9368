package dev.slipway.cli;

import dev.slipway.build.BuildRequest;
import dev.slipway.build.ImageSource;
import dev.slipway.cli.options.Option;
import dev.slipway.cli.options.Parsed;
import dev.slipway.cli.options.UsageException;
import dev.slipway.distribution.Registries;

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
        BuildRequest.Builder request = source();
        String pull = line.text(BuildFlags.PULL, "missing");
        request.target(line.text(BuildFlags.TARGET))
                .noCache(line.is(BuildFlags.NO_CACHE))
                .pull(pull.equals("always") || pull.equals("true"))
                .images(
                        pull.equals("never")
                                ? ImageSource.localOnly()
                                : ImageSource.pulling(this::registries))
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
        buildArgs(request);
        if (line.has(BuildFlags.CACHE_FROM) || line.has(BuildFlags.CACHE_TO)) {
            request.caches(new CacheArguments(line, session).caches());
        }
        new OutputArguments(line, session).addTo(request);
        new BuildRunArguments(line, session).addTo(request);
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
}
