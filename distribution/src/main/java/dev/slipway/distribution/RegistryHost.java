package dev.slipway.distribution;

import dev.slipway.distribution.auth.AuthorizationException;
import dev.slipway.distribution.auth.Authorizer;
import dev.slipway.distribution.http.Headers;
import dev.slipway.distribution.http.Hosts;
import dev.slipway.distribution.http.HttpRequest;
import dev.slipway.distribution.http.HttpResponse;
import dev.slipway.distribution.http.ProxySettings;
import dev.slipway.distribution.http.SilentHostException;
import dev.slipway.distribution.http.Transport;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.util.List;
import java.util.Locale;

/// One registry: where it is, who we are there, and how its failures are met. All requests to it go
/// through [#exchange]. Thread-safe.
final class RegistryHost {
    private static final int ATTEMPTS = 5;
    private static final int MAX_REDIRECTS = 5;

    private final String name;
    private final String authority;
    private final boolean insecure;
    private final Transport transport;
    private final ProxySettings proxies;
    private final HostGate gate;
    private final Authorizer.Source credentials;
    private final TransferListener listener;
    private volatile boolean reached;
    private @Nullable URI base;
    private @Nullable Authorizer authorizer;

    /// Makes something of an answer. What it throws counts as a broken answer: the request is
    /// repeated if it may be.
    @FunctionalInterface
    interface Reader<T> {
        T read(HttpResponse answer) throws IOException;
    }

    /// @param name as it stands in references
    /// @param authority host and port to connect to
    /// @param insecure whether plain http will do where https does not work
    RegistryHost(
            String name,
            String authority,
            boolean insecure,
            Transport transport,
            ProxySettings proxies,
            HostGate gate,
            Authorizer.Source credentials,
            TransferListener listener) {
        this.name = name;
        this.authority = authority;
        this.insecure = insecure;
        this.transport = transport;
        this.proxies = proxies;
        this.gate = gate;
        this.credentials = credentials;
        this.listener = listener;
    }

    /// What people call it.
    String name() {
        return name;
    }

    TransferListener listener() {
        return listener;
    }

    /// Whether it takes a blob only in one piece (client rules, 6).
    boolean takesWholeBlobsOnly() {
        String host = Hosts.bare(authority).toLowerCase(Locale.ROOT);
        return host.endsWith(".pkg.dev")
                || host.equals("gcr.io")
                || host.endsWith(".gcr.io")
                || host.equals("ghcr.io");
    }

    /// Sends a request until it is answered for good, and makes something of the answer.
    ///
    /// @throws RegistryException if the answer is none of those accepted
    /// @throws IOException what `reader` throws that no other attempt can mend
    <T> T exchange(Call call, Reader<T> reader) throws IOException {
        for (int failures = 0; ; ) {
            try (HttpResponse answer = attempt(call)) {
                T result = reader.read(answer);
                gate.succeeded();
                return result;
            } catch (TemporaryException e) {
                waitAfter(call, ++failures, e);
            } catch (RegistryException | InterruptedIOException e) {
                throw e;
            } catch (FinalException e) {
                throw e.failure();
            } catch (IOException e) {
                waitAfter(call, ++failures, new TemporaryException(unreachable(call, e), null));
            }
        }
    }

    /// Sends a request until it is answered for good.
    ///
    /// @return the answer, which the caller closes
    HttpResponse open(Call call) throws IOException {
        for (int failures = 0; ; ) {
            try {
                HttpResponse answer = attempt(call);
                gate.succeeded();
                return answer;
            } catch (TemporaryException e) {
                waitAfter(call, ++failures, e);
            }
        }
    }

    /// A failure that may pass.
    private static final class TemporaryException extends IOException {
        private static final long serialVersionUID = 1L;
        private final IOException failure;
        private final @Nullable String retryAfter;

        TemporaryException(IOException failure, @Nullable String retryAfter) {
            super(failure);
            this.failure = failure;
            this.retryAfter = retryAfter;
        }
    }

    private HttpResponse attempt(Call call) throws IOException {
        gate.await();
        try {
            HttpResponse answer = authorized(call);
            reached = true;
            if (call.accepted().contains(answer.status())) {
                return answer;
            }
            try (answer) {
                RegistryException refused = refusal(call, answer);
                if (refused.isTemporary()) {
                    throw new TemporaryException(refused, answer.headers().first("Retry-After"));
                }
                throw refused;
            }
        } catch (RegistryException | InterruptedIOException | TemporaryException e) {
            throw e;
        } catch (AuthorizationException e) {
            throw denied(call, e);
        } catch (IOException e) {
            RegistryException failure = unreachable(call, e);
            if (isHopeless(e)) {
                throw failure;
            }
            throw new TemporaryException(failure, null);
        }
    }

    /// A name that does not resolve or a certificate that is not trusted will not be better in a
    /// second, and a host that never answered is likely to be misspelled.
    private boolean isHopeless(IOException e) {
        return e instanceof java.net.UnknownHostException
                || e instanceof javax.net.ssl.SSLHandshakeException
                || isWithoutTls(e)
                || (!reached
                        && (e instanceof java.net.ConnectException
                                || e instanceof SilentHostException));
    }

    /// Whether what came was no TLS; the JDK has only words for that.
    private static boolean isWithoutTls(IOException e) {
        return e instanceof javax.net.ssl.SSLException
                && String.valueOf(e.getMessage()).endsWith("unrecognized SSL message");
    }

    private void waitAfter(Call call, int failures, TemporaryException e) throws IOException {
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedIOException("interrupted");
        }
        var pause = gate.failed(e.retryAfter);
        if (!call.replayable() || failures >= ATTEMPTS) {
            throw e.failure;
        }
        listener.waiting(name, pause, String.valueOf(e.failure.getMessage()));
    }

    /// Tells that something went wrong outside of a request's head, and holds others back.
    void troubled(IOException e) {
        var pause = gate.failed(null);
        listener.waiting(name, pause, String.valueOf(e.getMessage()));
    }

    /// Wraps what a reader throws that another attempt cannot mend.
    static final class FinalException extends IOException {
        private static final long serialVersionUID = 1L;
        private final IOException failure;

        FinalException(IOException failure) {
            super(failure);
            this.failure = failure;
        }

        IOException failure() {
            return failure;
        }
    }

    /// Sends a request with authorization, and once more if the answer asks for another: the first
    /// tells what is asked for, or that a token has died.
    private HttpResponse authorized(Call call) throws IOException {
        Authorizer who = authorizer();
        String sent = who.header(call.repository(), call.scopes());
        HttpResponse answer = redirected(call, sent);
        boolean asked =
                answer.status() == 401
                        || (answer.status() == 403
                                && answer.headers().first("WWW-Authenticate") != null);
        if (!asked
                || call.accepted().contains(answer.status())
                || !who.learn(answer.headers(), sent, call.repository(), call.scopes())) {
            return answer;
        }
        String better;
        try {
            better = who.header(call.repository(), call.scopes());
        } catch (IOException | RuntimeException e) {
            answer.close();
            throw e;
        }
        if (better == null || better.equals(sent)) {
            return answer; // nothing more to show
        }
        answer.close();
        return redirected(call, better);
    }

    /// Sends a request and follows where it is sent on. The authorization stays with the registry.
    private HttpResponse redirected(Call call, @Nullable String authorization) throws IOException {
        URI home = base();
        URI place = Locations.resolve(home, call.place());
        for (int hop = 0; ; hop++) {
            boolean atHome = Locations.isSameOrigin(home, place);
            Headers headers = call.headers().copy();
            if (atHome && authorization != null) {
                headers.add("Authorization", authorization);
            }
            HttpResponse answer =
                    transport.send(new HttpRequest(call.method(), place, headers, call.body()));
            String location = answer.headers().first("Location");
            if (!answer.isRedirect() || location == null) {
                return answer;
            }
            answer.close();
            if (hop == MAX_REDIRECTS) {
                throw new IOException("the registry sends the request on and on");
            }
            URI next = Locations.resolve(place, location);
            if ("https".equals(place.getScheme()) && "http".equals(next.getScheme())) {
                throw new IOException(
                        "the registry sends the request on to " + next.getHost() + " without TLS");
            }
            place = next;
        }
    }

    private synchronized Authorizer authorizer() throws IOException {
        if (authorizer == null) {
            authorizer = new Authorizer(transport, base(), proxies, credentials);
        }
        return authorizer;
    }

    /// Where it is. Plain http is for this machine, where it is the rule, and for registries that
    /// are declared insecure; a probe without credentials tells which it is.
    synchronized URI base() throws IOException {
        URI known = base;
        if (known != null) {
            return known;
        }
        URI tls = URI.create("https://" + authority);
        URI plain = URI.create("http://" + authority);
        boolean here = Hosts.isLoopback(Hosts.bare(String.valueOf(tls.getHost())));
        if (here) {
            known = speaksHttp(plain) ? plain : tls;
        } else if (insecure) {
            known = speaksHttp(tls) ? tls : plain;
        } else {
            known = tls;
        }
        base = known;
        return known;
    }

    private boolean speaksHttp(URI candidate) throws IOException {
        HttpRequest ping = HttpRequest.of("GET", candidate.resolve("/v2/"));
        try (HttpResponse answer = transport.send(ping)) {
            return answer.status() != 400; // how servers answer plain text on a port for TLS
        } catch (java.net.ConnectException e) {
            throw unreachable(null, e);
        } catch (IOException _) {
            return false;
        }
    }

    private RegistryException refusal(Call call, HttpResponse answer) {
        ErrorBody body = ErrorBody.of(answer);
        int status = answer.status();
        String said = body.message().isEmpty() ? reason(status) : body.message();
        String code = body.code().isEmpty() ? "" : " " + body.code();
        return new RegistryException(
                "cannot " + call.attempt() + ": " + said + " (" + status + code + ")",
                hint(status),
                name,
                status,
                body.code(),
                null);
    }

    private static String reason(int status) {
        return switch (status) {
            case 401 -> "authentication required";
            case 403 -> "access denied";
            case 404 -> "not found";
            case 413 -> "too large for the registry";
            case 429 -> "too many requests";
            default -> status >= 500 ? "the registry failed" : "the registry refused";
        };
    }

    private @Nullable String hint(int status) {
        return switch (status) {
            case 401, 403 -> "Log in with an account that may do this: slipway login " + name;
            case 429 ->
                    "The registry limits how much one may ask: wait, or log in with slipway login "
                            + name;
            default -> null;
        };
    }

    private RegistryException denied(Call call, AuthorizationException e) {
        return new RegistryException(
                "cannot " + call.attempt() + ": " + e.getMessage(),
                hint(401),
                name,
                e.status(),
                "",
                e);
    }

    private RegistryException unreachable(@Nullable Call call, IOException e) {
        String attempt = call == null ? "reach the registry " + name : call.attempt();
        String message = e.getMessage();
        String reason =
                switch (e) {
                    case java.net.UnknownHostException _ ->
                            "the host name " + unknown(message) + " does not resolve";
                    case java.net.ConnectException _ -> name + " refuses the connection";
                    case SilentHostException _ -> name + " does not answer";
                    case javax.net.ssl.SSLException _ when isWithoutTls(e) ->
                            name + " does not speak TLS";
                    case javax.net.ssl.SSLException _ -> "TLS with " + name + " fails: " + message;
                    default -> message == null ? e.getClass().getSimpleName() : message;
                };
        return RegistryException.of("cannot " + attempt + ": " + reason, hint(e), name, e);
    }

    private @Nullable String hint(IOException e) {
        if (isWithoutTls(e)) {
            return "Plain http has to be allowed: insecure = true for "
                    + authority
                    + " in registries.conf, or --tls-verify=false.";
        }
        return e instanceof javax.net.ssl.SSLHandshakeException
                ? "Put the registry's CA into /etc/containers/certs.d/"
                        + authority
                        + "/ca.crt, or say --tls-verify=false."
                : null;
    }

    /// The name alone: the JDK may put the resolver's words behind it.
    private String unknown(@Nullable String message) {
        if (message == null) {
            return authority;
        }
        int end = message.indexOf(": ");
        return end < 0 ? message : message.substring(0, end);
    }

    /// Scopes for what is done to a repository.
    static List<String> scope(String repository, String actions) {
        return List.of("repository:" + repository + ":" + actions);
    }
}
