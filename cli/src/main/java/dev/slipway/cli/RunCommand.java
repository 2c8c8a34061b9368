package dev.slipway.cli;

import dev.slipway.cli.options.CommandSpec;
import dev.slipway.cli.options.Parsed;
import dev.slipway.cli.options.UsageException;
import dev.slipway.container.ContainerException;
import dev.slipway.container.ContainerIo;
import dev.slipway.container.RunningContainer;
import dev.slipway.container.Runtimes;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// `slipway run`: a container in the foreground.
final class RunCommand implements Command {
    /// The tool failed, not the container: docker's code for it, so that scripts can tell.
    static final int TOOL_FAILED = 125;

    @Override
    public CommandSpec spec() {
        return RunFlags.spec();
    }

    @Override
    public int wrongUsage() {
        return TOOL_FAILED;
    }

    @Override
    public int run(Parsed line, Session session) throws Exception {
        try {
            return runContainer(line, session);
        } catch (ContainerException failed) {
            session.out().flush();
            new ErrorPrinter(session).print(failed);
            return failed.exitCode();
        } catch (UsageException | InterruptedException e) {
            throw e;
        } catch (Exception failed) {
            session.out().flush();
            new ErrorPrinter(session).print(failed);
            return TOOL_FAILED;
        }
    }

    private static int runContainer(Parsed line, Session session) throws Exception {
        checkTerminal(line, session);
        Rootless.require(session);
        try (RunPreparation prepared = RunPreparation.of(line, session)) {
            writeId(line.text(RunFlags.CIDFILE), prepared.id());
            ContainerIo io = streams(line, session);
            session.out().flush();
            String runtime = line.text(RunFlags.RUNTIME, "embedded");
            try (RunningContainer container = Runtimes.named(runtime).start(prepared.spec(), io)) {
                warn(container, line, session);
                return waitFor(container, line, session);
            }
        }
    }

    private static void checkTerminal(Parsed line, Session session) throws UsageException {
        boolean wanted = line.is(RunFlags.TTY) && line.is(RunFlags.INTERACTIVE);
        if (wanted && !session.console().isInTerminal()) {
            throw new UsageException(
                    "the input device is not a terminal",
                    "Leave -t out when standard input is no terminal.");
        }
    }

    private static int waitFor(RunningContainer container, Parsed line, Session session)
            throws Exception {
        if (!line.is(RunFlags.SIG_PROXY)) {
            return container.waitFor();
        }
        try (Console.Stopping _ =
                session.console().onSignal(signal -> forward(container, signal))) {
            return container.waitFor();
        }
    }

    private static void forward(RunningContainer container, int signal) {
        try {
            container.signal(signal);
        } catch (ContainerException _) {
            // It has ended in the meantime.
        }
    }

    /// With `-i` or `-t` the container gets this process's streams themselves, else only its output
    /// is passed on.
    private static ContainerIo streams(Parsed line, Session session) throws UsageException {
        boolean interactive = line.is(RunFlags.INTERACTIVE);
        if (session.console().isProcess() && (interactive || line.is(RunFlags.TTY))) {
            return ContainerIo.inherit();
        }
        return new ContainerIo.Streams(
                interactive ? session.in() : null, session.dataOut(), session.dataErr());
    }

    private static void warn(RunningContainer container, Parsed line, Session session)
            throws UsageException {
        if (line.is(RunFlags.QUIET)) {
            return;
        }
        for (String warning : container.warnings()) {
            session.err().println("warning: " + warning);
        }
        session.err().flush();
    }

    private static void writeId(@org.jspecify.annotations.Nullable String file, String id)
            throws IOException, CommandException {
        if (file == null) {
            return;
        }
        try {
            byte[] text = id.getBytes(StandardCharsets.US_ASCII);
            Files.write(
                    Path.of(file), text, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        } catch (FileAlreadyExistsException _) {
            throw new CommandException(
                    "the --cidfile " + file + " exists already",
                    "Remove it, or name another file.");
        }
    }
}
