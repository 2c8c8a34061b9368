package dev.slipway.cli;

import dev.slipway.build.BuildRequest;
import dev.slipway.build.ImageSource;
import dev.slipway.build.LockFile;
import dev.slipway.build.bake.BakeTarget;
import dev.slipway.cli.options.OptionParser;
import dev.slipway.cli.options.Parsed;
import dev.slipway.cli.options.UsageException;
import dev.slipway.distribution.Registries;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/// Makes requests of a bake file's targets, by the command line of `slipway build` that a target
/// is.
final class TargetRequests {
    private static final String INLINE =
            "the Dockerfile is in the bake file, and a lock is kept beside a Dockerfile";

    private TargetRequests() {}

    /// The target's command line.
    ///
    /// @param more options that go before its own
    static Parsed parse(BakeTarget target, List<String> more, Session session)
            throws UsageException, CommandException {
        List<String> words = new ArrayList<>(more);
        words.addAll(target.arguments());
        try {
            return OptionParser.parse(
                    BuildFlags.spec(), Globals.afterCommand(), words, session.environment());
        } catch (UsageException wrong) {
            throw in(target, wrong);
        }
    }

    /// What that command line asks for, with what it cannot say.
    static BuildRequest.Builder request(BakeTarget target, Parsed parsed, Session session)
            throws CommandException, IOException {
        try {
            BuildRequest.Builder request = new BuildArguments(parsed, session).request();
            String inline = target.dockerfileInline();
            return inline == null ? request : request.dockerfileText(inline);
        } catch (UsageException wrong) {
            throw in(target, wrong);
        }
    }

    /// The same, held to its Dockerfile's lock. One that is in the bake file has none: then only
    /// what it pins itself may be used.
    static BuildRequest.Builder locked(
            BakeTarget target, BuildRequest.Builder request, Supplier<Registries> registries)
            throws CommandException {
        try {
            LockFile lock =
                    target.dockerfileInline() == null
                            ? new LockFile(BuildArguments.lock(request))
                            : LockFile.none(INLINE);
            return request.lock(lock)
                    .images(ImageSource.locked(lock, ImageSource.pulling(registries)));
        } catch (UsageException wrong) {
            throw in(target, wrong);
        }
    }

    /// The user did not type that command line: what is wrong with it is the file's fault.
    static CommandException in(BakeTarget target, UsageException wrong) {
        return new CommandException(
                "the target " + target.name() + ": " + wrong.text(), wrong.hint());
    }
}
