package dev.slipway.cli;

import dev.slipway.build.FailureHandler;
import dev.slipway.build.ShellCommand;
import dev.slipway.build.StepShell;
import dev.slipway.cli.options.UsageException;
import dev.slipway.cli.progress.Progress;
import dev.slipway.container.ContainerIo;

import java.util.ArrayList;
import java.util.List;

/// A shell on this terminal where a step failed, or where any step was.
final class FailureShell {
    private FailureShell() {}

    /// @throws UsageException if there is no terminal to sit at
    static void needTerminal(Session session, String otherwise) throws UsageException {
        if (!session.console().isInTerminal() || !session.console().isProcess()) {
            throw new UsageException(
                    "a shell needs a terminal, and standard input is none", otherwise);
        }
    }

    /// Opens a shell when a step fails, once the view of the build is closed.
    static FailureHandler handler(Progress progress, Session session) {
        return (shell, why) -> {
            progress.close();
            new ErrorPrinter(session).print(why);
            greet(shell, session);
            shell.run(new ShellCommand(List.of(), null, null, environment(session), true), io());
        };
    }

    static void greet(StepShell shell, Session session) {
        String name = shell.step().name();
        String where =
                shell.isLeftByFailure()
                        ? "A shell where " + name + " failed; what you change is dropped."
                        : "A shell as it was before " + name + "; what you change is dropped.";
        session.err().println(where + " End it with exit.");
        session.err().flush();
        session.out().flush();
    }

    /// What a shell on a terminal needs to know of it.
    static List<String> environment(Session session) {
        List<String> environment = new ArrayList<>();
        String terminal = session.variable("TERM");
        environment.add("TERM=" + (terminal == null ? "xterm" : terminal));
        return environment;
    }

    private static ContainerIo io() {
        return ContainerIo.inherit();
    }
}
