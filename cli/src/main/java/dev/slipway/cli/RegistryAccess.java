package dev.slipway.cli;

import dev.slipway.cli.options.Option;
import dev.slipway.cli.options.Parsed;
import dev.slipway.cli.options.UsageException;
import dev.slipway.cli.progress.TransferProgress;
import dev.slipway.distribution.Registries;
import dev.slipway.distribution.RegistrySettings;
import dev.slipway.distribution.TransferListener;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/// What all commands that talk to registries have in common.
final class RegistryAccess {
    static final Option AUTH_FILE =
            Option.value(
                            "authfile",
                            "FILE",
                            "The file with credentials, in place of docker's and" + " podman's")
                    .environment("REGISTRY_AUTH_FILE")
                    .offers(Option.Offer.FILES);
    static final Option CREDS =
            Option.value(
                    "creds",
                    "USER[:PASSWORD]",
                    "Credentials for this once; others can see them in"
                            + " the list of processes, so prefer slipway login");
    static final Option TLS_VERIFY =
            Option.value(
                            "tls-verify",
                            "BOOL",
                            "Whether registries must prove who they are; false also allows plain"
                                    + " http")
                    .choices("true", "false")
                    .standard("true")
                    .implied("true");
    static final Option QUIET = Option.flag("quiet", 'q', "Print nothing but the result");

    private RegistryAccess() {}

    static Registries open(Parsed line, Session session, TransferListener listener)
            throws UsageException {
        RegistrySettings settings = RegistrySettings.of(session.environment());
        String file = line.text(AUTH_FILE);
        return new Registries(
                settings.withAuthFile(file == null ? null : Path.of(file))
                        .withLogin(line.text(CREDS))
                        .withTlsVerify(!line.text(TLS_VERIFY, "true").equals("false")),
                listener);
    }

    /// Registries for commands that have no options for them.
    static Registries open(Session session, TransferListener listener) {
        return new Registries(RegistrySettings.of(session.environment()), listener);
    }

    static TransferProgress progress(Session session, boolean quiet) {
        return new TransferProgress(session.err(), session.isLively(true), quiet);
    }

    /// Does work that waits for a network so that Ctrl-C ends it at once: virtual threads, unlike
    /// others, leave a socket when they are interrupted.
    static <T> T stoppably(Session session, Callable<T> work) throws Exception {
        var task = new FutureTask<>(work);
        Thread thread = Thread.ofVirtual().name("transfer").unstarted(task);
        try (Console.Stopping _ = session.console().onStop(thread::interrupt)) {
            thread.start();
            return task.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        } catch (InterruptedException e) {
            thread.interrupt();
            throw e;
        }
    }
}
