package dev.slipway.cli;

import dev.slipway.build.BuildEvent;
import dev.slipway.build.BuildListener;
import dev.slipway.build.BuildRequest;
import dev.slipway.build.Cancellation;
import dev.slipway.build.ShellCommand;
import dev.slipway.build.StepShell;
import dev.slipway.build.record.BuildRecords;
import dev.slipway.build.record.RecordedBuild;
import dev.slipway.cli.options.CommandSpec;
import dev.slipway.cli.options.Option;
import dev.slipway.cli.options.Parsed;
import dev.slipway.cli.options.UsageException;
import dev.slipway.container.ContainerIo;

import java.util.ArrayList;
import java.util.List;

/// `slipway debug`: a shell, or a command, in the state of a step of a build that is over.
final class DebugCommand implements Command {
    private static final Option USER =
            Option.value("user", 'u', "USER[:GROUP]", "Be this user instead of the step's");
    private static final Option ROOT = Option.flag("root", "Be root: --user 0:0");
    private static final Option WORKDIR =
            Option.value("workdir", 'w', "PATH", "Be in this directory instead of the step's");
    private static final Option ENV = Option.list("env", 'e', "NAME=VALUE", "Set a variable");

    @Override
    public CommandSpec spec() {
        return new CommandSpec("debug", "Look around in the state of a step of a build")
                .usage("[OPTIONS] [BUILD [STEP]] [-- COMMAND [ARG...]]")
                .arguments(0, -1, Option.Offer.NOTHING)
                .options("Who and where", USER, ROOT, WORKDIR, ENV)
                .options(
                        "What is not recorded",
                        BuildRunFlags.SECRET,
                        BuildRunFlags.SSH,
                        BuildRunFlags.RUNTIME)
                .describe(
                        """
                        Without STEP, it is the step that failed, and its files are as it left them; of another step,
                        they are as they were before it. Mounts, variables, user, directory and network are the step's.
                        Secrets and ssh agents are not recorded: give them again.

                        Without COMMAND it is a shell, which needs a terminal. What is changed is dropped at the end.

                        """
                                + BuildChoice.WORDS)
                .example("A shell where the last build failed", "slipway debug")
                .example("What did it leave?", "slipway debug ^0 -- ls -l /app")
                .example("Before step 4, as root", "slipway debug --root ^0 4")
                .exitCode("N", "the exit code of COMMAND");
    }

    @Override
    public int run(Parsed line, Session session) throws Exception {
        List<String> named = line.beforeDashes();
        if (named.size() > 2) {
            throw new UsageException(
                    "a build and a step are all there is to name",
                    "Put a command after --: slipway debug ^0 -- " + named.get(2));
        }
        List<String> command = line.afterDashes();
        if (command.isEmpty()) {
            FailureShell.needTerminal(session, "Name a command: slipway debug ^0 -- COMMAND.");
        }
        ShellCommand shell = shell(line, command, session);
        Rootless.require(session);
        BuildRecords records = new BuildRecords(session.home());
        String id = BuildChoice.id(records, named.isEmpty() ? "" : named.getFirst());
        RecordedBuild build = records.read(id);
        int step = named.size() > 1 ? StepChoice.number(build, named.get(1)) : 0;
        BuildRequest.Builder more = BuildRequest.withoutContext();
        new BuildRunArguments(line, session).addDebugging(more);
        BuildRequest given = more.build();
        Cancellation cancellation = new Cancellation();
        try (Console.Stopping _ = session.console().onStop(cancellation::cancel);
                StepShell state =
                        StepShell.open(
                                session.store(),
                                id,
                                step,
                                request -> prepare(request, given, cancellation, session))) {
            if (command.isEmpty()) {
                FailureShell.greet(state, session);
            }
            return state.run(shell, io(command, session));
        }
    }

    private static void prepare(
            BuildRequest.Builder request,
            BuildRequest given,
            Cancellation cancellation,
            Session session) {
        given.secrets().forEach(request::secret);
        given.sshSources().forEach(request::ssh);
        if (given.runtime() != null) {
            request.runtime(given.runtime());
        }
        request.cancellation(cancellation).listener(warnings(session));
    }

    private static BuildListener warnings(Session session) {
        return event -> {
            if (event instanceof BuildEvent.Warning warning) {
                session.err().println("warning: " + warning.message());
            }
        };
    }

    private static ShellCommand shell(Parsed line, List<String> command, Session session)
            throws UsageException {
        String user = line.is(ROOT) ? "0:0" : line.text(USER);
        List<String> environment = new ArrayList<>();
        if (command.isEmpty()) {
            environment.addAll(FailureShell.environment(session));
        }
        for (String variable : line.texts(ENV)) {
            if (variable.indexOf('=') <= 0) {
                throw Parsed.wrongValue(ENV, variable, "NAME=VALUE");
            }
            environment.add(variable);
        }
        String directory = line.text(WORKDIR);
        if (directory != null && !directory.startsWith("/")) {
            throw Parsed.wrongValue(WORKDIR, directory, "an absolute path");
        }
        return new ShellCommand(command, user, directory, environment, command.isEmpty());
    }

    private static ContainerIo io(List<String> command, Session session) {
        session.out().flush();
        return command.isEmpty()
                ? ContainerIo.inherit()
                : new ContainerIo.Streams(session.in(), session.dataOut(), session.dataErr());
    }
}
