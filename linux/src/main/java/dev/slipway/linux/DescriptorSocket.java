package dev.slipway.linux;

import java.nio.charset.StandardCharsets;

/// A listening Unix socket on which other programs send a descriptor each; unix(7), SCM_RIGHTS.
public final class DescriptorSocket implements AutoCloseable {
    private static final int AF_UNIX = 1;
    private static final int STREAM_CLOEXEC = 1 | OpenFlags.O_CLOEXEC;
    private static final int CMSG_CLOEXEC = 0x4000_0000;
    private static final int MAX_PATH_BYTES = 107;

    private final Fd socket;

    private DescriptorSocket(Fd socket) {
        this.socket = socket;
    }

    /// Listens at `path`, which is made.
    ///
    /// @param path of at most 107 bytes
    public static DescriptorSocket listen(String path) throws LinuxException {
        byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > MAX_PATH_BYTES) {
            throw new LinuxException(Errno.ENAMETOOLONG, "bind", path);
        }
        try (Native n = Native.take()) {
            long fd = n.call(ProcessSyscall.SOCKET, AF_UNIX, STREAM_CLOEXEC, 0);
            Fd socket = Fd.own((int) Native.check(fd, "socket", path), RawPath.of(path));
            var address = n.allocate(112); // struct sockaddr_un
            address.putShort(0, (short) AF_UNIX);
            for (int i = 0; i < bytes.length; i++) {
                address.putByte(2 + i, bytes[i]);
            }
            long bound =
                    n.call(
                            ProcessSyscall.BIND,
                            socket.number(),
                            address.address(),
                            bytes.length + 3L);
            long listening = bound < 0 ? bound : n.call(ProcessSyscall.LISTEN, socket.number(), 4);
            if (listening < 0) {
                socket.close();
            }
            Native.check(listening, "bind", path);
            return new DescriptorSocket(socket);
        }
    }

    /// Waits for a connection and takes the descriptor it sends.
    public Fd receive() throws LinuxException {
        try (Native n = Native.take()) {
            long fd = n.call(ProcessSyscall.ACCEPT4, socket.number(), 0, 0, OpenFlags.O_CLOEXEC);
            RawPath name = RawPath.of("connection");
            try (Fd connection = Fd.own((int) Native.check(fd, "accept4", ""), name)) {
                var data = n.allocate(4096);
                var vector = n.allocate(16);
                vector.putLong(0, data.address());
                vector.putLong(8, 4096);
                var control = n.allocate(64);
                var message = n.allocate(56); // struct msghdr
                message.putLong(16, vector.address());
                message.putLong(24, 1);
                message.putLong(32, control.address());
                message.putLong(40, 64);
                long received =
                        n.call(
                                ProcessSyscall.RECVMSG,
                                connection.number(),
                                message.address(),
                                CMSG_CLOEXEC);
                Native.check(received, "recvmsg", "");
                int scmRights = 1;
                boolean sent = message.getLong(40) >= 20 && control.getInt(12) == scmRights;
                if (!sent) {
                    throw new LinuxException(Errno.ENOENT, "recvmsg: no descriptor", "");
                }
                return Fd.own(control.getInt(16), RawPath.of("received"));
            }
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}
