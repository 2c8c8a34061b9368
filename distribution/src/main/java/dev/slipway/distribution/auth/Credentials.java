package dev.slipway.distribution.auth;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Finds and keeps credentials where docker and podman do, in this order: the file given
/// (`--authfile`, `REGISTRY_AUTH_FILE`), which then is the only one; `DOCKER_AUTH_CONFIG`;
/// `$XDG_RUNTIME_DIR/containers/auth.json`; `$XDG_CONFIG_HOME/containers/auth.json`;
/// `$DOCKER_CONFIG/config.json`, else `~/.docker/config.json`; `~/.dockercfg`. In each a helper for
/// the registry comes before the helper for all, and that before the file itself. Thread-safe.
public final class Credentials {
    private final Map<String, String> environment;
    private final Path home;
    private final @Nullable Path given;
    private final Map<String, Credential> known = new HashMap<>();

    /// @param home the user's directory
    /// @param given the only file to look into; null for all
    public Credentials(Map<String, String> environment, Path home, @Nullable Path given) {
        this.environment = Map.copyOf(environment);
        this.home = home;
        String named = environment.getOrDefault("REGISTRY_AUTH_FILE", "");
        this.given = given != null ? given : named.isEmpty() ? null : Path.of(named);
    }

    /// What was kept and where.
    ///
    /// @param place a file, or a helper
    /// @param isPlain whether the secret is in a file that anyone with the user's rights can read
    public record Kept(String place, boolean isPlain) {}

    /// The credential for a repository, anonymous if there is none.
    ///
    /// @throws IOException if a file is malformed or a helper fails: better than a quiet "denied"
    public synchronized Credential find(String host, String repository) throws IOException {
        String key = host + '/' + repository;
        Credential found = known.get(key);
        if (found == null) {
            found = look(host, repository);
            known.put(key, found);
        }
        return found;
    }

    private Credential look(String host, String repository) throws IOException {
        for (AuthFile file : files()) {
            String helper = file.helper(host);
            if (helper != null) {
                Credential found =
                        new CredentialHelper(helper, environment).get(AuthFile.serverUrl(host));
                if (found != null) {
                    return found;
                }
            }
            Credential found = file.find(host, repository);
            if (found != null) {
                return found;
            }
        }
        return Credential.anonymous();
    }

    private List<AuthFile> files() throws IOException {
        var files = new ArrayList<AuthFile>();
        if (given != null) {
            add(files, given);
            return files;
        }
        String inline = environment.getOrDefault("DOCKER_AUTH_CONFIG", "");
        if (!inline.isBlank()) {
            files.add(
                    AuthFile.parse("DOCKER_AUTH_CONFIG", inline.getBytes(StandardCharsets.UTF_8)));
        }
        String runtime = environment.getOrDefault("XDG_RUNTIME_DIR", "");
        if (!runtime.isEmpty()) {
            add(files, Path.of(runtime, "containers", "auth.json"));
        }
        String config = environment.getOrDefault("XDG_CONFIG_HOME", "");
        Path configHome = config.startsWith("/") ? Path.of(config) : home.resolve(".config");
        add(files, configHome.resolve("containers").resolve("auth.json"));
        add(files, dockerConfig());
        addOld(files, home.resolve(".dockercfg"));
        return files;
    }

    private Path dockerConfig() {
        String docker = environment.getOrDefault("DOCKER_CONFIG", "");
        return (docker.isEmpty() ? home.resolve(".docker") : Path.of(docker))
                .resolve("config.json");
    }

    private static void add(List<AuthFile> files, Path file) throws IOException {
        AuthFile found = AuthFile.read(file);
        if (found != null) {
            files.add(found);
        }
    }

    /// The oldest form is what later went into `auths`.
    private static void addOld(List<AuthFile> files, Path file) throws IOException {
        AuthFile found = AuthFile.read(file);
        if (found != null) {
            files.add(found.asAuths());
        }
    }

    /// Where [#store] puts credentials: the given file, else docker's.
    private Path target() {
        return given != null ? given : dockerConfig();
    }

    /// Keeps a credential, through a helper where one is configured.
    public synchronized Kept store(String host, Credential credential) throws IOException {
        known.clear();
        Path path = target();
        AuthFile file = AuthFile.read(path);
        if (file == null) {
            file = AuthFile.empty(path);
        }
        String helper = file.helper(host);
        if (helper != null) {
            new CredentialHelper(helper, environment).store(AuthFile.serverUrl(host), credential);
            return new Kept("docker-credential-" + helper, false);
        }
        file.with(host, credential).write(path);
        return new Kept(path.toString(), true);
    }

    /// Forgets the credentials of a registry wherever [#find] would find them.
    ///
    /// @return the places that had some
    public synchronized List<String> erase(String host) throws IOException {
        known.clear();
        var places = new ArrayList<String>();
        for (AuthFile file : files()) {
            String helper = file.helper(host);
            if (helper != null) {
                var program = new CredentialHelper(helper, environment);
                if (program.get(AuthFile.serverUrl(host)) != null) {
                    program.erase(AuthFile.serverUrl(host));
                    places.add("docker-credential-" + helper);
                }
            }
            boolean isFile = file.origin().startsWith("/") && !file.origin().endsWith(".dockercfg");
            AuthFile without = file.without(host);
            if (isFile && without != file) {
                without.write(Path.of(file.origin()));
                places.add(file.origin());
            }
        }
        return places;
    }
}
