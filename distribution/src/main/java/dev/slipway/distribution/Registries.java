package dev.slipway.distribution;

import dev.slipway.distribution.auth.Credential;
import dev.slipway.distribution.auth.Credentials;
import dev.slipway.distribution.http.ProxySettings;
import dev.slipway.distribution.http.SocketTransport;
import dev.slipway.distribution.http.Transport;
import dev.slipway.image.Descriptor;
import dev.slipway.image.Digest;
import dev.slipway.image.Reference;
import dev.slipway.image.StoreException;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The registries of the world as one user sees them: the door to this module. Thread-safe; closing
/// it drops the connections.
public final class Registries implements AutoCloseable {
    private static final String HUB = "docker.io";
    private static final String HUB_AUTHORITY = "registry-1.docker.io";

    private volatile RegistrySettings settings;
    private final TransferListener listener;
    private final ProxySettings proxies;
    private final Credentials credentials;
    private final CertificateDirectories certificates;
    private @Nullable RegistriesConf configuration;
    private final Map<String, RegistryHost> hosts = new HashMap<>();
    private final Map<String, Transport> transports = new HashMap<>();
    private final Set<String> passedOver = new HashSet<>();
    private final Set<String> failedMirrors = ConcurrentHashMap.newKeySet();

    /// @param listener is told of waits and transfers
    public Registries(RegistrySettings settings, TransferListener listener) {
        this.settings = settings;
        this.listener = listener;
        Map<String, String> environment = settings.environment();
        this.proxies = ProxySettings.of(environment);
        this.credentials = new Credentials(environment, settings.home(), settings.authFile());
        String config = environment.getOrDefault("XDG_CONFIG_HOME", "");
        Path personal =
                config.startsWith("/") ? Path.of(config) : settings.home().resolve(".config");
        this.certificates =
                new CertificateDirectories(
                        List.of(
                                personal.resolve("containers").resolve("certs.d"),
                                Path.of("/etc/containers/certs.d"),
                                Path.of("/etc/docker/certs.d")));
    }

    /// From now on no registry need prove who it is, and plain http will do.
    public void allowInsecure() {
        settings = settings.withTlsVerify(false);
    }

    /// Is told how transfers go on.
    public TransferListener listener() {
        return listener;
    }

    Credentials credentials() {
        return credentials;
    }

    /// The repository of a name, where images are pushed to and changed: mirrors do not count.
    ///
    /// @throws RegistryException if it is blocked
    public Repository repository(Reference name) throws IOException {
        boolean insecure = configuration().isInsecure(name);
        return new Repository(host(name.registry(), insecure), name.repository());
    }

    private synchronized RegistriesConf configuration() throws IOException {
        if (configuration == null) {
            configuration = RegistriesConf.read(settings.environment(), settings.home());
        }
        return configuration;
    }

    /// Reads a name as the user's configuration has it: short names may stand for another registry
    /// than Docker Hub.
    public Reference parse(String text) throws IOException {
        return Reference.parse(configuration().expand(text));
    }

    /// What a name stands for in its registry; empty if there is nothing. Mirrors are asked first,
    /// and one that fails is passed over with a warning.
    ///
    /// @throws RegistryException if the last place to ask fails, or the registry is blocked
    public Optional<Descriptor> resolve(Reference name) throws IOException {
        return first(name, source -> source.head(wanted(name)));
    }

    /// The manifest or index of a name; empty if there is none. Mirrors are asked first, and one
    /// that fails is passed over with a warning.
    ///
    /// @throws RegistryException if the last place to ask fails, or the registry is blocked
    public Optional<RemoteManifest> find(Reference name) throws IOException {
        return first(name, source -> source.find(wanted(name)));
    }

    /// What is asked of one place after the other.
    @FunctionalInterface
    interface Question<T> {
        /// Empty if the place does not have it.
        Optional<T> ask(Repository source) throws IOException;
    }

    /// Asks the places a name may be had from, in their order, until one has it, sound. The last is
    /// the registry itself: what it says holds. A mirror that failed is not asked again for the
    /// same image.
    <T> Optional<T> first(Reference name, Question<T> question) throws IOException {
        for (Repository source : sources(name)) {
            if (source.isMirror() && failedMirrors.contains(source.name())) {
                continue;
            }
            try {
                Optional<T> found = question.ask(source);
                if (found.isPresent() || !source.isMirror()) {
                    return found;
                }
            } catch (InterruptedIOException | StoreException e) {
                throw e; // no other place helps
            } catch (IOException e) {
                if (!source.isMirror()) {
                    throw e;
                }
                passOver(source, e);
            }
        }
        return Optional.empty();
    }

    /// Says once what is wrong with a mirror.
    private void passOver(Repository mirror, IOException failure) {
        failedMirrors.add(mirror.name());
        String message = String.valueOf(failure.getMessage());
        String told =
                failure instanceof RegistryException
                        ? message
                        : "the mirror " + mirror.name() + " is passed over: " + message;
        boolean again;
        synchronized (this) {
            again = !passedOver.add(told);
        }
        if (!again) {
            listener.warning(told);
        }
    }

    /// The mirrors that failed, each for one image; who asks for more in the same run hands them
    /// on.
    public Set<String> failedMirrors() {
        return Set.copyOf(failedMirrors);
    }

    /// Passes over mirrors as well that failed elsewhere: [#failedMirrors()].
    public void passOver(Set<String> mirrors) {
        failedMirrors.addAll(mirrors);
    }

    /// Deletes a tag or a manifest.
    ///
    /// @param manifest whether what a tag stands for goes, with all its tags
    /// @return false if there was none
    public boolean delete(Reference name, boolean manifest) throws IOException {
        Repository repository = repository(name);
        String reference = wanted(name);
        if (!manifest || name.digest() != null) {
            return repository.delete(reference);
        }
        Optional<Descriptor> found = repository.head(reference);
        return found.isPresent() && repository.delete(found.get().digest().toString());
    }

    static String wanted(Reference name) {
        Reference full = name.withDefaultTag();
        Digest digest = full.digest();
        return digest == null ? String.valueOf(full.tag()) : digest.toString();
    }

    /// The repositories an image may be pulled from, in the order to try: mirrors, and the registry
    /// itself as the last.
    private List<Repository> sources(Reference name) throws IOException {
        var sources = new ArrayList<Repository>();
        List<RegistriesConf.Place> places = configuration().places(name);
        for (int i = 0; i < places.size(); i++) {
            RegistriesConf.Place place = places.get(i);
            RegistryHost host = host(place.registry(), place.insecure());
            sources.add(new Repository(host, place.repository(), i < places.size() - 1));
        }
        return sources;
    }

    synchronized RegistryHost host(String name, boolean insecure) throws IOException {
        boolean any = insecure || !settings.tlsVerify();
        String key = name + (any ? " insecure" : "");
        RegistryHost known = hosts.get(key);
        if (known != null) {
            return known;
        }
        String authority =
                name.equals(HUB) || name.equals("index.docker.io") ? HUB_AUTHORITY : name;
        RegistryHost host =
                new RegistryHost(
                        name,
                        authority,
                        any,
                        transport(key, authority, !any),
                        proxies,
                        new HostGate(settings.firstBackoff()),
                        repository -> credential(name, repository),
                        listener);
        hosts.put(key, host);
        return host;
    }

    private Transport transport(String key, String authority, boolean verify) throws IOException {
        Transport known = transports.get(key);
        if (known == null) {
            known = new SocketTransport(proxies, certificates.find(authority, verify));
            transports.put(key, known);
        }
        return known;
    }

    private Credential credential(String host, String repository) throws IOException {
        String given = settings.login();
        if (given == null) {
            return credentials.find(host, repository);
        }
        int colon = given.indexOf(':');
        return colon < 0
                ? new Credential.Password(given, "")
                : new Credential.Password(given.substring(0, colon), given.substring(colon + 1));
    }

    /// The login for one attempt that is not kept yet.
    Registries as(String user, String password) {
        return new Registries(settings.withLogin(user + ':' + password), listener);
    }

    /// What is known of a user for a registry, for messages.
    @Nullable String userOf(String host) throws IOException {
        String user = credentials.find(host, "").userName();
        return user.isEmpty() ? null : user;
    }

    @Override
    public synchronized void close() {
        for (Transport each : transports.values()) {
            each.close();
        }
    }
}
