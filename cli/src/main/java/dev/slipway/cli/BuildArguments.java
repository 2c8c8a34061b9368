package dev.slipway.cli;

import dev.slipway.build.BuildRequest;
import dev.slipway.build.DockerfileLock;
import dev.slipway.build.ImageSource;
import dev.slipway.build.LockFile;
import dev.slipway.cli.options.Option;
import dev.slipway.cli.options.Parsed;
import dev.slipway.cli.options.UsageException;
import dev.slipway.distribution.Registries;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

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
        return addTo(source());
    }

    /// Adds all but the context and the Dockerfile.
    BuildRequest.Builder addTo(BuildRequest.Builder request)
            throws UsageException, CommandException, IOException {
        String pull = line.text(BuildFlags.PULL, "missing");
        request.target(line.text(BuildFlags.TARGET))
                .noCache(line.is(BuildFlags.NO_CACHE))
                .pull(pull.equals("always") || pull.equals("true"))
                .images(images(pull, request))
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
        if (CacheArguments.areIn(line)) {
            request.caches(new CacheArguments(line, session).caches());
        }
        contexts(request);
        new OutputArguments(line, session).addTo(request);
        new BuildRunArguments(line, session).addTo(request);
        return request;
    }

    private ImageSource images(String pull, BuildRequest.Builder request) throws UsageException {
        ImageSource images =
                pull.equals("never")
                        ? ImageSource.localOnly()
                        : ImageSource.pulling(this::registries);
        if (!line.is(BuildFlags.LOCKED)) {
            return images;
        }
        LockFile lock = new LockFile(lock(request));
        request.lock(lock);
        return ImageSource.locked(lock, images);
    }

    /// Where the lock of the request's Dockerfile is.
    static Path lock(BuildRequest.Builder request) throws UsageException {
        Path dockerfile = request.build().dockerfileFile();
        if (dockerfile == null) {
            throw new UsageException(
                    "a lock is kept beside a Dockerfile, and this one is no file of this machine",
                    "Give the Dockerfile as a file.");
        }
        return DockerfileLock.beside(dockerfile);
    }

    /// Registries for base images, whose progress is shown before the build's own begins.
    private Registries registries() {
        return RegistryAccess.open(session, RegistryAccess.progress(session, !forPeople));
    }

    private BuildRequest.Builder source() throws UsageException, CommandException, IOException {
        String context = line.argument();
        String file = line.has(BuildFlags.FILE) ? line.text(BuildFlags.FILE) : null;
        if (context.equals("-")) {
            return fromStandardInput(file);
        }
        Path directory = Path.of(context);
        if (isAddress(context) && !Files.isDirectory(directory)) {
            BuildRequest.Builder request = BuildRequest.ofRemote(context);
            // As in buildx: a relative path is one in the context.
            return file == null || isElsewhere(file) || Path.of(file).isAbsolute()
                    ? withFile(request, file)
                    : request.dockerfileInContext(file);
        }
        if (!Files.isDirectory(directory)) {
            throw new CommandException(
                    "the context "
                            + context
                            + (Files.exists(directory) ? " is not a directory" : " does not exist"),
                    "Give the directory whose files COPY may use, such as a dot for this one.");
        }
        return withFile(BuildRequest.of(directory), file);
    }

    private BuildRequest.Builder fromStandardInput(@Nullable String file)
            throws UsageException, IOException {
        if ("-".equals(file)) {
            throw new UsageException("the context and the Dockerfile cannot both be -");
        }
        BuildRequest.Builder request = BuildRequest.ofStream(session.in());
        if (file == null) {
            return request;
        }
        if (!request.isArchive()) {
            throw new UsageException(
                    "-f needs a context", "Without one, the Dockerfile itself is read from -.");
        }
        return isElsewhere(file) ? withFile(request, file) : request.dockerfileInContext(file);
    }

    private BuildRequest.Builder withFile(BuildRequest.Builder request, @Nullable String file)
            throws IOException {
        if (file == null) {
            return request;
        }
        if (file.equals("-")) {
            byte[] text = session.in().readNBytes(MAX_DOCKERFILE_BYTES);
            return request.dockerfileText(new String(text, StandardCharsets.UTF_8));
        }
        return isElsewhere(file)
                ? request.dockerfileAddress(file)
                : request.dockerfile(Path.of(file));
    }

    private static boolean isElsewhere(String file) {
        return file.equals("-") || file.startsWith("http://") || file.startsWith("https://");
    }

    /// Whether a context is an address, unless a directory is called so.
    private static boolean isAddress(String context) {
        int at = context.indexOf('@');
        int colon = context.indexOf(':');
        return context.contains("://")
                || context.startsWith("github.com/")
                || (at > 0 && colon > at && context.lastIndexOf('/', colon) < 0);
    }

    private void contexts(BuildRequest.Builder request) throws UsageException {
        for (String context : line.texts(BuildFlags.BUILD_CONTEXT)) {
            int equals = context.indexOf('=');
            if (equals <= 0 || equals + 1 == context.length()) {
                throw Parsed.wrongValue(BuildFlags.BUILD_CONTEXT, context, "NAME=SOURCE");
            }
            request.namedContext(context.substring(0, equals), context.substring(equals + 1));
        }
        request.ignoreFile(path(BuildFlags.IGNORE_FILE));
        for (String list : line.texts(BuildFlags.PRESERVE)) {
            for (String what : list.split(",", -1)) {
                switch (what) {
                    case "owner" -> request.preserveOwner(true);
                    case "times" -> request.preserveTimes(true);
                    default -> throw Parsed.wrongValue(BuildFlags.PRESERVE, what, "owner or times");
                }
            }
        }
        for (String name : new String[] {"http_proxy", "https_proxy", "all_proxy", "no_proxy"}) {
            for (String form : new String[] {name, name.toUpperCase(Locale.ROOT)}) {
                String value = session.environment().get(form);
                if (value != null) {
                    request.proxy(form, value);
                }
            }
        }
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
