package dev.slipway.build;

import dev.slipway.build.fetch.FetchException;
import dev.slipway.build.fetch.Git;
import dev.slipway.build.fetch.GitAddress;
import dev.slipway.linux.RawPath;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/// A repository, or a directory of it, at one commit. Which one that is, is asked once a build.
final class GitOrigin implements OriginFiles {
    private final GitAddress address;
    private final ContextRoot.Preserved preserved;
    private final boolean ignores;
    private final Elsewhere elsewhere;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable String commit;

    /// @param ignores whether its `.dockerignore` hides files
    GitOrigin(
            GitAddress address,
            ContextRoot.Preserved preserved,
            boolean ignores,
            Elsewhere elsewhere) {
        this.address = address;
        this.preserved = preserved;
        this.ignores = ignores;
        this.elsewhere = elsewhere;
    }

    /// The same, held to what a lock says, wherever its branch or tag is by now.
    GitOrigin at(LockedSource pin) {
        var pinned = new GitOrigin(address, preserved, ignores, elsewhere);
        pinned.commit = pin.hex();
        return pinned;
    }

    @Override
    public @Nullable OpenSource openSource() {
        var place = address.place();
        var ref = place.ref();
        boolean pinned = place.checksum() != null || (ref != null && GitAddress.isCommit(ref));
        return pinned || ignores ? null : new Unpinned(ref);
    }

    /// Directories of one repository share what it is called, and so the commit.
    private final class Unpinned implements OpenSource {
        private final @Nullable String ref;

        Unpinned(@Nullable String ref) {
            this.ref = ref;
        }

        @Override
        public String address() {
            return address.remote() + (ref == null ? "" : "#" + ref);
        }

        @Override
        public String current() throws BuildException, InterruptedException {
            return commit();
        }
    }

    @Override
    public String description() {
        return address.toString();
    }

    @Override
    public String keyName() {
        return address.remote();
    }

    @Override
    public boolean isRemote() {
        return true;
    }

    /// The commit, and what else decides on the files that are checked out.
    @Override
    public KeyPart identity() throws BuildException, InterruptedException {
        var place = address.place();
        var directory = RawPath.of(place.subdirectory()).normalize();
        var how = new StringBuilder(commit());
        how.append(directory.isRoot() ? "" : ":" + directory);
        how.append(Boolean.TRUE.equals(place.keepGitDir()) ? " with .git" : "");
        how.append(place.submodules() ? "" : " without submodules");
        how.append(preserved.owner() || preserved.times() ? " preserved" : "");
        return new KeyPart("commit of " + address, how.toString());
    }

    private String commit() throws BuildException, InterruptedException {
        lock.lockInterruptibly();
        try {
            if (commit == null) {
                commit = new Git(elsewhere.home(), elsewhere).commit(address);
            }
            return commit;
        } catch (FetchException e) {
            throw Elsewhere.failure(e);
        } catch (IOException e) {
            throw BuildException.io("cannot ask " + address, e);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public ProvenanceSteps.@Nullable Material material() {
        lock.lock();
        try {
            return commit == null ? null : material(address, commit);
        } finally {
            lock.unlock();
        }
    }

    /// What provenance says of a repository at a commit.
    static ProvenanceSteps.Material material(GitAddress address, String commit) {
        var ref = address.place().ref();
        return new ProvenanceSteps.Material(
                address.remote() + (ref == null ? "" : "#" + ref),
                commit.length() == 64 ? "sha256" : "sha1",
                commit);
    }

    @Override
    public Opened open() throws BuildException, IOException, InterruptedException {
        try {
            var checkout = new Git(elsewhere.home(), elsewhere).checkout(address, commit());
            var directory = checkout.directory();
            var whole =
                    ignores
                            ? ContextRoot.of(directory, preserved)
                            : new ContextRoot(directory, RawPath.ROOT, null, List.of(), preserved);
            var root = whole.in(RawPath.of(address.place().subdirectory()).normalize());
            return new Opened(root, checkout.fresh() ? 1 : 0, checkout);
        } catch (FetchException e) {
            throw Elsewhere.failure(e);
        }
    }
}
