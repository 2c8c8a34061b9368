package dev.slipway.cli;

import dev.slipway.build.record.BuildNotFoundException;
import dev.slipway.build.record.BuildRecords;

import java.io.IOException;

/// Finds the build that an argument means.
final class BuildChoice {
    /// How arguments that name a build are explained.
    static final String WORDS =
            "A build is named by its ID, the beginning of one, or ^N: the Nth before the last."
                    + " Without a name it is the last.";

    private BuildChoice() {}

    /// @param name empty: the last build
    static String id(BuildRecords records, String name) throws IOException, CommandException {
        try {
            return records.resolve(name);
        } catch (BuildNotFoundException e) {
            String message = e.getMessage() == null ? name : e.getMessage();
            throw new CommandException(message, "See slipway builds ls.");
        }
    }
}
