package dev.slipway.container;

import dev.slipway.linux.ChildProcess;
import dev.slipway.linux.Errno;
import dev.slipway.linux.Fd;
import dev.slipway.linux.LinuxException;
import dev.slipway.linux.Pipe;
import dev.slipway.linux.Poll;
import dev.slipway.linux.ProcessSpawn;
import dev.slipway.linux.Pty;
import dev.slipway.linux.RawPath;
import dev.slipway.linux.Signals;
import dev.slipway.linux.Terminal;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;

/// Carries bytes between a container's standard streams and the caller's.
///
/// Output is carried by the thread that calls [#carry]; one thread for both streams keeps them in
/// order as far as the kernel tells it. Input needs a thread of its own, which may stay behind in a
/// read of the caller's stream; it is a daemon, and holds nothing of the container.
final class StreamBridge implements AutoCloseable {
    private static final int BUFFER_BYTES = 64 * 1024;

    private final ContainerIo io;
    private final boolean hasTerminal;
    private final List<Fd> childEnds = new ArrayList<>();
    private final byte[] buffer;
    private @Nullable Fd fromStdout;
    private @Nullable Fd fromStderr;
    private @Nullable Fd toStdin;
    private @Nullable Pty pty;
    private @Nullable Pipe stopInput;
    private Terminal.@Nullable Saved savedMode;
    private @Nullable IOException failure;

    /// @param hasTerminal whether the process will have a terminal instead of pipes
    StreamBridge(ContainerIo io, boolean hasTerminal) {
        this.io = io;
        this.hasTerminal = hasTerminal;
        this.buffer = new byte[io instanceof ContainerIo.Inherit ? 4096 : BUFFER_BYTES];
    }

    /// Makes the pipes a process without a terminal needs, and gives it their ends.
    void pipesFor(ProcessSpawn spawn, UserIds user) throws LinuxException {
        if (hasTerminal || !(io instanceof ContainerIo.Streams)) {
            return;
        }
        Pipe in = Pipe.create();
        toStdin = in.writeEnd();
        give(spawn, 0, in.readEnd(), user);
        Pipe out = Pipe.create();
        fromStdout = out.readEnd();
        give(spawn, 1, out.writeEnd(), user);
        Pipe err = Pipe.create();
        fromStderr = err.readEnd();
        give(spawn, 2, err.writeEnd(), user);
    }

    private void give(ProcessSpawn spawn, int number, Fd end, UserIds user) throws LinuxException {
        childEnds.add(end);
        if (user.uid() != 0) {
            ProcessSpawn.give(end, user.uid(), user.gid());
        }
        Fd high = ProcessSpawn.high(end);
        childEnds.add(high);
        spawn.withFd(number, high);
    }

    /// Uses the terminal whose other side the process has.
    void terminal(Pty terminal) throws LinuxException {
        pty = terminal;
        fromStdout = terminal.master();
        switch (io) {
            case ContainerIo.Pty(_, _, int rows, int columns) -> terminal.resize(rows, columns);
            case ContainerIo.Inherit() -> matchSize();
            case ContainerIo.Streams _ -> {}
        }
    }

    private void matchSize() throws LinuxException {
        Terminal.Size size = Terminal.size(0);
        Pty terminal = pty;
        if (size != null && terminal != null) {
            terminal.resize(size.rows(), size.columns());
        }
    }

    /// To be called when the process has its ends: only then does their closing show here.
    void started() throws LinuxException {
        childEnds.forEach(Fd::close);
        Pty terminal = pty;
        if (io instanceof ContainerIo.Streams streams) {
            feed(streams.stdin());
        } else if (io instanceof ContainerIo.Pty(var input, _, _, _)) {
            feed(input);
        } else if (terminal != null) {
            attachOwnTerminal(terminal);
        }
    }

    private void feed(@Nullable InputStream source) {
        Pty terminal = pty;
        Fd sink = terminal != null ? terminal.master() : toStdin;
        if (sink == null) {
            return;
        }
        if (source == null) {
            if (terminal == null) {
                sink.close();
            }
            return;
        }
        daemon(() -> copyInput(source, sink, terminal == null));
    }

    private static void copyInput(InputStream source, Fd sink, boolean closeAtEnd) {
        byte[] bytes = new byte[8192];
        try {
            int count;
            while ((count = source.read(bytes)) >= 0) {
                sink.write(bytes, 0, count);
            }
        } catch (IOException e) {
            // The container no longer reads, or the caller's stream broke: both are its end.
        } finally {
            if (closeAtEnd) {
                sink.close();
            }
        }
    }

    private void attachOwnTerminal(Pty terminal) throws LinuxException {
        Pipe stop = Pipe.create();
        stopInput = stop;
        if (Terminal.isTerminal(0)) {
            savedMode = Terminal.raw(0);
        }
        daemon(() -> copyKeys(terminal, stop));
    }

    private void copyKeys(Pty terminal, Pipe stop) {
        byte[] bytes = new byte[4096];
        Fd stdin = Fd.own(0, RawPath.of("stdin")); // never closed
        try (stop;
                Signals resized = Signals.receive(Signals.SIGWINCH)) {
            matchSize(); // it may have changed before we listened
            while (true) {
                boolean[] ready = Poll.readable(-1, stdin, stop.readEnd(), resized.fd());
                if (ready[1]) {
                    return;
                }
                if (ready[2]) {
                    resized.await();
                    matchSize();
                }
                int count = ready[0] ? stdin.read(bytes, 0, bytes.length) : 0;
                if (count < 0) {
                    return;
                }
                terminal.master().write(bytes, 0, count);
            }
        } catch (LinuxException e) {
            // The terminal is gone.
        }
    }

    private static void daemon(java.lang.Runnable task) {
        Thread.ofPlatform().daemon().name("slipway-stdin").start(task);
    }

    void resize(int rows, int columns) throws LinuxException {
        Pty terminal = pty;
        if (terminal != null) {
            terminal.resize(rows, columns);
        }
    }

    /// Passes output on until the process has ended and all it wrote has been passed on.
    void carry(ChildProcess child) throws LinuxException {
        boolean ended = false;
        while (true) {
            // A terminal's bytes may still be on their way inside the kernel when its last user is
            // gone.
            long timeout = !ended ? -1 : pty == null ? 0 : 100;
            boolean[] ready =
                    Poll.readable(timeout, ended ? null : child.pidfd(), fromStdout, fromStderr);
            if (ready[1]) {
                fromStdout = pass(fromStdout, stdout());
            }
            if (ready[2]) {
                fromStderr = pass(fromStderr, stderr());
            }
            if (ended && !ready[1] && !ready[2]) {
                return;
            }
            ended |= ready[0];
        }
    }

    private OutputStream stdout() {
        if (io instanceof ContainerIo.Streams streams) {
            return streams.stdout();
        }
        return io instanceof ContainerIo.Pty pty ? pty.output() : OwnOutput.STDOUT;
    }

    private OutputStream stderr() {
        return io instanceof ContainerIo.Streams(_, _, var stderr) ? stderr : stdout();
    }

    private static final class OwnOutput {
        static final OutputStream STDOUT = Fd.own(1, RawPath.of("stdout")).outputStream();
    }

    private @Nullable Fd pass(@Nullable Fd from, OutputStream to) throws LinuxException {
        if (from == null) {
            return null;
        }
        int count;
        try {
            count = from.read(buffer, 0, buffer.length);
        } catch (LinuxException e) {
            if (e.errno() != Errno.EIO) { // what a terminal says when nobody uses it any more
                throw e;
            }
            count = -1;
        }
        if (count < 0) {
            if (pty == null) {
                from.close();
            }
            return null;
        }
        if (failure == null) { // after one, go on reading: the container must not block
            try {
                to.write(buffer, 0, count);
                to.flush();
            } catch (IOException e) {
                failure = e;
            }
        }
        return from;
    }

    /// What went wrong on the caller's side; null if nothing.
    @Nullable IOException failure() {
        return failure;
    }

    @Override
    public void close() {
        if (savedMode != null) {
            savedMode.close();
        }
        if (stopInput != null) {
            stopInput
                    .writeEnd()
                    .close(); // the reader sees the end; it is left to the collector of this
            // process
        }
        for (Fd fd : childEnds) {
            fd.close();
        }
        for (Fd fd : new @Nullable Fd[] {fromStdout, fromStderr, toStdin}) {
            if (fd != null) {
                fd.close();
            }
        }
        if (pty != null) {
            pty.close();
        }
    }
}
