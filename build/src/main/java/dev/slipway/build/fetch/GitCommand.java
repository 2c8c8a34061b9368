package dev.slipway.build.fetch;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Runs git, with nothing of this machine's or user's settings, without hooks, without questions,
/// and with the protocols of [GitAddress] alone.
///
/// Credentials go through the environment, bound to the server they are for: arguments are seen by
/// everybody.
final class GitCommand {
    private static final int MAX_OUTPUT_BYTES = 4 << 20;
    private static final int MAX_ERROR_BYTES = 64 << 10;
    private static final int MAX_SECRET_BYTES = 8 << 10;
    private static final String PROTOCOLS = "http:https:ssh:git";
    private static final String[] PROXIES = {"http_proxy", "https_proxy", "all_proxy", "no_proxy"};

    private final GitAddress address;
    private final Surroundings surroundings;
    private final Map<String, String> environment = new LinkedHashMap<>();
    private final List<String> secrets = new ArrayList<>();

    /// @param home a directory without settings in it
    GitCommand(GitAddress address, Surroundings surroundings, Path home)
            throws FetchException, IOException {
        this.address = address;
        this.surroundings = surroundings;
        environment.put("HOME", home.toString());
        environment.put("LC_ALL", "C");
        environment.put("GIT_CONFIG_NOSYSTEM", "1");
        environment.put("GIT_CONFIG_GLOBAL", "/dev/null");
        environment.put("GIT_ATTR_NOSYSTEM", "1");
        environment.put("GIT_TERMINAL_PROMPT", "0");
        environment.put("GIT_OPTIONAL_LOCKS", "0");
        for (String name : PROXIES) {
            pass(name);
            pass(name.toUpperCase(java.util.Locale.ROOT));
        }
        settings();
    }

    private void pass(String name) {
        String value = surroundings.proxy(name);
        if (value != null) {
            environment.put(name, value);
        }
    }

    /// Keys come from the agent that was given and from nowhere else; which hosts are known is the
    /// user's affair.
    private static void ssh(Map<String, String> variables, Surroundings.@Nullable Agent agent) {
        String command = "ssh -F /dev/null -o BatchMode=yes -o IdentityFile=/dev/null";
        if (agent == null) {
            variables.put("GIT_SSH_COMMAND", command + " -o IdentityAgent=none");
        } else {
            variables.put("GIT_SSH_COMMAND", command);
            variables.put("SSH_AUTH_SOCK", agent.socket());
        }
    }

    private void settings() throws FetchException, IOException {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("advice.detachedHead", "false");
        settings.put("core.fsmonitor", "false");
        settings.put("core.hooksPath", "/dev/null");
        settings.put("core.logAllRefUpdates", "false");
        settings.put("core.symlinks", "true");
        settings.put("credential.helper", "");
        settings.put("gc.auto", "0");
        settings.put("init.defaultBranch", "main");
        settings.put("maintenance.auto", "false");
        settings.put("protocol.version", "2");
        settings.put("safe.directory", "*");
        WebAddress web = address.web();
        String login = web == null ? null : login(web);
        if (web != null && login != null) {
            String scheme = web.isEncrypted() ? "https://" : "http://";
            settings.put(
                    "http." + scheme + web.host() + ":" + web.port() + "/.extraHeader",
                    "Authorization: " + login);
            secrets.add(login);
        }
        environment.put("GIT_CONFIG_COUNT", Integer.toString(settings.size()));
        int number = 0;
        for (Map.Entry<String, String> setting : settings.entrySet()) {
            environment.put("GIT_CONFIG_KEY_" + number, setting.getKey());
            environment.put("GIT_CONFIG_VALUE_" + number, setting.getValue());
            number++;
        }
    }

    private @Nullable String login(WebAddress web) throws FetchException, IOException {
        for (String suffix : new String[] {"." + web.host(), ""}) {
            String header = secret("GIT_AUTH_HEADER" + suffix);
            if (header != null) {
                return header;
            }
            String token = secret("GIT_AUTH_TOKEN" + suffix);
            if (token != null) {
                return basic("x-access-token:" + token);
            }
        }
        String userInfo = web.userInfo();
        return userInfo == null ? null : basic(userInfo);
    }

    private String basic(String userInfo) {
        secrets.add(userInfo.substring(userInfo.indexOf(':') + 1));
        String full = userInfo.indexOf(':') < 0 ? userInfo + ":" : userInfo;
        byte[] bytes = full.getBytes(StandardCharsets.UTF_8);
        return "basic " + Base64.getEncoder().encodeToString(bytes);
    }

    private @Nullable String secret(String id) throws FetchException, IOException {
        byte[] value = surroundings.secret(id);
        if (value == null) {
            return null;
        }
        String text = new String(value, StandardCharsets.UTF_8).strip();
        if (value.length > MAX_SECRET_BYTES || !text.chars().allMatch(c -> c >= ' ')) {
            throw new FetchException("the secret " + id + " cannot be part of a header", null);
        }
        secrets.add(text);
        return text;
    }

    /// What a run of git came to.
    record Outcome(int code, String output, String errors) {
        boolean isGood() {
            return code == 0;
        }
    }

    /// Runs git and returns what it printed.
    ///
    /// @param what was to be done, for the message
    String run(String what, Path directory, String... arguments)
            throws FetchException, IOException, InterruptedException {
        Outcome outcome = attempt(directory, PROTOCOLS, arguments);
        if (!outcome.isGood()) {
            throw failure(what, outcome);
        }
        return outcome.output();
    }

    /// Runs git with a repository of the cache as its remote.
    void runLocally(String what, Path directory, String... arguments)
            throws FetchException, IOException, InterruptedException {
        Outcome outcome = attempt(directory, "file", arguments);
        if (!outcome.isGood()) {
            throw failure(what, outcome);
        }
    }

    Outcome attempt(Path directory, String... arguments)
            throws FetchException, IOException, InterruptedException {
        return attempt(directory, PROTOCOLS, arguments);
    }

    private Outcome attempt(Path directory, String protocols, String... arguments)
            throws FetchException, IOException, InterruptedException {
        if (address.web() != null) {
            return start(directory, protocols, null, arguments);
        }
        Surroundings.Agent agent = surroundings.sshAgent();
        if (agent == null) {
            return start(directory, protocols, null, arguments);
        }
        try (agent) {
            return start(directory, protocols, agent, arguments);
        }
    }

    private Outcome start(
            Path directory,
            String protocols,
            Surroundings.@Nullable Agent agent,
            String... arguments)
            throws FetchException, IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add("git");
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
        String path = builder.environment().get("PATH");
        builder.environment().clear();
        builder.environment().putAll(environment);
        builder.environment().put("GIT_ALLOW_PROTOCOL", protocols);
        ssh(builder.environment(), agent);
        if (path != null) {
            builder.environment().put("PATH", path);
        }
        builder.redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
        Process process;
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new FetchException(
                    "git cannot be started: " + e.getMessage(),
                    "install git: it is what fetches repositories",
                    e);
        }
        return await(process);
    }

    private Outcome await(Process process)
            throws FetchException, IOException, InterruptedException {
        Collected output = new Collected(process.getInputStream(), MAX_OUTPUT_BYTES);
        Collected errors = new Collected(process.getErrorStream(), MAX_ERROR_BYTES);
        boolean done = false;
        AutoCloseable stop = surroundings.whenStopped(() -> kill(process));
        try {
            int code = process.waitFor();
            Outcome outcome = new Outcome(code, output.text(), redacted(errors.text()));
            done = true;
            return outcome;
        } finally {
            if (!done) {
                kill(process);
            }
            close(stop);
        }
    }

    private static void close(AutoCloseable handle) throws IOException {
        try {
            handle.close();
        } catch (IOException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(e);
        }
    }

    private static void kill(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    private String redacted(String text) {
        String clean = Addresses.redacted(text);
        for (String secret : secrets) {
            if (!secret.isEmpty()) {
                clean = clean.replace(secret, "*****");
            }
        }
        return clean;
    }

    FetchException failure(String what, Outcome outcome) {
        return new FetchException(what + ": " + reason(outcome.errors()), hint(outcome.errors()));
    }

    /// What git says last, which is what it died of.
    private static String reason(String errors) {
        String last = "git failed";
        for (String line : errors.split("\n", -1)) {
            String text = line.strip();
            boolean told = text.startsWith("fatal: ") || text.startsWith("error: ");
            if (told) {
                return text.substring(7);
            }
            last = text.isEmpty() ? last : text;
        }
        return last;
    }

    private @Nullable String hint(String errors) {
        if (errors.contains("terminal prompts disabled")
                || errors.contains("Authentication failed")
                || errors.contains("403")) {
            return "if it is private, give a token with --secret id=GIT_AUTH_TOKEN,src=FILE";
        }
        if (errors.contains("Permission denied (publickey")) {
            return "give the agent that holds the key with --ssh default";
        }
        if (errors.contains("Host key verification failed")) {
            return "add the host's key to ~/.ssh/known_hosts: ssh-keyscan " + address.host();
        }
        return errors.contains("transport 'file' not allowed")
                ? "a repository may not take in files of this machine"
                : null;
    }

    /// A stream read to its end on a thread of its own; only the first bytes are kept.
    private static final class Collected {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final Thread reader;

        Collected(InputStream in, int limit) {
            reader = Thread.ofVirtual().start(() -> read(in, limit));
        }

        private void read(InputStream in, int limit) {
            byte[] buffer = new byte[8192];
            try (in) {
                for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                    bytes.write(buffer, 0, Math.min(n, limit - bytes.size()));
                }
            } catch (IOException e) {
                return; // the process was killed: its exit code tells
            }
        }

        String text() throws InterruptedException {
            reader.join();
            return bytes.toString(StandardCharsets.UTF_8);
        }
    }
}
