package dev.slipway.cli;

import dev.slipway.cli.options.CommandSpec;
import dev.slipway.cli.options.Option;
import dev.slipway.cli.options.Parsed;
import dev.slipway.cli.options.UsageException;
import dev.slipway.distribution.Login;
import dev.slipway.distribution.Registries;
import dev.slipway.distribution.TransferListener;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/// `slipway login`: keeps credentials for a registry, once it has taken them.
final class LoginCommand implements Command {
    private static final int LONGEST_ANSWER = 64 << 10;
    private static final Option USER =
            Option.value("username", 'u', "NAME", "The user; else it is asked for");
    private static final Option PASSWORD =
            Option.value(
                    "password",
                    'p',
                    "PASSWORD",
                    "The password; others can see it in the list of processes, so prefer"
                            + " --password-stdin");
    private static final Option PASSWORD_STDIN =
            Option.flag("password-stdin", "Read the password from standard input");
    private static final Option GET_LOGIN = Option.flag("get-login", "Print who is logged in");

    @Override
    public CommandSpec spec() {
        return new CommandSpec("login", "Log in to a registry")
                .usage("[OPTIONS] [REGISTRY]")
                .arguments(0, 1, Option.Offer.NOTHING)
                .options("Options", USER, PASSWORD_STDIN, PASSWORD, GET_LOGIN)
                .options("Registry", RegistryAccess.AUTH_FILE, RegistryAccess.TLS_VERIFY)
                .describe(
                        """
                        The credentials are tried first. They are kept where docker keeps them: by a credential
                        helper if one is configured, else in a file only you can read, but unencrypted.

                        Without REGISTRY, Docker Hub is meant.\
                        """)
                .example(
                        "From a secret",
                        "slipway login -u ci --password-stdin ghcr.io < token.txt");
    }

    @Override
    public int run(Parsed line, Session session) throws Exception {
        String host = host(line);
        try (Registries registries = RegistryAccess.open(line, session, TransferListener.none())) {
            Login login = new Login(registries);
            if (line.is(GET_LOGIN)) {
                String user = login.user(host);
                if (user == null) {
                    throw new CommandException("not logged in to " + host, null);
                }
                session.out().println(user);
                return Main.OK;
            }
            String user = line.text(USER);
            if (user == null) {
                if (line.is(PASSWORD_STDIN)) {
                    throw new UsageException("--password-stdin needs --username");
                }
                user = ask("Username: ", session);
            }
            String password = password(line, session);
            String name = user;
            Login.Kept kept =
                    RegistryAccess.stoppably(session, () -> login.login(host, name, password));
            if (kept.isPlain()) {
                session.err()
                        .println(
                                "warning: the password is kept unencrypted in "
                                        + kept.place()
                                        + "; a credential helper would keep it better");
            }
            session.out().println("Login Succeeded");
        }
        return Main.OK;
    }

    /// The registry as it stands in image names.
    static String host(Parsed line) {
        String text = line.arguments().isEmpty() ? "docker.io" : line.argument();
        int scheme = text.indexOf("://");
        String rest = scheme < 0 ? text : text.substring(scheme + 3);
        int slash = rest.indexOf('/');
        String host = slash < 0 ? rest : rest.substring(0, slash);
        return host.equals("index.docker.io") || host.equals("registry-1.docker.io")
                ? "docker.io"
                : host;
    }

    private static String password(Parsed line, Session session) throws Exception {
        if (line.is(PASSWORD_STDIN)) {
            if (line.has(PASSWORD)) {
                throw new UsageException("--password and --password-stdin exclude each other");
            }
            String text =
                    new String(session.in().readNBytes(LONGEST_ANSWER), StandardCharsets.UTF_8);
            return withoutLineEnd(text);
        }
        String given = line.text(PASSWORD);
        if (given != null) {
            session.err().println("warning: --password is seen by others; use --password-stdin");
            return given;
        }
        java.io.Console terminal = session.console().isProcess() ? System.console() : null;
        if (terminal != null && terminal.isTerminal()) {
            char[] typed = terminal.readPassword("Password: ");
            return typed == null ? "" : new String(typed);
        }
        return ask("", session);
    }

    private static String withoutLineEnd(String text) {
        String password = text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
        return password.endsWith("\r") ? password.substring(0, password.length() - 1) : password;
    }

    private static String ask(String question, Session session) throws Exception {
        session.err().print(question);
        session.err().flush();
        String answer = readLine(session.in());
        if (answer == null || answer.isBlank()) {
            throw new UsageException(
                    "no user name and password were given",
                    "Use --username and --password-stdin where nobody can be asked.");
        }
        return answer.strip();
    }

    private static @Nullable String readLine(InputStream in) throws IOException {
        var line = new ByteArrayOutputStream();
        int c = in.read();
        if (c < 0) {
            return null;
        }
        while (c >= 0 && c != '\n' && line.size() < LONGEST_ANSWER) {
            line.write(c);
            c = in.read();
        }
        return line.toString(StandardCharsets.UTF_8);
    }
}
