package dev.slipway.container;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Which entries of `/proc` this kernel has of those that a container must not see or change: the
/// same in every pid namespace.
///
/// @param directories to be covered by an empty one
/// @param files to be covered by `/dev/null`
/// @param readOnly to be made read-only
record ProcMasks(List<String> directories, List<String> files, List<String> readOnly) {
    private static final Path PROC = Path.of("/proc");
    private static final List<String> MASKED =
            List.of(
                    "acpi",
                    "asound",
                    "interrupts",
                    "kcore",
                    "keys",
                    "latency_stats",
                    "sched_debug",
                    "scsi",
                    "timer_list",
                    "timer_stats");
    private static final List<String> READ_ONLY =
            List.of("bus", "fs", "irq", "sys", "sysrq-trigger");

    /// Looks, which is a score of calls.
    static ProcMasks find() {
        List<String> directories = new ArrayList<>();
        List<String> files = new ArrayList<>();
        for (String name : MASKED) {
            Path path = PROC.resolve(name);
            if (Files.isDirectory(path)) {
                directories.add(name);
            } else if (Files.exists(path)) {
                files.add(name);
            }
        }
        List<String> readOnly = new ArrayList<>();
        for (String name : READ_ONLY) {
            if (Files.exists(PROC.resolve(name))) {
                readOnly.add(name);
            }
        }
        return new ProcMasks(directories, files, readOnly);
    }
}
