package dev.slipway.linux;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A program that makes a fixed list of system calls, the last of which turns it into another
/// program.
///
/// Between fork and exec no Java can run, yet a container's first process has things to do that
/// only it can: mount the `/proc` of its own pid namespace, leave the host's root, give up its
/// rights. So Java writes the calls, arguments included, into a table; a few machine instructions
/// ([BootCode]) walk it. Code and table make up a static ELF file in sealed memory, for one start:
/// nothing is installed, and what runs inside the container before its command does cannot be
/// overwritten from there (CVE-2019-5736).
///
/// The file is loaded at fixed addresses, so arguments that point into it are known when the table
/// is written. When a call does not return what it must, descriptor [#REPORT_FD] receives a
/// [Failure]; when that descriptor is closed without one, because it is closed on exec, all went
/// well.
public final class BootProgram {
    /// Where a failure is reported: the child's descriptor 3.
    public static final int REPORT_FD = 3;

    static final long CODE_ADDRESS = 0x40_0000;
    static final long DATA_ADDRESS = 0x80_0000;

    /// Offsets in the data: the report, a full signal set, a wait status, then the table.
    static final int REPORT = 0;

    static final int SIGNALS = 16;
    static final int STATUS = 24;
    static final int TABLE = 32;

    /// A table entry: number, six arguments, the lowest right result, how many more are right, a
    /// place to go on at when the result is above 0 (or 0: the next entry).
    static final int ENTRY_BYTES = 80;

    /// Room for the table, before the data it points to.
    private static final int MAX_ENTRIES = 400;

    private static final long HEAP = DATA_ADDRESS + TABLE + (long) MAX_ENTRIES * ENTRY_BYTES;

    private static final class Entry {
        final String name;
        final long[] words = new long[ENTRY_BYTES / 8];

        Entry(String name) {
            this.name = name;
        }
    }

    private final List<Entry> entries = new ArrayList<>();
    private final ByteArrayOutputStream heap = new ByteArrayOutputStream(8192);

    /// What a call of the program must return.
    ///
    /// @param lowest the lowest right result
    /// @param more how many above it are right too, unsigned
    public record Expected(long lowest, long more) {
        /// Anything but an error.
        public static final Expected SUCCESS = new Expected(0, Long.MAX_VALUE);

        /// Anything at all.
        public static final Expected ANYTHING = new Expected(0, -1);

        /// Just this.
        public static Expected exactly(long result) {
            return new Expected(result, 0);
        }
    }

    /// The call that did not return what it must.
    ///
    /// @param index its place in the program
    /// @param name what [#call] named it
    /// @param result what it returned: a negated errno, or a wrong result
    public record Failure(int index, String name, long result) {}

    /// Adds a call that must not fail.
    public BootProgram call(String name, long number, long... arguments) {
        return call(name, Expected.SUCCESS, number, arguments);
    }

    /// Adds a call.
    ///
    /// @param name what to call it in a [Failure]
    public BootProgram call(String name, Expected expected, long number, long... arguments) {
        Entry entry = new Entry(name);
        entry.words[0] = number;
        System.arraycopy(arguments, 0, entry.words, 1, arguments.length);
        entry.words[7] = expected.lowest;
        entry.words[8] = expected.more;
        if (entries.size() == MAX_ENTRIES) {
            throw new IllegalStateException("more than " + MAX_ENTRIES + " calls");
        }
        entries.add(entry);
        return this;
    }

    /// Adds a fork. The child goes on with the next call; the parent becomes an init: it sends the
    /// signals it gets on to the child, reaps orphans, and exits as the child does. All signals
    /// must be blocked, and the child must unblock them.
    public BootProgram forkBeneathInit() {
        int sigchld = 17;
        call("fork", ProcessSyscall.CLONE, sigchld);
        entries.getLast().words[9] = CODE_ADDRESS + BootCode.initOffset();
        return this;
    }

    /// Adds the call that runs `path` in this program's place.
    public BootProgram execute(String path, List<String> args, List<String> env)
            throws LinuxException {
        return call(
                "exec",
                Expected.exactly(1), // it returns only to fail
                ProcessSyscall.EXECVE,
                text(path),
                vector(args),
                vector(env));
    }

    /// Puts bytes into the program's memory, 16-byte aligned.
    ///
    /// @return their address there
    public long bytes(byte[] content) {
        while (heap.size() % 16 != 0) {
            heap.write(0);
        }
        long address = HEAP + heap.size();
        heap.writeBytes(content);
        return address;
    }

    /// Puts longs into the program's memory.
    ///
    /// @return their address there
    public long longs(long... values) {
        ByteBuffer buffer = ByteBuffer.allocate(values.length * 8).order(ByteOrder.LITTLE_ENDIAN);
        for (long value : values) {
            buffer.putLong(value);
        }
        return bytes(buffer.array());
    }

    /// Puts ints into the program's memory.
    ///
    /// @return their address there
    public long ints(int... values) {
        ByteBuffer buffer = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
        for (int value : values) {
            buffer.putInt(value);
        }
        return bytes(buffer.array());
    }

    /// Puts a NUL-terminated string into the program's memory.
    ///
    /// @return its address there
    public long text(String text) throws LinuxException {
        if (text.indexOf(0) >= 0) {
            throw new LinuxException(Errno.EINVAL, "exec: text with a NUL", "");
        }
        long address = HEAP + heap.size();
        heap.writeBytes(text.getBytes(StandardCharsets.UTF_8));
        heap.write(0);
        return address;
    }

    private long vector(List<String> strings) throws LinuxException {
        long[] pointers = new long[strings.size() + 1];
        for (int i = 0; i < strings.size(); i++) {
            pointers[i] = text(strings.get(i));
        }
        return longs(pointers);
    }

    /// Writes the program to sealed memory, ready to be executed.
    ///
    /// @param name what `/proc/PID/exe` and `comm` show until the last call
    public Fd seal(String name) throws LinuxException {
        Fd file = MemFd.executable(name);
        try {
            byte[] elf = elf();
            file.write(elf, 0, elf.length);
            MemFd.seal(file);
            return file;
        } catch (LinuxException e) {
            file.close();
            throw e;
        }
    }

    /// The program's file.
    byte[] elf() {
        int dataBytes = (int) (HEAP - DATA_ADDRESS) + heap.size();
        byte[] head = BootCode.elf(dataBytes);
        byte[] file = Arrays.copyOf(head, BootCode.DATA_OFFSET + dataBytes);
        byte[] data = data(dataBytes);
        System.arraycopy(data, 0, file, BootCode.DATA_OFFSET, dataBytes);
        return file;
    }

    private byte[] data(int bytes) {
        ByteBuffer data = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        data.putLong(SIGNALS, -1);
        data.position(TABLE);
        for (Entry entry : entries) {
            for (long word : entry.words) {
                data.putLong(word);
            }
        }
        data.put((int) (HEAP - DATA_ADDRESS), heap.toByteArray());
        return data.array();
    }

    /// Reads what the report descriptor gave: 16 bytes.
    public Failure failure(byte[] report) {
        ByteBuffer words = ByteBuffer.wrap(report).order(ByteOrder.LITTLE_ENDIAN);
        int index = (int) ((words.getLong(0) - DATA_ADDRESS - TABLE) / ENTRY_BYTES);
        return new Failure(index, entries.get(index).name, words.getLong(8));
    }
}
