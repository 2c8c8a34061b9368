package dev.slipway.build;

import dev.slipway.dockerfile.Dockerfile;
import dev.slipway.image.Platform;

import org.jspecify.annotations.Nullable;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/// All that a build is asked for. Immutable; made with {@link #of(Path)} and the setters of {@link
/// Builder}.
public final class BuildRequest {
    private static final int STREAM_BUFFER_BYTES = 64 << 10;

    private final Draft draft;

    private BuildRequest(Draft draft) {
        this.draft = draft;
    }

    /// Starts a request for the context `directory`, with the Dockerfile in it.
    public static Builder of(Path directory) {
        var builder = new Builder();
        builder.draft.context = directory;
        return builder;
    }

    /// Starts a request that has no context: COPY from it finds nothing.
    public static Builder withoutContext() {
        return new Builder();
    }

    /// Starts a request for a context that is not on this machine: a repository, or the web address
    /// of an archive or a Dockerfile.
    public static Builder ofRemote(String address) {
        var builder = new Builder();
        builder.draft.remoteContext = address;
        return builder;
    }

    /// Starts a request for what a stream holds: a Dockerfile without a context, or an archive with
    /// both. Of an archive the rest is read by the build, of which there can be one.
    public static Builder ofStream(InputStream in) throws IOException {
        var bytes = new BufferedInputStream(in, STREAM_BUFFER_BYTES);
        bytes.mark(ContextArchive.HEAD_BYTES);
        byte[] head = bytes.readNBytes(ContextArchive.HEAD_BYTES);
        bytes.reset();
        var builder = new Builder();
        if (ContextArchive.isArchive(head, head.length)) {
            builder.draft.contextArchive = bytes;
        } else {
            byte[] text = bytes.readNBytes(Dockerfile.MAX_LENGTH);
            builder.draft.dockerfileText = new String(text, StandardCharsets.UTF_8);
        }
        return builder;
    }

    /// The address of a context that is elsewhere; null: it is here.
    public @Nullable String remoteContext() {
        return draft.remoteContext;
    }

    /// A context as an archive; null: it is none.
    @Nullable InputStream contextArchive() {
        return draft.contextArchive;
    }

    /// The Dockerfile's path in a context that is elsewhere or an archive; null: the usual one.
    @Nullable String dockerfileInContext() {
        return draft.dockerfileInContext;
    }

    /// The web address of the Dockerfile; null: it has none.
    @Nullable String dockerfileAddress() {
        return draft.dockerfileAddress;
    }

    /// Whose patterns hide files of the context; null: the usual ones'.
    @Nullable Path ignoreFile() {
        return draft.ignoreFile;
    }

    /// The context directory; null: an empty context, or one that is not on this machine.
    public @Nullable Path context() {
        return draft.context;
    }

    /// The Dockerfile; null: `Dockerfile` in the context, or `dockerfile`.
    public @Nullable Path dockerfile() {
        return draft.dockerfile;
    }

    /// The file that the Dockerfile is; null if it is none of this machine.
    public @Nullable Path dockerfileFile() {
        if (draft.dockerfileText != null || isDockerfileElsewhere()) {
            return null;
        }
        var context = draft.context;
        if (draft.dockerfile != null || context == null) {
            return draft.dockerfile;
        }
        var usual = context.resolve("Dockerfile");
        var lower = context.resolve("dockerfile");
        return !Files.exists(usual) && Files.exists(lower) ? lower : usual;
    }

    /// Whether the Dockerfile is no file of this machine: it is on the web, or in a context that is
    /// elsewhere or an archive.
    public boolean isDockerfileElsewhere() {
        boolean contextElsewhere = draft.remoteContext != null || draft.contextArchive != null;
        boolean given = draft.dockerfile != null || draft.dockerfileText != null;
        return draft.dockerfileAddress != null || (contextElsewhere && !given);
    }

    /// The Dockerfile's text, when it does not come from a file.
    public @Nullable String dockerfileText() {
        return draft.dockerfileText;
    }

    /// The stage to build: name or number; null: the last.
    public @Nullable String target() {
        return draft.target;
    }

    public SortedMap<String, String> buildArgs() {
        return draft.buildArgs;
    }

    public SortedMap<String, String> labels() {
        return draft.labels;
    }

    public List<String> tags() {
        return draft.tags;
    }

    /// Whether no step may come from the cache.
    public boolean noCache() {
        return draft.noCache;
    }

    /// Stages none of whose steps may come from the cache.
    public Set<String> noCacheStages() {
        return draft.noCacheStages;
    }

    /// Whether base images are to be asked for anew.
    public boolean pull() {
        return draft.pull;
    }

    /// The platform of the result, or the first of several; null: this machine's.
    public @Nullable Platform platform() {
        return draft.platforms.isEmpty() ? null : draft.platforms.getFirst();
    }

    /// The platforms to build for, each once; empty: this machine's.
    public List<Platform> platforms() {
        return draft.platforms;
    }

    /// Whether the result is put into an index, and files by platform: for several platforms, or if
    /// `BUILDKIT_MULTI_PLATFORM` asks for it.
    boolean isMultiPlatform() {
        var wish = draft.buildArgs.get("BUILDKIT_MULTI_PLATFORM");
        return draft.platforms.size() > 1 || "1".equals(wish) || "true".equals(wish);
    }

    /// Caches outside of the store; null: none.
    public @Nullable RemoteCaches caches() {
        return draft.caches;
    }

    /// How the result becomes images; null: nothing special.
    public @Nullable Packaging packaging() {
        return draft.packaging;
    }

    public NetworkChoice network() {
        return draft.network;
    }

    /// What to make of the result; empty: an image in the store.
    public List<Output> outputs() {
        return draft.outputs;
    }

    /// Where outputs that go to standard output go.
    public Output.StandardOutput standardOutput() {
        return draft.standardOutput;
    }

    /// The runtime for RUN: `embedded`, `runc` or `crun`; null: the default.
    public @Nullable String runtime() {
        return draft.runtime;
    }

    /// Seconds since 1970 that no time in the result may be after; null: none given.
    public @Nullable Long sourceDateEpoch() {
        return draft.sourceDateEpoch;
    }

    public BuildListener listener() {
        return draft.listener;
    }

    public Cancellation cancellation() {
        return draft.cancellation;
    }

    /// Secrets by id.
    public Map<String, SecretSource> secrets() {
        return draft.secrets;
    }

    /// Who answers for ssh mounts, by id.
    public Map<String, SshSource> sshSources() {
        return draft.sshSources;
    }

    /// Further contexts by name: a directory, `docker-image://`, `oci-layout://`, a repository or a
    /// web address. They go before stages and images of their name.
    public SortedMap<String, String> namedContexts() {
        return draft.namedContexts;
    }

    /// Variables about proxies, for what the build itself fetches.
    public Map<String, String> proxies() {
        return draft.proxies;
    }

    /// What files from contexts keep of their host.
    ContextRoot.Preserved preserved() {
        return new ContextRoot.Preserved(draft.preserveOwner, draft.preserveTimes);
    }

    /// Host names a RUN sees besides its own, and their addresses.
    public SortedMap<String, String> extraHosts() {
        return draft.extraHosts;
    }

    /// What is asked of all RUNs; null: nothing.
    public @Nullable RunSettings runSettings() {
        return draft.runSettings;
    }

    /// What of the result's config is taken away at the end.
    public List<ConfigReset> resets() {
        return draft.resets;
    }

    /// Who looks around where a RUN failed; null: nobody.
    public @Nullable FailureHandler onFailure() {
        return draft.onFailure;
    }

    public ImageSource images() {
        return draft.images;
    }

    /// What the addresses of `ADD` are held to; null: to nothing.
    public @Nullable LockFile lock() {
        return draft.lock;
    }

    /// Where outputs that are pushed go; null: nowhere, they are refused.
    public @Nullable Publisher publisher() {
        return draft.publisher;
    }

    /// Where to write the image id; null: nowhere.
    public @Nullable Path imageIdFile() {
        return draft.imageIdFile;
    }

    /// Where to write the result's metadata as JSON; null: nowhere.
    public @Nullable Path metadataFile() {
        return draft.metadataFile;
    }

    private static final class Draft {
        @Nullable Path context;
        @Nullable String remoteContext;
        @Nullable InputStream contextArchive;
        @Nullable String dockerfileInContext;
        @Nullable String dockerfileAddress;
        @Nullable Path ignoreFile;
        @Nullable Path dockerfile;
        @Nullable String dockerfileText;
        @Nullable String target;
        SortedMap<String, String> buildArgs = new TreeMap<>();
        SortedMap<String, String> labels = new TreeMap<>();
        List<String> tags = new ArrayList<>();
        boolean noCache;
        Set<String> noCacheStages = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        boolean pull;
        List<Platform> platforms = List.of();
        @Nullable Packaging packaging;
        @Nullable RemoteCaches caches;
        NetworkChoice network = NetworkChoice.DEFAULT;
        List<Output> outputs = new ArrayList<>();
        Output.StandardOutput standardOutput = () -> System.out;
        @Nullable String runtime;
        @Nullable Long sourceDateEpoch;
        BuildListener listener = BuildListener.silent();
        Cancellation cancellation = new Cancellation();
        Map<String, SecretSource> secrets = new TreeMap<>();
        Map<String, SshSource> sshSources = new TreeMap<>();
        SortedMap<String, String> extraHosts = new TreeMap<>();
        SortedMap<String, String> namedContexts = new TreeMap<>();
        Map<String, String> proxies = new TreeMap<>();
        boolean preserveOwner;
        boolean preserveTimes;
        @Nullable RunSettings runSettings;
        List<ConfigReset> resets = new ArrayList<>();
        ImageSource images = ImageSource.localOnly();
        @Nullable LockFile lock;
        @Nullable FailureHandler onFailure;
        @Nullable Publisher publisher;
        @Nullable Path imageIdFile;
        @Nullable Path metadataFile;
    }

    /// Collects a request. Not thread-safe; of no use after {@link #build()}.
    public static final class Builder {
        private final Draft draft = new Draft();

        private Builder() {}

        public Builder dockerfile(Path file) {
            draft.dockerfile = file;
            return this;
        }

        /// Names the Dockerfile in a context that is elsewhere or an archive.
        public Builder dockerfileInContext(String path) {
            draft.dockerfileInContext = path;
            return this;
        }

        /// Takes the Dockerfile from the web.
        public Builder dockerfileAddress(String address) {
            draft.dockerfileAddress = address;
            return this;
        }

        /// Has the patterns of `file` hide files of the context, and no others.
        public Builder ignoreFile(@Nullable Path file) {
            draft.ignoreFile = file;
            return this;
        }

        /// Whether the request came with an archive as its context.
        public boolean isArchive() {
            return draft.contextArchive != null;
        }

        public Builder dockerfileText(String text) {
            draft.dockerfileText = text;
            return this;
        }

        public Builder target(@Nullable String stage) {
            draft.target = stage;
            return this;
        }

        public Builder buildArg(String name, String value) {
            draft.buildArgs.put(name, value);
            return this;
        }

        public Builder label(String name, String value) {
            draft.labels.put(name, value);
            return this;
        }

        public Builder tag(String reference) {
            draft.tags.add(reference);
            return this;
        }

        public Builder noCache(boolean value) {
            draft.noCache = value;
            return this;
        }

        public Builder noCacheStage(String stage) {
            draft.noCacheStages.add(stage);
            return this;
        }

        public Builder pull(boolean value) {
            draft.pull = value;
            return this;
        }

        public Builder platform(@Nullable Platform value) {
            draft.platforms = value == null ? List.of() : List.of(value);
            return this;
        }

        /// Builds for each of these; what is named twice is built once.
        public Builder platforms(List<Platform> values) {
            draft.platforms = List.copyOf(new LinkedHashSet<>(values));
            return this;
        }

        /// Caches outside of the store; null: none.
        public Builder caches(@Nullable RemoteCaches value) {
            draft.caches = value;
            return this;
        }

        public Builder packaging(@Nullable Packaging value) {
            draft.packaging = value;
            return this;
        }

        public Builder network(NetworkChoice value) {
            draft.network = value;
            return this;
        }

        public Builder output(Output value) {
            draft.outputs.add(value);
            return this;
        }

        public Builder standardOutput(Output.StandardOutput value) {
            draft.standardOutput = value;
            return this;
        }

        public Builder runtime(@Nullable String name) {
            draft.runtime = name;
            return this;
        }

        public Builder sourceDateEpoch(@Nullable Long seconds) {
            draft.sourceDateEpoch = seconds;
            return this;
        }

        public Builder listener(BuildListener value) {
            draft.listener = value;
            return this;
        }

        public Builder cancellation(Cancellation value) {
            draft.cancellation = value;
            return this;
        }

        public Builder secret(String id, SecretSource source) {
            draft.secrets.put(id, source);
            return this;
        }

        public Builder ssh(String id, SshSource source) {
            draft.sshSources.put(id, source);
            return this;
        }

        /// Adds a context that `COPY --from`, `RUN --mount from` and `FROM` may name, as
        /// `--build-context` does; `NAME::PLATFORM` is for that platform alone.
        public Builder namedContext(String name, String source) {
            draft.namedContexts.put(name, source);
            return this;
        }

        /// A variable about proxies, such as `https_proxy`, for what the build itself fetches.
        public Builder proxy(String name, String value) {
            draft.proxies.put(name, value);
            return this;
        }

        /// Has files of contexts keep their owner on this machine, rather than belong to 0:0.
        public Builder preserveOwner(boolean value) {
            draft.preserveOwner = value;
            return this;
        }

        /// Has files of contexts keep their times, also where `SOURCE_DATE_EPOCH` is earlier.
        public Builder preserveTimes(boolean value) {
            draft.preserveTimes = value;
            return this;
        }

        public Builder extraHost(String name, String address) {
            draft.extraHosts.put(name, address);
            return this;
        }

        public Builder runSettings(@Nullable RunSettings value) {
            draft.runSettings = value;
            return this;
        }

        public Builder reset(ConfigReset value) {
            draft.resets.add(value);
            return this;
        }

        public Builder onFailure(@Nullable FailureHandler value) {
            draft.onFailure = value;
            return this;
        }

        public Builder images(ImageSource value) {
            draft.images = value;
            return this;
        }

        public Builder lock(LockFile value) {
            draft.lock = value;
            return this;
        }

        public Builder publisher(@Nullable Publisher value) {
            draft.publisher = value;
            return this;
        }

        public Builder imageIdFile(@Nullable Path file) {
            draft.imageIdFile = file;
            return this;
        }

        public Builder metadataFile(@Nullable Path file) {
            draft.metadataFile = file;
            return this;
        }

        /// The request.
        public BuildRequest build() {
            return new BuildRequest(draft);
        }
    }
}
