package dev.slipway.distribution.auth;

import dev.slipway.image.Json;
import dev.slipway.image.JsonWriter;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// A program `docker-credential-NAME` that keeps credentials elsewhere, by docker's protocol: a
/// verb as argument, the server on its standard input, JSON on its standard output.
final class CredentialHelper {
    private static final int TIMEOUT_SECONDS = 10;
    private static final int MAX_ANSWER = 1 << 20;
    private static final String NOT_FOUND = "credentials not found in native keychain";
    private static final String TOKEN_USER = "<token>";

    private final String name;
    private final Map<String, String> environment;

    CredentialHelper(String name, Map<String, String> environment) {
        this.name = name;
        this.environment = environment;
    }

    /// The credential for a server; null if the helper has none.
    @Nullable Credential get(String server) throws IOException {
        Answer answer = call("get", server.getBytes(StandardCharsets.UTF_8));
        if (answer.code != 0) {
            if (answer.text().contains(NOT_FOUND)) {
                return null;
            }
            throw failed("get", answer);
        }
        Json.Obj json;
        try {
            json = Json.parseObject(answer.out);
        } catch (IOException _) {
            throw new IOException(program() + " answers with no JSON");
        }
        String user = json.text("Username", "");
        String secret = json.text("Secret", "");
        if (secret.isEmpty() && user.isEmpty()) {
            return null;
        }
        return user.equals(TOKEN_USER) || user.isEmpty()
                ? new Credential.IdentityToken("", secret)
                : new Credential.Password(user, secret);
    }

    /// Keeps a credential.
    void store(String server, Credential credential) throws IOException {
        String user;
        String secret;
        switch (credential) {
            case Credential.Password(String name, String password) -> {
                user = name;
                secret = password;
            }
            case Credential.IdentityToken(String _, String token) -> {
                user = TOKEN_USER;
                secret = token;
            }
            case Credential.RegistryToken _, Credential.Anonymous _ ->
                    throw new IOException(program() + " cannot keep such a credential");
        }
        byte[] input =
                JsonWriter.plain()
                        .beginObject()
                        .member("ServerURL", server)
                        .member("Username", user)
                        .member("Secret", secret)
                        .endObject()
                        .toBytes();
        check("store", call("store", input));
    }

    /// Forgets a credential.
    void erase(String server) throws IOException {
        Answer answer = call("erase", server.getBytes(StandardCharsets.UTF_8));
        if (answer.code != 0 && !answer.text().contains(NOT_FOUND)) {
            throw failed("erase", answer);
        }
    }

    private void check(String verb, Answer answer) throws IOException {
        if (answer.code != 0) {
            throw failed(verb, answer);
        }
    }

    private String program() {
        return "docker-credential-" + name;
    }

    private IOException failed(String verb, Answer answer) {
        String said = answer.text().strip();
        int end = said.indexOf('\n');
        String line = end < 0 ? said : said.substring(0, end);
        return new IOException(
                program() + " " + verb + " failed" + (line.isEmpty() ? "" : ": " + line));
    }

    private static final class Answer {
        private final int code;
        private final byte[] out;

        Answer(int code, byte[] out) {
            this.code = code;
            this.out = out;
        }

        String text() {
            return new String(out, StandardCharsets.UTF_8);
        }
    }

    private Answer call(String verb, byte[] input) throws IOException {
        if (name.indexOf('/') >= 0 || name.startsWith(".")) {
            throw new IOException("\"" + name + "\" is no name of a credential helper");
        }
        var builder = new ProcessBuilder(found(), verb);
        builder.environment().clear();
        builder.environment().putAll(environment);
        builder.redirectError(ProcessBuilder.Redirect.DISCARD);
        Process process;
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new IOException("cannot run the credential helper " + program(), e);
        }
        try {
            return converse(process, input);
        } finally {
            process.destroyForcibly();
        }
    }

    /// The program in the user's PATH, which need not be this process's.
    private String found() throws IOException {
        for (String directory : environment.getOrDefault("PATH", "").split(":", -1)) {
            Path candidate = Path.of(directory, program());
            if (candidate.isAbsolute() && Files.isExecutable(candidate)) {
                return candidate.toString();
            }
        }
        throw new IOException("the credential helper " + program() + " is not in the PATH");
    }

    private Answer converse(Process process, byte[] input) throws IOException {
        var out = new ByteArrayOutputStream();
        Thread reader = Thread.ofVirtual().start(() -> drain(process.getInputStream(), out));
        try (OutputStream to = process.getOutputStream()) {
            to.write(input);
        } catch (IOException _) {
            // It may end without reading; its exit code says more.
        }
        try {
            if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException(
                        program() + " did not answer within " + TIMEOUT_SECONDS + " seconds");
            }
            reader.join(TimeUnit.SECONDS.toMillis(TIMEOUT_SECONDS));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for " + program());
        }
        return new Answer(process.exitValue(), out.toByteArray());
    }

    private static void drain(InputStream in, ByteArrayOutputStream out) {
        byte[] buffer = new byte[4 << 10];
        try (in) {
            for (int n = in.read(buffer); n >= 0 && out.size() < MAX_ANSWER; n = in.read(buffer)) {
                out.write(buffer, 0, n);
            }
        } catch (IOException _) {
            // The process was ended; what came is what there is.
        }
    }
}
