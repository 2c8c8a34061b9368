package dev.slipway.cli;

import dev.slipway.build.BuildListener;
import dev.slipway.build.BuildPlan;
import dev.slipway.build.BuildRequest;
import dev.slipway.build.BuildResult;
import dev.slipway.build.Builder;
import dev.slipway.build.Cancellation;
import dev.slipway.build.Step;
import dev.slipway.cli.options.CommandSpec;
import dev.slipway.cli.options.Parsed;
import dev.slipway.cli.progress.Progress;
import dev.slipway.container.RootlessLauncher;
import dev.slipway.image.InvalidReferenceException;
import dev.slipway.image.Reference;

import org.jspecify.annotations.Nullable;

/// `slipway build`: from a Dockerfile to an image.
final class BuildCommand implements Command {
    @Override
    public CommandSpec spec() {
        return BuildFlags.spec();
    }

    @Override
    public int run(Parsed line, Session session) throws Exception {
        // Standard input, and a secret that is a pipe, can be read only once.
        boolean readsOnce =
                line.argument().equals("-")
                        || "-".equals(line.text(BuildFlags.FILE))
                        || line.has(BuildRunFlags.SECRET);
        if (readsOnce) {
            Rootless.prefer(session); // later it would be too late: what was read is gone
        }
        boolean shell = line.text(BuildFlags.ON_FAILURE, "stop").equals("shell");
        if (shell || line.has(BuildFlags.ON)) {
            FailureShell.needTerminal(
                    session, "Look around afterwards: slipway debug ^0 -- COMMAND.");
        }
        BuildRequest.Builder request = new BuildArguments(line, session).request();
        String call = line.text(BuildFlags.CALL, "build");
        if (line.is(BuildFlags.CHECK)) {
            call = "check";
        }
        if (!call.equals("build")) {
            return new BuildCalls(line, session).run(call, request.build());
        }
        if (line.is(BuildFlags.PLAN)) {
            BuildPlan plan = Builder.plan(session.store(), request.build());
            boolean json = line.text(BuildFlags.FORMAT, "text").equals("json");
            session.out().print(json ? plan.toJson() + "\n" : plan.toText());
            return Main.OK;
        }
        String lint = line.has(BuildFlags.LINT) ? line.text(BuildFlags.LINT) : null;
        if ("error".equals(lint)) {
            BuildLint found = BuildLint.of(session, request.build());
            if (found.isRefused()) {
                session.err().println(found.count());
                return Main.REFUSED;
            }
        }
        // An archive on standard input can be read once: whatever its Dockerfile does shows later.
        if (RootlessLauncher.isNeeded()
                && !line.argument().equals("-")
                && runsCommands(request, session)) {
            Rootless.require(session);
        }
        LintBeside beside = new LintBeside(session, request.build());
        boolean forPeople = ProgressChoice.isForPeople(line);
        boolean counts = forPeople && (lint == null || lint.equals("warn"));
        BuildResult result = build(request, counts ? beside : null, line, session);
        if (line.is(BuildFlags.QUIET)) {
            session.out().println(result.imageId());
        } else if (forPeople) {
            report(result, session);
            // A build that had nothing to do is not made to wait for this.
            if (counts && (lint != null || result.madeSteps() > 0)) {
                beside.report();
            }
        }
        if (result.madeSteps() > 0) {
            session.err().flush();
            CacheCollection.afterBuild(session);
        }
        return Main.OK;
    }

    /// Says what a build made, for people.
    static void report(BuildResult result, Session session) throws InvalidReferenceException {
        StringBuilder text = new StringBuilder("Built ").append(result.imageId().shortHex());
        String separator = " as ";
        for (String name : result.names()) {
            text.append(separator).append(Reference.parse(name).familiar());
            separator = ", ";
        }
        int made = result.madeSteps();
        text.append(": ").append(made).append(made == 1 ? " step" : " steps").append(" done, ");
        session.err().println(text.append(result.cachedSteps()).append(" from the cache"));
    }

    /// A build without RUN needs no more rights than writing the store does.
    private static boolean runsCommands(BuildRequest.Builder request, Session session)
            throws Exception {
        for (Step step : Builder.plan(session.store(), request.build()).steps()) {
            if (step instanceof Step.Run) {
                return true;
            }
        }
        return false;
    }

    private static BuildResult build(
            BuildRequest.Builder request,
            @Nullable BuildListener beside,
            Parsed line,
            Session session)
            throws Exception {
        Cancellation cancellation = new Cancellation();
        try (Console.Stopping _ = session.console().onStop(cancellation::cancel);
                Progress progress = ProgressChoice.of(line, session)) {
            BuildListener listener = beside == null ? progress : both(progress, beside);
            request.listener(listener).cancellation(cancellation);
            if (line.text(BuildFlags.ON_FAILURE, "stop").equals("shell")
                    || line.has(BuildFlags.ON)) {
                request.onFailure(FailureShell.handler(progress, session));
            }
            return Builder.build(session.store(), request.build());
        }
    }

    private static BuildListener both(BuildListener first, BuildListener second) {
        return event -> {
            first.on(event);
            second.on(event);
        };
    }
}
