package dev.slipway.linux;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Runs the machine code we write on both machines, the other one emulated: called from C, without
/// a JVM.
class MachineCodeTest {
    private static final String CALLER =
            """
            #define _GNU_SOURCE
            #include <dlfcn.h>
            #include <errno.h>
            #include <fcntl.h>
            #include <stdio.h>
            #include <string.h>
            #include <sys/mman.h>
            #include <sys/syscall.h>
            #include <unistd.h>

            typedef long (*seven)(void *, void *, long, long, long, long, long, long, long);
            typedef long (*one)(void *, void *, long);

            static int failures;
            static void check(const char *what, int good) {
                if (!good) { printf("%s\\n", what); failures++; }
            }
            static long digits(long a, long b, long c, long d, long e, long f) {
                return a * 100000 + b * 10000 + c * 1000 + d * 100 + e * 10 + f;
            }
            static void *buffer_address(void *env, void *buffer) {
                return (char *)buffer + 1;
            }
            static void *method(void *object, const char *name) {
                char full[100];
                snprintf(full, sizeof full, "Java_dev_slipway_linux_NativeMethods_%s", name);
                void *found = dlsym(object, full);
                check(name, found != NULL);
                return found;
            }
            int main(int argc, char **argv) {
                void *object = dlopen(argv[1], RTLD_NOW);
                if (!object) { printf("%s\\n", dlerror()); return 1; }
                void *table[300] = {0};
                table[230] = buffer_address;
                void **env = table;

                seven syscall7 = (seven)method(object, "systemCall");
                check("getpid", syscall7(&env, 0, SYS_getpid, 0, 0, 0, 0, 0, 0) == getpid());
                long open = syscall7(&env, 0, SYS_openat, AT_FDCWD, (long)"/none", 0, 0, 0, 0);
                check("negated errno", open == -ENOENT);
                int fd = openat(AT_FDCWD, argv[1], O_RDONLY);
                char *page = (char *)syscall7(&env, 0, SYS_mmap, 0, 4, PROT_READ, MAP_PRIVATE, fd, 0);
                check("mmap: six arguments", (long)page > 0 && memcmp(page + 1, "ELF", 3) == 0);

                seven call = (seven)method(object, "call");
                check("six digits", call(&env, 0, (long)digits, 1, 2, 3, 4, 5, 6) == 123456);
                one address = (one)method(object, "address");
                check("address", address(&env, 0, 41) == 42);
                one features = (one)method(object, "features");
                check("features", (features(&env, 0, 0) != 0) == (argv[3][0] == 'x'));

                int handler = openat(AT_FDCWD, argv[2], O_RDONLY);
                void (*handle)(int) = (void (*)(int))mmap(
                    0, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, handler, 0);
                int ends[2];
                char got = 0;
                check("pipe", pipe(ends) == 0 && dup2(ends[1], 700) == 700);
                handle(28);
                check("signal", read(ends[0], &got, 1) == 1 && got == 28);
                if (!failures) { printf("well\\n"); }
                return failures;
            }
            """;

    @TempDir Path directory;

    /// A machine, and how its programs are made and started here.
    enum Machine {
        X86_64("amd64", "gcc", "gcc libc6-dev"),
        AARCH64(
                "aarch64",
                "aarch64-linux-gnu-gcc",
                "gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user-static");

        private static final String EMULATOR = "qemu-aarch64-static";

        private final String architecture;
        private final String compiler;
        private final String packages;

        Machine(String architecture, String compiler, String packages) {
            this.architecture = architecture;
            this.compiler = compiler;
            this.packages = packages;
        }

        private void assumeHere() {
            Tool.assumeInstalled(compiler, packages);
            if (this == AARCH64) {
                Tool.assumeInstalled(EMULATOR, packages);
            }
        }

        private List<String> command(Path program, String... arguments) {
            List<String> command = new ArrayList<>();
            if (this == AARCH64) {
                command.addAll(List.of("/usr/bin/" + EMULATOR, "-L", "/usr/aarch64-linux-gnu"));
            }
            command.add(program.toString());
            command.addAll(List.of(arguments));
            return command;
        }
    }

    @ParameterizedTest
    @EnumSource(Machine.class)
    void nativeMethodsAndSignalHandler_calledFromC(Machine machine) throws Exception {
        machine.assumeHere();
        write(machine);
        Path source = Files.writeString(directory.resolve("caller.c"), CALLER);
        Path caller = directory.resolve("caller");
        Tool.Result compiled =
                Tool.run(
                        directory,
                        machine.compiler,
                        "-o",
                        caller.toString(),
                        source.toString(),
                        "-ldl");
        assertThat(compiled.output()).isEmpty();

        Tool.Result called =
                run(
                        machine.command(
                                caller,
                                directory.resolve("methods.so").toString(),
                                directory.resolve("handler").toString(),
                                machine == Machine.X86_64 ? "x" : "a"));
        assertThat(called).isEqualTo(new Tool.Result(0, "well\n"));
    }

    @ParameterizedTest
    @EnumSource(Machine.class)
    void bootProgram_runsBeneathItsInit(Machine machine) throws Exception {
        machine.assumeHere();
        write(machine);

        Tool.Result ran = run(machine.command(directory.resolve("boot-runs")));
        assertThat(ran).isEqualTo(new Tool.Result(9, "0077 ü\n"));
        assertThat(run(machine.command(directory.resolve("boot-killed"))).exitCode())
                .isEqualTo(128 + 9);
        assertThat(run(machine.command(directory.resolve("boot-told"))))
                .isEqualTo(new Tool.Result(3, "got it\n"));
    }

    @ParameterizedTest
    @EnumSource(Machine.class)
    void bootProgram_callFails_isReported(Machine machine) throws Exception {
        machine.assumeHere();
        write(machine);
        Path report = directory.resolve("report");

        List<String> command = new ArrayList<>();
        command.addAll(List.of("/bin/sh", "-c", "exec 3>\"$0\"; exec \"$@\"", report.toString()));
        command.addAll(machine.command(directory.resolve("boot-fails")));
        assertThat(run(command)).isEqualTo(new Tool.Result(127, ""));
        assertThat(Programs.fails().failure(Files.readAllBytes(report)))
                .isEqualTo(new BootProgram.Failure(1, "enter", -Errno.ENOENT));
    }

    private void write(Machine machine) throws Exception {
        Tool.Result written =
                Tool.java(directory, machine.architecture, Programs.class, directory.toString());
        assertThat(written).isEqualTo(new Tool.Result(0, ""));
    }

    private Tool.Result run(List<String> command) throws Exception {
        return Tool.run(directory, command.toArray(String[]::new));
    }

    /// Writes the code of the machine that `os.arch` names.
    static final class Programs {
        private Programs() {}

        public static void main(String[] arguments) throws Exception {
            Path directory = Path.of(arguments[0]);
            Files.write(directory.resolve("methods.so"), SharedObject.bytes());
            Files.write(directory.resolve("handler"), Signals.code(700));
            program(directory, "boot-runs", beneathInit("echo $(umask) $A; exit 9"));
            program(directory, "boot-killed", beneathInit("kill -KILL $$"));
            // $PPID is the init, which passes the signal on
            program(
                    directory,
                    "boot-told",
                    beneathInit(
                            "trap 'echo got it; exit 3' TERM; kill $PPID; while :; do :; done"));
            program(directory, "boot-fails", fails());
        }

        private static void program(Path directory, String name, BootProgram program)
                throws Exception {
            Path file = Files.write(directory.resolve(name), program.elf());
            if (!file.toFile().setExecutable(true)) {
                throw new IllegalStateException(name);
            }
        }

        private static BootProgram beneathInit(String script) throws LinuxException {
            int block = 0;
            int set = 2;
            BootProgram program = new BootProgram();
            program.call("umask", ProcessSyscall.UMASK, 077);
            program.call("block", ProcessSyscall.RT_SIGPROCMASK, block, program.longs(-1L), 0, 8);
            program.forkBeneathInit();
            program.call("unblock", ProcessSyscall.RT_SIGPROCMASK, set, program.longs(0L), 0, 8);
            return program.execute(
                    "/bin/sh", List.of("sh", "-c", script), List.of("PATH=/bin", "A=ü"));
        }

        static BootProgram fails() throws LinuxException {
            BootProgram program = new BootProgram();
            program.call("umask", ProcessSyscall.UMASK, 077);
            program.call("enter", ProcessSyscall.CHDIR, program.text("/no/such"));
            return program.execute("/bin/sh", List.of("sh", "-c", "echo ran"), List.of());
        }
    }
}
