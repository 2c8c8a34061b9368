package dev.slipway.container;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.container.SeccompProfile.Abi;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/// Has the C preprocessor compare the numbers of our list with the kernel's headers, for every kind
/// of system call.
class SeccompHeadersTest {
    private static final Map<Abi, String> HEADERS =
            Map.of(
                    Abi.X86_64, "/usr/include/x86_64-linux-gnu/asm/unistd_64.h",
                    Abi.I386, "/usr/include/x86_64-linux-gnu/asm/unistd_32.h",
                    Abi.X32, "/usr/include/x86_64-linux-gnu/asm/unistd_x32.h",
                    Abi.AARCH64, "/usr/aarch64-linux-gnu/include/asm-generic/unistd.h",
                    Abi.ARM, "/usr/arm-linux-gnueabihf/include/asm/unistd-eabi.h");

    /// What the kernel's headers have defined before they include those.
    private static final Map<Abi, String> BEFORE =
            Map.of(
                    Abi.X32, "#define __X32_SYSCALL_BIT 0\n",
                    Abi.AARCH64,
                            """
                            #define __ARCH_WANT_RENAMEAT
                            #define __ARCH_WANT_NEW_STAT
                            #define __ARCH_WANT_SET_GET_RLIMIT
                            #define __ARCH_WANT_SYS_CLONE3
                            #define __ARCH_WANT_MEMFD_SECRET
                            """,
                    Abi.ARM, "#define __NR_SYSCALL_BASE 0\n");

    /// Of arm alone, and numbered elsewhere: asm/unistd.h, `__ARM_NR_*`.
    private static final Set<String> PRIVATE = Set.of("breakpoint", "cacheflush", "set_tls");

    @TempDir Path directory;

    @ParameterizedTest
    @EnumSource(Abi.class)
    void numbers_areThoseOfTheHeaders(Abi abi) throws Exception {
        String header = Objects.requireNonNull(HEADERS.get(abi));
        assumeThere("/usr/bin/gcc", "gcc libc6-dev");
        assumeThere(header, "linux-libc-dev linux-libc-dev-arm64-cross linux-libc-dev-armhf-cross");
        StringBuilder source = new StringBuilder(BEFORE.getOrDefault(abi, ""));
        source.append("#include \"").append(header).append("\"\n");
        for (String line : list().lines().toList()) {
            if (!line.startsWith("#")) {
                String[] words = line.split(" ", -1);
                if (abi != Abi.ARM || !PRIVATE.contains(words[0])) {
                    check(source, words[0], words[abi.column]);
                }
            }
        }
        Path file = Files.writeString(directory.resolve("numbers.c"), source);
        Process process =
                new ProcessBuilder("/usr/bin/gcc", "-E", "-P", file.toString())
                        .redirectErrorStream(true)
                        .redirectInput(Path.of("/dev/null").toFile())
                        .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();

        assertThat(output.lines().filter(line -> !line.isBlank() && !line.equals("seen")))
                .isEmpty();
        assertThat(output.lines().filter("seen"::equals)).hasSizeGreaterThan(250);
    }

    private static String list() throws IOException {
        try (InputStream in =
                Objects.requireNonNull(SeccompProfile.class.getResourceAsStream("seccomp.txt"))) {
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    /// What is newer than the headers is not looked at.
    private static void check(StringBuilder source, String name, String number) {
        source.append("#ifdef __NR_").append(name).append('\n');
        if (number.equals("-")) {
            source.append("not on the list: ").append(name).append('\n');
        } else {
            source.append("#if __NR_").append(name).append(" == ").append(number);
            source.append("\nseen\n#else\nnot ").append(number).append(": \"");
            source.append(name).append("\" __NR_").append(name).append("\n#endif\n");
        }
        source.append("#endif\n");
    }

    private static void assumeThere(String file, String packages) {
        Assumptions.assumeTrue(
                Files.exists(Path.of(file)) || System.getenv("CI") != null,
                "needs " + file + "; on Debian: apt-get install " + packages);
    }
}
