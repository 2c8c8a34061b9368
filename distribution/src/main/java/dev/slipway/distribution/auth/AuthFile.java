package dev.slipway.distribution.auth;

import dev.slipway.image.Json;
import dev.slipway.image.JsonWriter;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A file of credentials: docker's `config.json` or podman's `auth.json`, which differ in how keys
/// are written. Immutable; what we do not know of a file stays in it.
final class AuthFile {
    private static final int MAX_BYTES = 4 << 20;
    private static final String HUB_KEY = "https://index.docker.io/v1/";

    private final String origin;
    private final Json.Obj json;

    private AuthFile(String origin, Json.Obj json) {
        this.origin = origin;
        this.json = json;
    }

    /// Reads a file; null if there is none.
    static @Nullable AuthFile read(Path file) throws IOException {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new IOException("the credentials in " + file + " are too long to be any");
            }
            byte[] content = Files.readAllBytes(file);
            boolean blank = new String(content, StandardCharsets.UTF_8).isBlank();
            return blank ? empty(file) : parse(file.toAbsolutePath().toString(), content);
        } catch (NoSuchFileException _) {
            return null;
        }
    }

    static AuthFile empty(Path file) {
        return new AuthFile(file.toAbsolutePath().toString(), new Json.Obj(Map.of()));
    }

    static AuthFile parse(String origin, byte[] content) throws IOException {
        try {
            return new AuthFile(origin, Json.parseObject(content));
        } catch (IOException e) {
            throw new IOException(
                    "cannot read the credentials in " + origin + ": " + e.getMessage());
        }
    }

    /// A file that has no `auths`, but what stands in them.
    AuthFile asAuths() {
        return new AuthFile(origin, new Json.Obj(Map.of("auths", json)));
    }

    /// Where it was read from.
    String origin() {
        return origin;
    }

    /// The name of the helper that keeps the credentials of `host`; null: the file itself does.
    @Nullable String helper(String host) throws IOException {
        Json.Obj helpers = json.object("credHelpers");
        if (helpers != null) {
            for (String key : keys(host)) {
                String name = helpers.text(key);
                if (name != null && !name.isEmpty()) {
                    return name;
                }
            }
        }
        String store = json.text("credsStore");
        return store == null || store.isEmpty() ? null : store;
    }

    /// The credential kept for a repository: the most specific key counts. Null if there is none.
    ///
    /// @param repository path in the registry; "" for the registry itself
    @Nullable Credential find(String host, String repository) throws IOException {
        Json.Obj auths = json.object("auths");
        if (auths == null) {
            return null;
        }
        String path = repository.isEmpty() ? host : host + '/' + repository;
        for (int slash = path.length();
                slash > host.length();
                slash = path.lastIndexOf('/', slash - 1)) {
            Credential found = entry(auths, path.substring(0, slash));
            if (found != null) {
                return found;
            }
        }
        for (String key : keys(host)) {
            Credential found = entry(auths, key);
            if (found != null) {
                return found;
            }
        }
        return looselyKeyed(auths, host);
    }

    /// Docker tolerates keys with a scheme and a version behind the host.
    private @Nullable Credential looselyKeyed(Json.Obj auths, String host) throws IOException {
        for (String key : auths.members().keySet()) {
            if (isRegistry(key) && keys(host).contains(hostOf(key))) {
                Credential found = entry(auths, key);
                if (found != null) {
                    return found;
                }
            }
        }
        return null;
    }

    /// Whether a key means a whole registry: no path behind its host, or only docker's version.
    private static boolean isRegistry(String key) {
        String rest = key.substring(key.indexOf("://") < 0 ? 0 : key.indexOf("://") + 3);
        int slash = rest.indexOf('/');
        String path = slash < 0 ? "" : rest.substring(slash);
        return path.isEmpty()
                || path.equals("/")
                || path.startsWith("/v1")
                || path.startsWith("/v2");
    }

    private static String hostOf(String key) {
        String rest = key.substring(key.indexOf("://") < 0 ? 0 : key.indexOf("://") + 3);
        int slash = rest.indexOf('/');
        return slash < 0 ? rest : rest.substring(0, slash);
    }

    /// The keys a registry may have: Docker Hub goes by several.
    static List<String> keys(String host) {
        return isHub(host)
                ? List.of(
                        HUB_KEY,
                        "docker.io",
                        "index.docker.io",
                        "registry-1.docker.io",
                        "https://index.docker.io")
                : List.of(host, "https://" + host);
    }

    static boolean isHub(String host) {
        return host.equals("docker.io")
                || host.equals("index.docker.io")
                || host.equals("registry-1.docker.io");
    }

    /// What a helper knows the registry by.
    static String serverUrl(String host) {
        return isHub(host) ? HUB_KEY : host;
    }

    private @Nullable Credential entry(Json.Obj auths, String key) throws IOException {
        Json.Obj entry = auths.object(key);
        if (entry == null) {
            return null;
        }
        String registryToken = entry.text("registrytoken", "");
        if (!registryToken.isEmpty()) {
            return new Credential.RegistryToken(registryToken);
        }
        String user = entry.text("username", "");
        String password = entry.text("password", "");
        String auth = entry.text("auth", "");
        if (!auth.isEmpty()) {
            String decoded = decode(auth);
            int colon = decoded.indexOf(':');
            if (colon <= 0) {
                throw new IOException(
                        "the credentials in " + origin + " for " + key + " are malformed");
            }
            user = decoded.substring(0, colon);
            password = decoded.substring(colon + 1).replace("\0", "");
        }
        String identity = entry.text("identitytoken", "");
        if (!identity.isEmpty()) {
            return new Credential.IdentityToken(user, identity);
        }
        return user.isEmpty() ? null : new Credential.Password(user, password);
    }

    private String decode(String auth) throws IOException {
        try {
            return new String(Base64.getDecoder().decode(auth.strip()), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException _) {
            throw new IOException("the credentials in " + origin + " are no base64");
        }
    }

    /// The same with a credential for `host`, in place of all it had.
    AuthFile with(String host, Credential credential) throws IOException {
        var entry = new LinkedHashMap<String, Json>();
        switch (credential) {
            case Credential.Password(String user, String password) ->
                    entry.put("auth", new Json.Str(encode(user, password)));
            case Credential.IdentityToken(String user, String token) -> {
                entry.put("auth", new Json.Str(encode(user.isEmpty() ? "<token>" : user, "")));
                entry.put("identitytoken", new Json.Str(token));
            }
            case Credential.RegistryToken(String token) ->
                    entry.put("registrytoken", new Json.Str(token));
            case Credential.Anonymous _ -> throw new IllegalArgumentException("nothing to keep");
        }
        return changed(host, new Json.Obj(entry));
    }

    private static String encode(String user, String password) {
        byte[] bytes = (user + ':' + password).getBytes(StandardCharsets.UTF_8);
        return Base64.getEncoder().encodeToString(bytes);
    }

    /// The same without credentials for `host`; itself if it has none.
    AuthFile without(String host) throws IOException {
        return find(host, "") == null ? this : changed(host, null);
    }

    private AuthFile changed(String host, @Nullable Json entry) throws IOException {
        Json.Obj before = json.object("auths");
        var auths = new LinkedHashMap<String, Json>();
        if (before != null) {
            for (Map.Entry<String, Json> each : before.members().entrySet()) {
                boolean same =
                        isRegistry(each.getKey()) && keys(host).contains(hostOf(each.getKey()));
                if (!same && !keys(host).contains(each.getKey())) {
                    auths.put(each.getKey(), each.getValue());
                }
            }
        }
        if (entry != null) {
            auths.put(serverUrl(host), entry);
        }
        var members = new LinkedHashMap<>(json.members());
        members.put("auths", new Json.Obj(auths));
        return new AuthFile(origin, new Json.Obj(members));
    }

    /// Replaces the file, readable by its owner alone.
    void write(Path file) throws IOException {
        byte[] content = JsonWriter.indented(8).value(json).toBytes();
        Path target = Files.exists(file) ? file.toRealPath() : file; // a link stays one
        Path parent = target.toAbsolutePath().getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        Path fresh =
                Files.createTempFile(
                        parent,
                        ".auth-",
                        "",
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rw-------")));
        try {
            Files.write(fresh, content);
            Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }
}
