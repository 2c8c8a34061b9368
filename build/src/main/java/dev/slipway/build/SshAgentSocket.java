package dev.slipway.build;

import dev.slipway.linux.Dir;
import dev.slipway.linux.RawPath;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The socket that a command finds where an ssh mount was asked for, and the threads behind it.
final class SshAgentSocket implements AutoCloseable {
    private static final String NAME = "agent";

    private final Path socket;
    private final ServerSocketChannel server;
    private final SshAgent agent;
    private final Set<SocketChannel> clients = ConcurrentHashMap.newKeySet();

    private SshAgentSocket(Path socket, ServerSocketChannel server, SshAgent agent) {
        this.socket = socket;
        this.server = server;
        this.agent = agent;
    }

    /// Listens in `directory`, which must be empty and this process's own.
    static SshAgentSocket listen(Path directory, SshSource source, RunMount.Ssh mount)
            throws IOException {
        var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        boolean listening = false;
        try (var dir = Dir.open(directory)) {
            // Through the descriptor, since a socket's path must be short.
            server.bind(UnixDomainSocketAddress.of(dir.procPath() + "/" + NAME));
            var name = RawPath.of(NAME);
            dir.chown(name, mount.uid(), mount.gid());
            dir.chmod(name, mount.mode());
            listening = true;
        } finally {
            if (!listening) {
                server.close();
            }
        }
        var made = new SshAgentSocket(directory.resolve(NAME), server, new SshAgent(source));
        // Not virtual ones: accepting would hold a carrier.
        Thread.ofPlatform().daemon().name("ssh-agent").start(made::accept);
        return made;
    }

    Path path() {
        return socket;
    }

    private void accept() {
        try {
            while (true) {
                var client = server.accept();
                clients.add(client);
                Thread.ofPlatform().daemon().name("ssh-client").start(() -> serve(client));
            }
        } catch (ClosedChannelException e) {
            return; // the command has ended
        } catch (IOException e) {
            close();
        }
    }

    private void serve(SocketChannel client) {
        try (client) {
            agent.serve(client);
        } catch (IOException e) {
            return; // the client went away, or the user's agent did: the client sees the end
        } finally {
            clients.remove(client);
        }
    }

    /// Stops listening and hangs up. Idempotent.
    @Override
    public void close() {
        closeQuietly(server);
        for (var client : clients) {
            closeQuietly(client);
        }
    }

    private static void closeQuietly(java.nio.channels.Channel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            return; // it is of no use any more in any case
        }
    }
}
