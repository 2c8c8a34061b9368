package dev.slipway.container;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The control groups that hold a container's processes to its [Resources]: one directory with
/// version 2, one for each controller with version 1. What cannot be enforced here is a warning.
final class Cgroup implements AutoCloseable {
    private static final Path ROOT = Path.of("/sys/fs/cgroup");
    private static final String PARENT = "slipway";

    private final List<Path> directories = new ArrayList<>();

    private Cgroup() {}

    /// Makes them; null if there is nothing to limit, or nothing can be.
    ///
    /// @param id a name no other container has
    static @Nullable Cgroup create(String id, Resources resources, Warnings warnings) {
        if (resources.equals(Resources.UNLIMITED)) {
            return null;
        }
        Cgroup cgroup = new Cgroup();
        boolean unified = CgroupVersion.unified();
        Map<String, Map<String, String>> settings =
                unified ? version2(resources) : version1(resources);
        settings.forEach((controller, values) -> {
            if (!values.isEmpty()) {
                Path base = unified ? ROOT : ROOT.resolve(controller);
                cgroup.limit(base, controller, id, unified, values, warnings);
            }
        });
        return cgroup.directories.isEmpty() ? null : cgroup;
    }

    private void limit(
            Path base,
            String controller,
            String id,
            boolean unified,
            Map<String, String> values,
            Warnings warnings) {
        Path directory = base.resolve(PARENT).resolve(id);
        try {
            if (unified) {
                Files.createDirectories(directory.getParent());
                write(base.resolve("cgroup.subtree_control"), "+" + controller);
                write(base.resolve(PARENT).resolve("cgroup.subtree_control"), "+" + controller);
            }
            if (!directories.contains(directory)) {
                Files.createDirectories(directory);
                directories.add(directory);
            }
            if (!unified && controller.equals("cpuset")) {
                inheritCpus(base);
            }
        } catch (IOException e) {
            warnings.add("no " + controller + " limit: " + base + " cannot be written to");
            return;
        }
        values.forEach((file, value) -> {
            try {
                write(directory.resolve(file), value);
            } catch (IOException e) {
                warnings.add("the limit " + file + "=" + value + " cannot be set here");
            }
        });
    }

    /// A group of version 1 takes no process before it has both.
    private void inheritCpus(Path base) throws IOException {
        Path above = base;
        for (Path directory : List.of(base.resolve(PARENT), directories.getLast())) {
            for (String file : List.of("cpuset.cpus", "cpuset.mems")) {
                if (Files.readString(directory.resolve(file)).isBlank()) {
                    write(directory.resolve(file), Files.readString(above.resolve(file)).strip());
                }
            }
            above = directory;
        }
    }

    private static void write(Path file, String value) throws IOException {
        Files.writeString(file, value);
    }

    /// Documentation/admin-guide/cgroup-v1 of Linux.
    private static Map<String, Map<String, String>> version1(Resources r) {
        Map<String, Map<String, String>> settings = new LinkedHashMap<>();
        Map<String, String> memory = new LinkedHashMap<>();
        put(memory, "memory.limit_in_bytes", r.memoryBytes());
        put(memory, "memory.memsw.limit_in_bytes", r.memorySwapBytes());
        settings.put("memory", memory);
        Map<String, String> cpu = new LinkedHashMap<>();
        put(cpu, "cpu.cfs_period_us", r.cpuPeriodMicros());
        put(cpu, "cpu.cfs_quota_us", r.cpuQuotaMicros());
        put(cpu, "cpu.shares", r.cpuShares());
        settings.put("cpu", cpu);
        settings.put("cpuset", cpuset(r));
        Map<String, String> pids = new LinkedHashMap<>();
        put(pids, "pids.max", r.pidsLimit());
        settings.put("pids", pids);
        return settings;
    }

    /// Documentation/admin-guide/cgroup-v2.rst of Linux.
    private static Map<String, Map<String, String>> version2(Resources r) {
        Map<String, Map<String, String>> settings = new LinkedHashMap<>();
        Map<String, String> memory = new LinkedHashMap<>();
        put(memory, "memory.max", r.memoryBytes());
        if (r.memorySwapBytes() != 0) { // version 1's is of both together
            long swap = r.memorySwapBytes() - r.memoryBytes();
            memory.put("memory.swap.max", r.memorySwapBytes() < 0 ? "max" : Long.toString(swap));
        }
        settings.put("memory", memory);
        Map<String, String> cpu = new LinkedHashMap<>();
        long period = r.cpuPeriodMicros() == 0 ? 100_000 : r.cpuPeriodMicros();
        if (r.cpuQuotaMicros() > 0) {
            cpu.put("cpu.max", r.cpuQuotaMicros() + " " + period);
        }
        if (r.cpuShares() > 0) { // 2 to 262144 become 1 to 10000, as the OCI runtimes convert
            put(cpu, "cpu.weight", 1 + (Math.max(2, r.cpuShares()) - 2) * 9999 / 262_142);
        }
        settings.put("cpu", cpu);
        settings.put("cpuset", cpuset(r));
        Map<String, String> pids = new LinkedHashMap<>();
        put(pids, "pids.max", r.pidsLimit());
        settings.put("pids", pids);
        return settings;
    }

    private static Map<String, String> cpuset(Resources r) {
        Map<String, String> cpuset = new LinkedHashMap<>();
        if (!r.cpusetCpus().isEmpty()) {
            cpuset.put("cpuset.cpus", r.cpusetCpus());
        }
        if (!r.cpusetMems().isEmpty()) {
            cpuset.put("cpuset.mems", r.cpusetMems());
        }
        return cpuset;
    }

    private static void put(Map<String, String> settings, String file, long value) {
        if (value != 0) {
            settings.put(file, Long.toString(value));
        }
    }

    /// Moves a process in; the children it makes from now on are in as well.
    void add(int pid) throws IOException {
        for (Path directory : directories) {
            write(directory.resolve("cgroup.procs"), Integer.toString(pid));
        }
    }

    /// Takes the groups away; no process may be left in them.
    @Override
    public void close() {
        for (Path directory : directories) {
            for (Path path : List.of(directory, directory.resolveSibling("."))) {
                try {
                    Files.deleteIfExists(path.normalize());
                } catch (IOException e) {
                    break; // another container's group is beside it
                }
            }
        }
    }
}
