package dev.slipway.cli;

import dev.slipway.build.BuildException;
import dev.slipway.build.BuildRequest;
import dev.slipway.build.RemoteFiles;
import dev.slipway.build.bake.BakeException;
import dev.slipway.build.bake.BakeFiles;
import dev.slipway.build.bake.BakePlan;
import dev.slipway.build.bake.BakeSource;
import dev.slipway.build.fetch.Addresses;
import dev.slipway.cli.options.OptionParser;
import dev.slipway.cli.options.Parsed;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A bake file that is in a git repository or on the web. Paths in the file of a repository are
/// those of the repository, as its stranger cannot know this directory; `cwd://` means this one.
final class BakeRemote {
    private final String address;
    private final Parsed line;
    private final Session session;
    private boolean repository;

    BakeRemote(String address, Parsed line, Session session) {
        this.address = address;
        this.line = line;
        this.session = session;
    }

    /// Fetches and reads the files.
    ///
    /// @param names what `-f` says
    List<BakeSource> read(List<String> names, Path here) throws Exception {
        if (ProgressChoice.isForPeople(line)) {
            session.err().println("Fetching " + Addresses.redacted(address));
        }
        try (RemoteFiles files =
                RemoteFiles.fetch(session.store(), request(), BakeFiles.MAX_BYTES)) {
            repository = files.isRepository();
            return BakeFiles.read(names, files, here, session.in());
        } catch (BakeException wrong) {
            throw new CommandException(
                    Addresses.redacted(address) + ": " + wrong.getMessage(), wrong.hint());
        }
    }

    /// The request of a build from there: it says with what credentials to fetch.
    private BuildRequest request() throws Exception {
        List<String> words = new ArrayList<>();
        for (String name : new String[] {"GIT_AUTH_TOKEN", "GIT_AUTH_HEADER"}) {
            if (session.variable("BUILDX_BAKE_" + name) != null) {
                words.add("--secret=id=" + name + ",env=BUILDX_BAKE_" + name);
            }
        }
        String keys = session.variable("BUILDX_BAKE_GIT_SSH");
        String agent = session.environment().get("SSH_AUTH_SOCK");
        if (keys != null) {
            words.add("--ssh=default=" + keys);
        } else if (agent != null && Files.exists(Path.of(agent))) {
            words.add("--ssh=default");
        }
        words.add("--");
        words.add(address);
        Parsed build =
                OptionParser.parse(
                        BuildFlags.spec(), Globals.afterCommand(), words, session.environment());
        return new BuildArguments(build, session).request().build();
    }

    /// The plan, with contexts from where its file is.
    BakePlan moved(BakePlan plan) throws BuildException {
        return repository ? plan.in(address) : plan;
    }

    /// The same for people: without credentials.
    BakePlan shown(BakePlan plan) throws BuildException {
        return repository ? plan.in(Addresses.redacted(address)) : plan;
    }
}
