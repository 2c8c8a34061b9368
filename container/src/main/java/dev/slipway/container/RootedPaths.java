package dev.slipway.container;

import dev.slipway.linux.Dir;
import dev.slipway.linux.Errno;
import dev.slipway.linux.FileStat;
import dev.slipway.linux.FileType;
import dev.slipway.linux.LinuxException;
import dev.slipway.linux.RawPath;

import java.util.ArrayDeque;
import java.util.Deque;

/// Follows the symbolic links of a path inside a container's root, where the end of the path need
/// not exist.
///
/// The kernel follows links only to what exists; the target of a mount may be a link to nothing
/// yet, as `/etc/resolv.conf` is in Ubuntu's images. What comes out holds no links, so that it can
/// be opened with [dev.slipway.linux.Resolve#NO_SYMLINKS]: if somebody swaps a name for a link
/// meanwhile, that fails.
final class RootedPaths {
    private static final int MAX_LINKS = 40; // as the kernel

    private final Dir root;

    RootedPaths(Dir root) {
        this.root = root;
    }

    /// The place `path` leads to, relative to the root.
    ///
    /// @throws LinuxException ELOOP after 40 links; ENOTDIR if a file lies on the way
    RawPath resolve(RawPath path) throws LinuxException {
        Deque<String> todo = new ArrayDeque<>();
        push(todo, path);
        RawPath done = RawPath.ROOT;
        int links = 0;
        while (!todo.isEmpty()) {
            String name = todo.pop();
            if (name.isEmpty() || name.equals(".")) {
                continue;
            }
            if (name.equals("..")) {
                done = done.isRoot() ? done : done.parent();
                continue;
            }
            RawPath next = done.child(name);
            FileStat stat = root.statIfExists(next);
            if (stat == null || stat.type() != FileType.SYMLINK) {
                done = next;
                continue;
            }
            if (++links > MAX_LINKS) {
                throw new LinuxException(Errno.ELOOP, "resolve", path.toString());
            }
            RawPath target = root.readLink(next);
            if (target.latin1().startsWith("/")) {
                done = RawPath.ROOT;
            }
            push(todo, target);
        }
        return done;
    }

    private static void push(Deque<String> todo, RawPath path) {
        String text = path.latin1();
        int end = text.length();
        for (int i = text.length() - 1; i >= -1; i--) {
            if (i < 0 || text.charAt(i) == '/') {
                todo.push(text.substring(i + 1, end));
                end = i;
            }
        }
    }
}
