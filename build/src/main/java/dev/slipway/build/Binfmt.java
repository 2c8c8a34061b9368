package dev.slipway.build;

import dev.slipway.image.Platform;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;

/// Which foreign programs the kernel runs through an emulator: the handlers of `binfmt_misc`, told
/// by what they match and not by their names, of which every distribution has its own.
final class Binfmt {
    static final Path REGISTERED = Path.of("/proc/sys/fs/binfmt_misc");
    private static final int HEADER_BYTES = 20;

    /// What the kernel does with a program of a foreign platform.
    enum Answer {
        /// Runs it.
        RUNS,
        /// Runs it if the image holds the emulator: the handler lacks the flag `F`.
        NEEDS_EMULATOR_INSIDE,
        /// Refuses it.
        REFUSES
    }

    private Binfmt() {}

    /// What the kernel does with a program for `platform`, in a container of its own.
    static Answer answer(Platform platform) {
        return answer(platform, REGISTERED);
    }

    /// @param handlers the directory where `binfmt_misc` is mounted
    static Answer answer(Platform platform, Path handlers) {
        var host = Platform.host();
        if (platform.matches(host) || isSubset(platform, host)) {
            return Answer.RUNS;
        }
        var header = elfHeader(platform);
        if (header == null || !Files.isDirectory(handlers)) {
            return Answer.REFUSES;
        }
        var best = Answer.REFUSES;
        try (var files = Files.newDirectoryStream(handlers)) {
            for (var file : files) {
                var name = String.valueOf(file.getFileName());
                if (name.equals("register") || name.equals("status")) {
                    continue;
                }
                var answer = handler(Files.readString(file, StandardCharsets.ISO_8859_1), header);
                best = answer.compareTo(best) < 0 ? answer : best;
            }
        } catch (IOException e) {
            return best; // not for us to read: as if it were not there
        }
        return best;
    }

    /// 64-bit x86 and most 64-bit ARM processors run 32-bit programs themselves.
    private static boolean isSubset(Platform platform, Platform host) {
        return platform.os().equals(host.os())
                && platform.architecture().equals("386")
                && host.architecture().equals("amd64");
    }

    private static Answer handler(String text, byte[] header) {
        byte[] magic = {};
        byte @Nullable [] mask = null;
        int offset = 0;
        boolean enabled = false;
        boolean inside = true;
        for (var line : text.lines().toList()) {
            if (line.equals("enabled")) {
                enabled = true;
            } else if (line.startsWith("flags: ")) {
                inside = line.indexOf('F', "flags: ".length()) < 0;
            } else if (line.startsWith("offset ")) {
                offset = PlainNumber.parse(line.substring("offset ".length()));
            } else if (line.startsWith("magic ")) {
                magic = HexFormat.of().parseHex(line.substring("magic ".length()));
            } else if (line.startsWith("mask ")) {
                mask = HexFormat.of().parseHex(line.substring("mask ".length()));
            }
        }
        if (!enabled || magic.length == 0 || offset != 0 || !matches(header, magic, mask)) {
            return Answer.REFUSES;
        }
        return inside ? Answer.NEEDS_EMULATOR_INSIDE : Answer.RUNS;
    }

    private static boolean matches(byte[] header, byte[] magic, byte @Nullable [] mask) {
        for (int i = 0; i < magic.length; i++) {
            int have = i < header.length ? header[i] : 0;
            int bits = mask == null || i >= mask.length ? 0xff : mask[i];
            if (((have ^ magic[i]) & bits & 0xff) != 0) {
                return false;
            }
        }
        return true;
    }

    /// The first bytes of a program for `platform`: `elf(5)`; null for what Linux has no name for.
    private static byte @Nullable [] elfHeader(Platform platform) {
        if (!platform.os().equals("linux")) {
            return null;
        }
        int machine =
                switch (platform.architecture()) {
                    case "386" -> 3;
                    case "mips", "mipsle", "mips64", "mips64le" -> 8;
                    case "ppc64", "ppc64le" -> 21;
                    case "s390x" -> 22;
                    case "arm" -> 40;
                    case "amd64" -> 62;
                    case "arm64" -> 183;
                    case "riscv64" -> 243;
                    case "loong64" -> 258;
                    default -> 0;
                };
        if (machine == 0) {
            return null;
        }
        boolean big =
                switch (platform.architecture()) {
                    case "mips", "mips64", "ppc64", "s390x" -> true;
                    default -> false;
                };
        boolean wide =
                switch (platform.architecture()) {
                    case "386", "arm", "mips", "mipsle" -> false;
                    default -> true;
                };
        var header = new byte[HEADER_BYTES];
        header[0] = 0x7f;
        header[1] = 'E';
        header[2] = 'L';
        header[3] = 'F';
        header[4] = (byte) (wide ? 2 : 1);
        header[5] = (byte) (big ? 2 : 1);
        header[6] = 1; // EV_CURRENT
        header[big ? 17 : 16] = 2; // ET_EXEC
        header[big ? 18 : 19] = (byte) (machine >> 8);
        header[big ? 19 : 18] = (byte) machine;
        return header;
    }
}
