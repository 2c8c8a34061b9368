package dev.slipway.lint.rules;

import org.jspecify.annotations.Nullable;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// What a program of the Executable and Linkable Format needs: System V ABI, chapters 4 and 5.
///
/// @param machine `e_machine`
/// @param interpreter the loader it asks for; null if it needs none
/// @param needed names of libraries
/// @param searched where it wants them looked for
record Elf(int machine, @Nullable String interpreter, List<String> needed, List<String> searched) {
    private static final int LOAD = 1;
    private static final int DYNAMIC = 2;
    private static final int INTERPRETER = 3;
    private static final int MAX_HEADERS = 512;
    private static final int MAX_ENTRIES = 4096;

    /// By architecture as images call it: the machines whose programs run there.
    private static final Map<String, List<Integer>> MACHINES =
            Map.of(
                    "amd64", List.of(62, 3),
                    "386", List.of(3),
                    "arm64", List.of(183, 40),
                    "arm", List.of(40),
                    "ppc64le", List.of(21),
                    "s390x", List.of(22),
                    "riscv64", List.of(243));

    private static final Map<Integer, String> NAMES =
            Map.of(
                    62,
                    "x86_64",
                    3,
                    "i386",
                    183,
                    "aarch64",
                    40,
                    "arm",
                    21,
                    "powerpc64le",
                    22,
                    "s390x",
                    243,
                    "riscv64");

    Elf {
        needed = List.copyOf(needed);
        searched = List.copyOf(searched);
    }

    /// Reads the beginning of a file, or all of it; null if it is not such a program. What lies
    /// beyond the bytes is taken for absent.
    static @Nullable Elf parse(byte[] bytes) {
        try {
            return bytes.length < 52 ? null : new Reading(bytes).elf();
        } catch (BufferUnderflowException | IndexOutOfBoundsException e) {
            return null; // not whole, or not meant seriously
        }
    }

    boolean runsOn(String platform) {
        String[] parts = platform.split("/", -1);
        List<Integer> machines = parts.length < 2 ? null : MACHINES.get(parts[1]);
        return machines == null || machines.contains(machine) || !NAMES.containsKey(machine);
    }

    String machineName() {
        return NAMES.getOrDefault(machine, "machine " + machine);
    }

    /// Debian's name for directories of this machine's libraries.
    String triplet() {
        return machineName() + (machine == 40 ? "-linux-gnueabihf" : "-linux-gnu");
    }

    /// The file that tells musl's loader where to look.
    String muslPath() {
        return "/etc/ld-musl-" + machineName() + ".path";
    }

    private static final class Reading {
        private final ByteBuffer in;
        private final boolean wide;

        Reading(byte[] bytes) {
            in = ByteBuffer.wrap(bytes);
            in.order(bytes[5] == 2 ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
            wide = bytes[4] == 2;
        }

        private long word(int at) {
            return wide ? in.getLong(at) : Integer.toUnsignedLong(in.getInt(at));
        }

        private int place(long offset) {
            if (offset < 0 || offset > in.limit()) {
                throw new IndexOutOfBoundsException();
            }
            return (int) offset;
        }

        Elf elf() {
            int machine = Short.toUnsignedInt(in.getShort(18));
            int headers = place(word(wide ? 32 : 28));
            int size = Short.toUnsignedInt(in.getShort(wide ? 54 : 42));
            int count = Math.min(MAX_HEADERS, Short.toUnsignedInt(in.getShort(wide ? 56 : 44)));
            String interpreter = null;
            List<long[]> loads = new ArrayList<>(); // address, offset, size
            long[] dynamic = null;
            for (int i = 0; i < count; i++) {
                int at = headers + i * size;
                long offset = word(at + (wide ? 8 : 4));
                long address = word(at + (wide ? 16 : 8));
                long length = word(at + (wide ? 32 : 16));
                switch (in.getInt(at)) {
                    case LOAD -> loads.add(new long[] {address, offset, length});
                    case DYNAMIC -> dynamic = new long[] {address, offset, length};
                    case INTERPRETER -> interpreter = text(place(offset));
                    default -> {}
                }
            }
            List<String> needed = new ArrayList<>();
            List<String> searched = new ArrayList<>();
            if (dynamic != null && dynamic[1] < in.limit()) {
                names(loads, place(dynamic[1]), needed, searched);
            }
            return new Elf(machine, interpreter, needed, searched);
        }

        private void names(
                List<long[]> loads, int dynamic, List<String> needed, List<String> searched) {
            int width = wide ? 8 : 4;
            List<long[]> entries = new ArrayList<>();
            long table = -1;
            for (int i = 0; i < MAX_ENTRIES; i++) {
                long tag = word(dynamic + 2 * i * width);
                long value = word(dynamic + (2 * i + 1) * width);
                if (tag == 0) {
                    break;
                }
                if (tag == 5) { // DT_STRTAB
                    table = value;
                } else if (tag == 1 || tag == 15 || tag == 29) { // NEEDED, RPATH, RUNPATH
                    entries.add(new long[] {tag, value});
                }
            }
            for (long[] load : loads) {
                if (table >= load[0] && table < load[0] + load[2]) {
                    long strings = load[1] + table - load[0];
                    for (long[] entry : entries) {
                        String text = text(place(strings + entry[1]));
                        if (entry[0] == 1) {
                            needed.add(text);
                        } else {
                            searched.addAll(List.of(text.split(":", -1)));
                        }
                    }
                    return;
                }
            }
        }

        private String text(int at) {
            StringBuilder text = new StringBuilder();
            for (int i = at; in.get(i) != 0 && text.length() < 4096; i++) {
                text.append((char) (in.get(i) & 0xff));
            }
            return text.toString();
        }
    }
}
