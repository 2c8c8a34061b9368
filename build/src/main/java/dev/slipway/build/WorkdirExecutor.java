package dev.slipway.build;

import dev.slipway.container.UnknownUserException;
import dev.slipway.container.UserIds;
import dev.slipway.container.Users;
import dev.slipway.image.FileEntry;
import dev.slipway.image.FileTree;
import dev.slipway.image.Layer;
import dev.slipway.linux.RawPath;
import dev.slipway.linux.Timespec;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Makes a working directory and the directories on the way to it, as the current user's.
final class WorkdirExecutor implements Workshop.Executor {
    private static final int MODE = 0755;

    private final Workshop shop;

    WorkdirExecutor(Workshop shop) {
        this.shop = shop;
    }

    @Override
    public @Nullable Layer execute(Workshop.Job job) throws BuildException, IOException {
        var step = (Step.Workdir) job.step();
        var files = shop.view(job.below());
        // Links lead nowhere outside: the path is resolved inside the image's own files.
        var directory = files.resolvePath(RawPath.of(step.directory()).normalize(), true);
        var missing = new ArrayList<RawPath>();
        for (var at = directory; !at.isRoot(); at = at.parent()) {
            var there = files.lookup(at);
            if (there.isEmpty()) {
                missing.add(at);
            } else if (!there.get().isDirectory()) {
                throw BuildException.of("WORKDIR " + step.directory() + ": /" + at + " is a file")
                        .make();
            }
        }
        return missing.isEmpty() ? null : make(step, files, missing);
    }

    private Layer make(Step.Workdir step, FileTree files, List<RawPath> missing)
            throws BuildException, IOException {
        var owner = ids(step.user(), files);
        try (var layer = shop.store().layers().create()) {
            for (int i = missing.size() - 1; i >= 0; i--) {
                layer.put(
                        FileEntry.directory(missing.get(i), MODE)
                                .withOwner(owner.uid(), owner.gid())
                                .withMtime(time()),
                        null);
            }
            return layer.seal();
        }
    }

    /// The epoch where there is one: a directory made by an instruction has no time of its own.
    private Timespec time() {
        var latest = shop.latest();
        return latest == null ? Timespec.EPOCH : latest;
    }

    static UserIds ids(String user, FileTree files) throws BuildException, IOException {
        try {
            return Users.resolve(files, user);
        } catch (UnknownUserException e) {
            throw BuildException.of(BuildException.messageOf(e)).hint(e.hint()).make();
        }
    }
}
