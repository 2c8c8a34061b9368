package dev.slipway.container;

import dev.slipway.linux.Capabilities;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.StringTokenizer;
import java.util.TreeMap;

/// Which system calls a container may make: in effect Docker's default profile.
///
/// The list is the resource `seccomp.txt`. What is not on it fails with EPERM, or with ENOSYS when
/// it is newer than the list, so that programs fall back to what they did before it existed.
final class SeccompProfile {
    /// Kinds of system calls a kernel takes, with the numbers `AUDIT_ARCH_*` of
    /// `include/uapi/linux/audit.h`.
    enum Abi {
        X86_64(0xc000_003e, 2),
        I386(0x4000_0003, 3),
        /// Has the number of x86-64, and [#X32_BIT] in every call's.
        X32(0xc000_003e, 4),
        AARCH64(0xc000_00b7, 5),
        ARM(0x4000_0028, 6);

        final int audit;

        /// Where the numbers stand in a row of the list, from 0.
        final int column;

        Abi(int audit, int column) {
            this.audit = audit;
            this.column = column;
        }
    }

    /// What happens to a call.
    enum Verdict {
        ALLOW,
        /// Allowed unless it makes namespaces.
        CLONE,
        /// ENOSYS: its flags lie in memory, where a filter cannot see them; everybody falls back to
        /// clone.
        CLONE3,
        /// Allowed except for AF_VSOCK, which reaches the hypervisor.
        SOCKET,
        /// Allowed for what changes nothing about security.
        PERSONALITY,
        DENY,
        UNKNOWN
    }

    /// Set in the number of every x32 call, `arch/x86/include/uapi/asm/unistd.h`.
    static final int X32_BIT = 0x4000_0000;

    private SeccompProfile() {}

    private static final class Table {
        static final List<List<String>> ROWS = read();
    }

    private static List<List<String>> read() {
        try (InputStream in = SeccompProfile.class.getResourceAsStream("seccomp.txt")) {
            if (in == null) {
                throw new IllegalStateException("seccomp.txt is missing");
            }
            List<List<String>> rows = new ArrayList<>(450);
            String text = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
            StringTokenizer lines = new StringTokenizer(text, "\n");
            while (lines.hasMoreTokens()) {
                String line = lines.nextToken();
                if (!line.startsWith("#")) {
                    rows.add(words(line, " "));
                }
            }
            return rows;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> words(String text, String separator) {
        List<String> words = new ArrayList<>(7);
        StringTokenizer tokens = new StringTokenizer(text, separator);
        while (tokens.hasMoreTokens()) {
            words.add(tokens.nextToken());
        }
        return words;
    }

    /// What happens to each call of a kind that is on the list, by its number. Above the last,
    /// calls are unknown.
    ///
    /// @param capabilities what the container may have: some calls need one
    static SortedMap<Integer, Verdict> verdicts(long capabilities, Abi abi) {
        SortedMap<Integer, Verdict> verdicts = new TreeMap<>();
        for (List<String> row : Table.ROWS) {
            String number = row.get(abi.column);
            if (!number.equals("-")) {
                verdicts.put(Integer.parseInt(number), verdict(row.get(1), capabilities));
            }
        }
        return verdicts;
    }

    /// The names of the calls on the list, by what happens to them.
    static Map<Verdict, List<String>> names(long capabilities) {
        Map<Verdict, List<String>> names = new EnumMap<>(Verdict.class);
        for (List<String> row : Table.ROWS) {
            Verdict verdict = verdict(row.get(1), capabilities);
            names.computeIfAbsent(verdict, v -> new ArrayList<>()).add(row.getFirst());
        }
        return names;
    }

    private static Verdict verdict(String condition, long capabilities) {
        boolean mayMakeNamespaces = (capabilities & Capabilities.bit("SYS_ADMIN")) != 0;
        return switch (condition) {
            case "*" -> Verdict.ALLOW;
            case "clone", "clone3" ->
                    mayMakeNamespaces
                            ? Verdict.ALLOW
                            : Verdict.valueOf(condition.toUpperCase(Locale.ROOT));
            case "socket" -> Verdict.SOCKET;
            case "personality" -> Verdict.PERSONALITY;
            default -> {
                for (String capability : words(condition, "|")) {
                    if ((capabilities & Capabilities.bit(capability)) != 0) {
                        yield Verdict.ALLOW;
                    }
                }
                yield Verdict.DENY;
            }
        };
    }
}
