package dev.slipway.cli;

import dev.slipway.build.BuildException;
import dev.slipway.build.BuildRequest;
import dev.slipway.build.Subrequests;
import dev.slipway.cli.options.Parsed;
import dev.slipway.cli.options.UsageException;

import java.io.IOException;

/// `slipway build --call`: what a Dockerfile says of itself, instead of building it.
final class BuildCalls {
    /// Why a Dockerfile cannot be checked.
    static final String NO_CHECK =
            "this version has no linter; --call=outline reads the Dockerfile.";

    private final Parsed line;
    private final Session session;

    BuildCalls(Parsed line, Session session) {
        this.line = line;
        this.session = session;
    }

    /// @param call `METHOD[,format=json|text]`
    int run(String call, BuildRequest request) throws UsageException, BuildException, IOException {
        String[] words = call.split(",", -1);
        boolean json = line.text(BuildFlags.FORMAT, "text").equals("json");
        for (int i = 1; i < words.length; i++) {
            json =
                    switch (words[i]) {
                        case "format=json" -> true;
                        case "format=text" -> false;
                        default ->
                                throw Parsed.wrongValue(
                                        BuildFlags.CALL,
                                        call,
                                        "format=json or format=text after a method");
                    };
        }
        String text =
                switch (words[0]) {
                    case "outline" -> Subrequests.of(session.store(), request).outline(json);
                    case "targets" -> Subrequests.of(session.store(), request).targets(json);
                    case "subrequests.describe" -> Subrequests.describe(json);
                    case "check", "lint" ->
                            throw new UsageException("--call=check is not available: " + NO_CHECK);
                    default ->
                            throw Parsed.wrongValue(
                                    BuildFlags.CALL,
                                    call,
                                    "build, outline, targets or subrequests.describe");
                };
        session.out().print(text);
        return Main.OK;
    }
}
