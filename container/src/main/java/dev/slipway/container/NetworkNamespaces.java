package dev.slipway.container;

import dev.slipway.linux.Fd;
import dev.slipway.linux.LinuxException;
import dev.slipway.linux.Namespaces;
import dev.slipway.linux.OpenFlags;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;

/// Network namespaces with nothing but a loopback interface, for containers one after the other:
/// the kernel takes longer to make and to take down one than all else a container needs.
///
/// No two containers have the same one at the same time: one is free only once the container that
/// had it has ended, with all its processes, as the first process of a pid namespace does not end
/// before the others. A free one shows the next container nothing of the last:
///
/// - Sockets go with the processes that have them, listening ones and those with an abstract name
///   as well. A socket may have been passed to a process elsewhere, over a socket in a cache mount
///   say, and would still be of this namespace: so one that has a socket left is not used again.
/// - What loopback leaves when it was used (connections that wait, routes and metrics learned,
///   counters that can be read) is left only if a packet went over it: one with any is not used
///   again.
/// - Interfaces, addresses, routes, rules and settings need CAP_NET_ADMIN in the namespace, which
///   the usual set of capabilities does not have, and a user namespace that a process makes does
///   not give; `/proc/sys` is read-only. A container with more rights than usual, or with settings
///   of its own, never gives its one back.
///
/// Thread-safe. Nothing of it outlives this process: what it keeps are descriptors.
final class NetworkNamespaces implements AutoCloseable {
    private static final Path SOCKETS = Path.of("/proc/thread-self/net/sockstat");
    private static final Path INTERFACES = Path.of("/proc/thread-self/net/dev");
    private static final Path OWN = Path.of("/proc/thread-self/ns/net");
    private static final String NO_SOCKETS = "sockets: used 0\n";
    private static final int MAX_BYTES = 4096;

    /// As many as are ever in use at once on a machine of a few processors.
    private static final int MAX_FREE = 16;

    private final Deque<Fd> free = new ArrayDeque<>();
    private boolean closed;

    /// One that the calling thread is in, and no other container.
    final class Lease {
        private final Fd namespace;

        private Lease(Fd namespace) {
            this.namespace = namespace;
        }

        /// Lets it be used again. To be called by a thread that is in it, when no process that was
        /// in it is left.
        void giveBack() {
            keep(namespace);
        }

        /// Never lets it be used again.
        void drop() {
            namespace.close();
        }
    }

    /// Moves this thread into a new one.
    static void enterNew() throws LinuxException {
        Namespaces.unshare(Namespaces.NET);
        Namespaces.loopbackUp();
    }

    /// Moves this thread into one that nobody is in.
    Lease enter() throws LinuxException {
        for (Fd known = take(); known != null; known = take()) {
            Namespaces.enter(known, Namespaces.NET);
            if (isUntouched()) {
                return new Lease(known);
            }
            known.close();
        }
        enterNew();
        return new Lease(Fd.open(OWN, OpenFlags.O_RDONLY, 0));
    }

    private synchronized @Nullable Fd take() {
        return free.poll();
    }

    private synchronized void keep(Fd namespace) {
        if (closed || free.size() == MAX_FREE) {
            namespace.close();
        } else {
            free.push(namespace);
        }
    }

    /// Whether the namespace this thread is in is as [#enterNew] made it. It is looked at when it
    /// is to be used again, not when it is given back: the kernel lets some sockets go only a
    /// little after their process.
    private static boolean isUntouched() throws LinuxException {
        return read(SOCKETS).startsWith(NO_SOCKETS) && hasOnlyZeros(read(INTERFACES));
    }

    /// Whether no interface of `/proc/net/dev` ever had a packet.
    static boolean hasOnlyZeros(String interfaces) {
        int colon = interfaces.indexOf(':');
        if (colon < 0) {
            return false;
        }
        while (colon >= 0) {
            int end = interfaces.indexOf('\n', colon);
            if (end < 0) {
                return false; // more than was read
            }
            for (int i = colon + 1; i < end; i++) {
                char c = interfaces.charAt(i);
                if (c != ' ' && c != '0') {
                    return false;
                }
            }
            colon = interfaces.indexOf(':', end);
        }
        return true;
    }

    private static String read(Path file) throws LinuxException {
        byte[] bytes = new byte[MAX_BYTES];
        try (Fd fd = Fd.open(file, OpenFlags.O_RDONLY, 0)) {
            int count = fd.read(bytes, 0, bytes.length);
            return new String(bytes, 0, Math.max(count, 0), StandardCharsets.ISO_8859_1);
        }
    }

    /// Lets the free ones go, and those in use when they are given back.
    @Override
    public synchronized void close() {
        closed = true;
        free.forEach(Fd::close);
        free.clear();
    }
}
