package dev.slipway.build.fetch;

import dev.slipway.linux.Dir;
import dev.slipway.linux.RawPath;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/// The bare copy of one remote, and checkouts made from it. The room's change lock must be held.
final class GitMirror {
    /// What git takes for no limit, also where the repository is shallow.
    private static final String ALL = "2147483647";

    private final GitAddress address;
    private final CacheRoom room;
    private final GitCommand git;
    private final Path mirror;

    GitMirror(GitAddress address, CacheRoom room, Surroundings surroundings)
            throws FetchException, IOException {
        this.address = address;
        this.room = room;
        this.git = new GitCommand(address, surroundings, room.directory());
        this.mirror = Git.mirror(room);
    }

    /// Makes a checkout of `commit` at `target`, which does not exist.
    void checkOut(String commit, Path target)
            throws FetchException, IOException, InterruptedException {
        ensure(commit);
        String name = ".new-" + System.nanoTime();
        Path work = room.resolve(name);
        try {
            make(commit, work);
            Files.move(work, target);
        } finally {
            try (Dir dir = Dir.open(room.directory())) {
                if (dir.statIfExists(RawPath.of(name)) != null) {
                    dir.removeTree(RawPath.of(name));
                }
            }
        }
    }

    private void ensure(String commit) throws FetchException, IOException, InterruptedException {
        if (!Files.exists(mirror.resolve("HEAD"))) {
            String format = commit.length() == 64 ? "sha256" : "sha1";
            git.run(
                    "cannot make a repository in the store",
                    room.directory(),
                    "init",
                    "--quiet",
                    "--bare",
                    "--template=",
                    "--object-format=" + format,
                    mirror.toString());
        }
        if (has(commit)) {
            return;
        }
        String ref = address.place().ref();
        GitCommand.Outcome last = fetch("1", "+" + (ref == null ? "HEAD" : ref) + kept(commit));
        if (!has(commit)) { // a commit that is no tip, or a branch that moved meanwhile
            last = fetch("1", "+" + commit + kept(commit));
        }
        if (!has(commit)) { // a server that gives no single commits
            last = fetch(ALL, "+refs/heads/*:refs/all/heads/*", "+refs/tags/*:refs/all/tags/*");
        }
        if (!has(commit)) {
            throw last.isGood()
                    ? new FetchException(address.remote() + " has no commit " + commit, null)
                    : git.failure("cannot fetch " + address, last);
        }
        git.run("cannot keep " + commit, mirror, "update-ref", "refs/slipway/" + commit, commit);
    }

    private static String kept(String commit) {
        return ":refs/slipway/" + commit;
    }

    private boolean has(String commit) throws FetchException, IOException, InterruptedException {
        return git.attempt(mirror, "cat-file", "-e", commit + "^{commit}").isGood();
    }

    private GitCommand.Outcome fetch(String depth, String... refs)
            throws FetchException, IOException, InterruptedException {
        String[] command = new String[refs.length + 8];
        String[] options = {
            "fetch", "--quiet", "--force", "--no-tags", "--no-write-fetch-head", "--depth=" + depth
        };
        System.arraycopy(options, 0, command, 0, options.length);
        command[6] = "--";
        command[7] = address.remote();
        System.arraycopy(refs, 0, command, 8, refs.length);
        return git.attempt(mirror, command);
    }

    private void make(String commit, Path work)
            throws FetchException, IOException, InterruptedException {
        GitPlace place = address.place();
        String what = "cannot check out " + address;
        String format = commit.length() == 64 ? "sha256" : "sha1";
        git.run(
                what,
                room.directory(),
                "init",
                "--quiet",
                "--template=",
                "--object-format=" + format,
                work.toString());
        if (place.keeps()) {
            git.runLocally(
                    what,
                    work,
                    "fetch",
                    "--quiet",
                    "--no-tags",
                    "--no-write-fetch-head",
                    "--depth=1",
                    "--",
                    mirror.toString(),
                    commit + kept(commit));
        } else {
            borrow(work);
        }
        git.run(what, work, "config", "remote.origin.url", address.remote());
        git.run(what, work, "checkout", "--quiet", "--detach", commit);
        if (place.submodules() && isFile(work.resolve(".gitmodules"))) {
            git.run(
                    "cannot check out the submodules of " + address,
                    work,
                    "submodule",
                    "--quiet",
                    "update",
                    "--init",
                    "--recursive",
                    "--force",
                    "--depth=1");
        }
        CheckoutFiles.settle(work, place.keeps(), place.commitTime() ? time(commit) : null);
    }

    private static boolean isFile(Path file) {
        return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
    }

    /// Lets a checkout read the mirror's objects where they are.
    private void borrow(Path work) throws IOException {
        Path info = Files.createDirectories(work.resolve(".git/objects/info"));
        byte[] objects = (mirror.resolve("objects") + "\n").getBytes(StandardCharsets.UTF_8);
        Files.write(info.resolve("alternates"), objects);
    }

    private @Nullable Long time(String commit)
            throws FetchException, IOException, InterruptedException {
        String text =
                git.run("cannot read " + commit, mirror, "show", "-s", "--format=%ct", commit)
                        .strip();
        try {
            return Long.valueOf(text);
        } catch (NumberFormatException e) {
            throw new FetchException("commit " + commit + " has no time", null, e);
        }
    }
}
