package dev.slipway.distribution.auth;

import dev.slipway.distribution.http.Headers;
import dev.slipway.distribution.http.Hosts;
import dev.slipway.distribution.http.HttpBody;
import dev.slipway.distribution.http.HttpRequest;
import dev.slipway.distribution.http.HttpResponse;
import dev.slipway.distribution.http.ProxySettings;
import dev.slipway.distribution.http.Transport;
import dev.slipway.image.Json;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Meets the challenges of one registry: Basic, and Bearer with tokens that are had from a realm
/// and kept for as long as they are fresh. Thread-safe.
public final class Authorizer {
    private static final int MAX_TOKEN_BYTES = 64 << 10;
    private static final int ATTEMPTS = 3;
    private static final long SHORTEST_LIFE_SECONDS = 60;
    private static final String CLIENT = "slipway";

    private final Transport transport;
    private final URI registry;
    private final ProxySettings proxies;
    private final Source credentials;
    private final Map<String, Token> tokens = new HashMap<>();
    private @Nullable Challenge challenge;

    /// Where the credential for a repository comes from, looked up when it is needed.
    @FunctionalInterface
    public interface Source {
        Credential credential(String repository) throws IOException;
    }

    /// @param text the token
    /// @param staleNanos when to ask for another, on `System.nanoTime`
    private record Token(String text, long staleNanos) {
        @Override
        public String toString() {
            return "token";
        }
    }

    /// @param registry where it is, scheme and authority
    public Authorizer(
            Transport transport, URI registry, ProxySettings proxies, Source credentials) {
        this.transport = transport;
        this.registry = registry;
        this.proxies = proxies;
        this.credentials = credentials;
    }

    /// The `Authorization` for a request; null if none is known to be needed.
    ///
    /// @param repository that the request is about; "" for the registry itself
    /// @param scopes as `repository:NAME:ACTIONS`
    /// @throws AuthorizationException if a token is refused
    public synchronized @Nullable String header(String repository, List<String> scopes)
            throws IOException {
        Credential credential = credentials.credential(repository);
        if (credential instanceof Credential.RegistryToken(String token)) {
            return "Bearer " + token;
        }
        Challenge asked = challenge;
        if (asked == null) {
            return null;
        }
        if (asked.scheme().equals("basic")) {
            return credential instanceof Credential.Password password ? password.basic() : null;
        }
        String key = repository + ' ' + String.join(" ", scopes);
        Token token = tokens.get(key);
        if (token == null || System.nanoTime() - token.staleNanos >= 0) {
            token = fetch(asked, scopes, credential);
            tokens.put(key, token);
        }
        return "Bearer " + token.text;
    }

    /// Learns from an answer of 401 or 403.
    ///
    /// @param sent the `Authorization` that the request had; null: none
    /// @return whether another attempt may be answered better
    public synchronized boolean learn(
            Headers answer, @Nullable String sent, String repository, List<String> scopes) {
        Challenge asked = Challenge.choose(Challenge.parse(answer.all("WWW-Authenticate")));
        if (asked == null) {
            return false;
        }
        tokens.remove(repository + ' ' + String.join(" ", scopes));
        challenge = asked;
        return sent == null || asked.scheme().equals("bearer");
    }

    private Token fetch(Challenge asked, List<String> scopes, Credential credential)
            throws IOException {
        URI realm = realm(asked);
        // The server's own scope first where it says that ours is too little: some read one only.
        Set<String> all = new LinkedHashSet<>();
        boolean insufficient = asked.parameter("error").equals("insufficient_scope");
        if (insufficient) {
            addScopes(all, asked.parameter("scope"));
        }
        all.addAll(scopes);
        if (scopes.isEmpty()) {
            addScopes(all, asked.parameter("scope"));
        }
        String service = asked.parameter("service");
        if (credential instanceof Credential.IdentityToken(String user, String token)) {
            HttpRequest post = refresh(realm, service, all, token);
            Token had = attempt(post, true);
            if (had != null) {
                return had;
            }
            return needed(get(realm, service, all, new Credential.Password(user, token)));
        }
        return needed(get(realm, service, all, credential));
    }

    private static void addScopes(Set<String> all, String text) {
        for (String each : text.split(" ", -1)) {
            if (!each.isBlank()) {
                all.add(each);
            }
        }
    }

    private Token needed(HttpRequest request) throws IOException {
        Token token = attempt(request, false);
        if (token == null) {
            throw new IOException("the token server gives no token");
        }
        return token;
    }

    private static HttpRequest refresh(
            URI realm, String service, Set<String> scopes, String token) {
        var form = new StringBuilder("grant_type=refresh_token&access_type=offline");
        form.append("&client_id=").append(CLIENT);
        form.append("&service=").append(encode(service));
        form.append("&scope=").append(encode(String.join(" ", scopes)));
        form.append("&refresh_token=").append(encode(token));
        byte[] body = form.toString().getBytes(StandardCharsets.UTF_8);
        return HttpRequest.of("POST", realm)
                .with("Content-Type", "application/x-www-form-urlencoded")
                .with("Accept", "application/json")
                .with(HttpBody.of(body));
    }

    private static HttpRequest get(
            URI realm, String service, Set<String> scopes, Credential credential) {
        var query = new StringBuilder();
        if (realm.getRawQuery() != null) {
            query.append('&').append(realm.getRawQuery());
        }
        if (!service.isEmpty()) {
            query.append("&service=").append(encode(service));
        }
        for (String scope : scopes) {
            query.append("&scope=").append(encode(scope));
        }
        if (credential instanceof Credential.Password(String user, String _) && !user.isEmpty()) {
            query.append("&account=").append(encode(user));
        }
        query.append("&client_id=").append(CLIENT);
        String path = realm.getRawPath() == null ? "" : realm.getRawPath();
        URI uri =
                URI.create(
                        realm.getScheme()
                                + "://"
                                + realm.getRawAuthority()
                                + path
                                + '?'
                                + query.substring(1));
        HttpRequest request = HttpRequest.of("GET", uri).with("Accept", "application/json");
        return credential instanceof Credential.Password password
                ? request.with("Authorization", password.basic())
                : request;
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /// @param optional whether the server may not know this way: then null is returned
    private @Nullable Token attempt(HttpRequest request, boolean optional) throws IOException {
        IOException last = null;
        for (int i = 0; i < ATTEMPTS; i++) {
            if (i > 0) {
                pause(i);
            }
            try (HttpResponse answer = transport.send(request)) {
                int status = answer.status();
                if (status == 200) {
                    return token(answer.read(MAX_TOKEN_BYTES));
                }
                if (optional && (status == 404 || status == 405 || status == 401)) {
                    return null;
                }
                last = new AuthorizationException(request.uri().getHost(), status);
                if (status != 429 && status < 500) {
                    throw last;
                }
            } catch (AuthorizationException e) {
                throw e;
            } catch (IOException e) {
                last = e;
            }
        }
        throw last == null ? new IOException("no answer") : last;
    }

    private static void pause(int attempt) throws IOException {
        try {
            Thread.sleep(100L << attempt);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new java.io.InterruptedIOException("interrupted");
        }
    }

    private static Token token(byte[] body) throws IOException {
        Json.Obj json = Json.parseObject(body);
        String text = json.text("token", "");
        if (text.isEmpty()) {
            text = json.text("access_token", "");
        }
        if (text.isEmpty()) {
            throw new IOException("the token server's answer has no token");
        }
        long life = Math.max(SHORTEST_LIFE_SECONDS, json.number("expires_in", 0));
        long fresh = Math.min(life, 86_400) * 800_000_000L; // 80 % of it
        return new Token(text, System.nanoTime() + fresh);
    }

    /// Checks where a token is to be asked for: the registry says where we send our password, and a
    /// hostile one would have us ask inside our own network.
    private URI realm(Challenge asked) throws IOException {
        URI realm;
        try {
            realm = URI.create(asked.parameter("realm"));
        } catch (IllegalArgumentException _) {
            throw new IOException("the registry's token realm is no address");
        }
        String scheme = String.valueOf(realm.getScheme());
        String host = realm.getHost();
        boolean plain = "http".equalsIgnoreCase(scheme);
        if (host == null
                || realm.getRawUserInfo() != null
                || (!plain && !"https".equalsIgnoreCase(scheme))) {
            throw new IOException("the registry's token realm is no address of the web");
        }
        if (plain && !"http".equals(registry.getScheme())) {
            throw new IOException(
                    "the registry's token realm " + host + " is not encrypted: refused");
        }
        if (!host.equalsIgnoreCase(registry.getHost()) && isInside(realm) && !isInside(registry)) {
            throw new IOException(
                    "the registry's token realm "
                            + host
                            + " is on a private network, the registry is not: refused");
        }
        return realm;
    }

    private boolean isInside(URI uri) throws IOException {
        String host = Hosts.bare(uri.getHost());
        boolean tls = "https".equalsIgnoreCase(uri.getScheme());
        int port = uri.getPort() >= 0 ? uri.getPort() : tls ? 443 : 80;
        if (Hosts.isLoopback(host)) {
            return true;
        }
        try {
            for (InetAddress each : InetAddress.getAllByName(host)) {
                if (Hosts.isPrivate(each)) {
                    return true;
                }
            }
            return false;
        } catch (UnknownHostException e) {
            if (proxies.reaches(tls, host, port)) {
                return false; // only the proxy knows
            }
            throw e;
        }
    }
}
