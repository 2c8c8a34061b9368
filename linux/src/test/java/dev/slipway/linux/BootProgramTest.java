package dev.slipway.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.List;

class BootProgramTest {
    @SuppressWarnings("ArrayRecordComponent")
    private record Outcome(int exitCode, String output, byte[] report) {}

    @Test
    void execute_command_becomesIt() throws Exception {
        BootProgram program = new BootProgram();
        program.call("umask", ProcessSyscall.UMASK, 077);
        program.call("chdir", ProcessSyscall.CHDIR, program.text("/usr"));
        closeReportOnExec(program);
        program.execute(
                "/bin/sh", List.of("sh", "-c", "umask; pwd; echo $A; exit 7"), List.of("A=ü"));

        Outcome outcome = run(program);

        assertThat(outcome.output).isEqualTo("0077\n/usr\nü\n");
        assertThat(outcome.exitCode).isEqualTo(7);
        assertThat(outcome.report).isEmpty();
    }

    @Test
    void call_fails_isReportedAndNothingIsExecuted() throws Exception {
        BootProgram program = new BootProgram();
        program.call("umask", ProcessSyscall.UMASK, 077);
        program.call("enter", ProcessSyscall.CHDIR, program.text("/no/such"));
        program.execute("/bin/sh", List.of("sh", "-c", "echo ran"), List.of());

        Outcome outcome = run(program);

        assertThat(outcome.output).isEmpty();
        assertThat(outcome.exitCode).isEqualTo(127);
        assertThat(program.failure(outcome.report))
                .isEqualTo(new BootProgram.Failure(1, "enter", -Errno.ENOENT));
    }

    @Test
    void call_unexpectedResult_isReported() throws Exception {
        BootProgram program = new BootProgram();
        var zero = BootProgram.Expected.exactly(0);
        program.call("first", BootProgram.Expected.ANYTHING, ProcessSyscall.CHDIR, 0);
        program.call("second", zero, ProcessSyscall.UMASK, 077);
        program.execute("/bin/sh", List.of("sh", "-c", "echo ran"), List.of());

        assertThat(program.failure(run(program).report))
                .isEqualTo(new BootProgram.Failure(1, "second", 022));
    }

    @Test
    void forkBeneathInit_childEnds_exitsAsItDoes() throws Exception {
        assertThat(run(beneathInit("exit 9")).exitCode).isEqualTo(9);
        assertThat(run(beneathInit("kill -KILL $$")).exitCode).isEqualTo(137);
    }

    @Test
    void forkBeneathInit_signal_isPassedOn() throws Exception {
        String script = "trap 'echo got it; exit 3' TERM; echo ready; while :; do sleep 0.01; done";
        BootProgram program = beneathInit(script);
        try (Fd file = program.seal("boot-test");
                Pipe output = Pipe.create();
                Pipe report = Pipe.create();
                ChildProcess child = start(file, output, report)) {
            output.writeEnd().close();
            byte[] buffer = new byte[100];
            assertThat(output.readEnd().read(buffer, 0, 100)).isEqualTo(6);
            child.signal(ChildProcess.SIGTERM);
            assertThat(child.waitFor()).isEqualTo(3);
            assertThat(output.readEnd().inputStream().readAllBytes())
                    .asString()
                    .isEqualTo("got it\n");
        }
    }

    @Test
    void forkBeneathInit_orphans_areReaped() throws Exception {
        // The orphan's parent is not this init (which is no subreaper), so only the order of ends
        // is checked.
        Outcome outcome = run(beneathInit("(sleep 0.05; echo late) & exit 4"));

        assertThat(outcome.exitCode).isEqualTo(4);
        assertThat(outcome.output).isEqualTo("late\n");
    }

    @Test
    void seal_file_cannotBeChanged() throws Exception {
        BootProgram program = new BootProgram();
        program.execute("/bin/true", List.of("true"), List.of());
        try (Fd file = program.seal("boot-test")) {
            assertThat(
                            catchThrowableOfType(
                                            LinuxException.class,
                                            () -> file.write(new byte[1], 0, 1))
                                    .errno())
                    .isEqualTo(Errno.EPERM);
        }
    }

    private static BootProgram beneathInit(String script) throws LinuxException {
        int block = 0;
        int set = 2;
        BootProgram program = new BootProgram();
        closeReportOnExec(program);
        program.call("block", ProcessSyscall.RT_SIGPROCMASK, block, program.longs(-1L), 0, 8);
        program.forkBeneathInit();
        program.call("unblock", ProcessSyscall.RT_SIGPROCMASK, set, program.longs(0L), 0, 8);
        return program.execute("/bin/sh", List.of("sh", "-c", script), List.of("PATH=/bin"));
    }

    private static void closeReportOnExec(BootProgram program) {
        int setFd = 2;
        program.call("report", ProcessSyscall.FCNTL, BootProgram.REPORT_FD, setFd, 1);
    }

    private static Outcome run(BootProgram program) throws Exception {
        try (Fd file = program.seal("boot-test");
                Pipe output = Pipe.create();
                Pipe report = Pipe.create();
                ChildProcess child = start(file, output, report)) {
            output.writeEnd().close();
            report.writeEnd().close();
            byte[] reported = report.readEnd().inputStream().readAllBytes();
            byte[] written = output.readEnd().inputStream().readAllBytes();
            return new Outcome(
                    child.waitFor(), new String(written, StandardCharsets.UTF_8), reported);
        }
    }

    private static ChildProcess start(Fd file, Pipe output, Pipe report) throws LinuxException {
        try (Fd out = ProcessSpawn.high(output.writeEnd());
                Fd failure = ProcessSpawn.high(report.writeEnd())) {
            return new ProcessSpawn("/proc/self/fd/" + file.number(), List.of("boot"), List.of())
                    .withFd(1, out)
                    .withFd(2, out)
                    .withFd(BootProgram.REPORT_FD, failure)
                    .start();
        }
    }
}
