package dev.slipway.container;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
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
    private static final int ATTEMPTS = 10;

    private final String parent;
    private final List<Path> directories = new ArrayList<>();
    private final List<Path> made = new ArrayList<>(); // outermost first

    private Cgroup(String parent) {
        this.parent = parent.isEmpty() ? PARENT : parent.substring(1);
    }

    /// The path of a parent from the root of the hierarchy, with a slash before it; empty stays so.
    ///
    /// @throws IllegalArgumentException if it would lead elsewhere
    static String checkedParent(String parent) {
        var path = new StringBuilder();
        for (int start = 0; start <= parent.length(); ) {
            int slash = parent.indexOf('/', start);
            int end = slash < 0 ? parent.length() : slash;
            String name = parent.substring(start, end);
            if (name.equals(".") || name.equals("..") || name.indexOf('\0') >= 0) {
                throw new IllegalArgumentException("invalid cgroup parent: " + parent);
            }
            if (!name.isEmpty()) {
                path.append('/').append(name);
            }
            start = end + 1;
        }
        return path.toString();
    }

    /// Whether this process may make groups beneath the root of the hierarchy.
    static boolean isWritable() {
        return Files.isWritable(CgroupVersion.unified() ? ROOT : ROOT.resolve("memory"));
    }

    /// Where a container's own group is, in every hierarchy.
    static String path(String parent, String id) {
        return (parent.isEmpty() ? "/" + PARENT : parent) + "/" + id;
    }

    /// Makes them; null if there is nothing to limit and no parent was asked for, or nothing can be
    /// made.
    ///
    /// @param id a name no other container has
    /// @param parent as [#checkedParent] gives it
    static @Nullable Cgroup create(
            String id, String parent, Resources resources, Warnings warnings) {
        if (resources.isUnlimited() && parent.isEmpty()) {
            return null;
        }
        Cgroup cgroup = new Cgroup(parent);
        boolean unified = CgroupVersion.unified();
        Map<String, Map<String, String>> settings =
                unified ? version2(resources) : version1(resources);
        settings.forEach((controller, values) -> {
            Path base = unified ? ROOT : ROOT.resolve(controller);
            boolean wanted = !values.isEmpty() || (!parent.isEmpty() && Files.isDirectory(base));
            if (wanted) {
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
        Path directory = base.resolve(parent).resolve(id);
        try {
            makeAll(base, directory);
            if (unified && !values.isEmpty()) {
                write(base.resolve("cgroup.subtree_control"), "+" + controller);
                for (Path above : above(base)) {
                    write(above.resolve("cgroup.subtree_control"), "+" + controller);
                }
            }
            if (!directories.contains(directory)) {
                directories.add(directory);
            }
            if (!unified && controller.equals("cpuset")) {
                inheritCpus(base, directory);
            }
        } catch (IOException e) {
            String what =
                    values.isEmpty()
                            ? "not in the cgroup /" + parent
                            : "no " + controller + " limit";
            warnings.add(what + ": " + base + " cannot be written to");
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

    /// The groups between the root of a hierarchy and a container's own, outermost first.
    private List<Path> above(Path base) {
        List<Path> all = new ArrayList<>();
        Path at = base;
        for (Path name : Path.of(parent)) {
            at = at.resolve(name);
            all.add(at);
        }
        return all;
    }

    private void makeAll(Path base, Path directory) throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                for (Path above : above(base)) {
                    make(above);
                }
                make(directory);
                return;
            } catch (NoSuchFileException e) {
                // Another container, the last in a group above, took that away meanwhile.
                if (attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private void make(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            try {
                Files.createDirectory(directory);
                made.add(directory);
            } catch (FileAlreadyExistsException e) {
                return; // another container was faster
            }
        }
    }

    /// A group of version 1 takes no process before it has both.
    private void inheritCpus(Path base, Path own) throws IOException {
        Path above = base;
        List<Path> groups = above(base);
        groups.add(own);
        for (Path directory : groups) {
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

    /// Takes the groups away that were made; no process may be left in them.
    @Override
    public void close() {
        for (Path directory : made.reversed()) {
            remove(directory);
        }
        made.clear();
        if (parent.equals(PARENT)) {
            for (Path directory : directories) {
                remove(directory.resolveSibling(".").normalize());
            }
        }
    }

    private static void remove(Path directory) {
        try {
            Files.deleteIfExists(directory);
        } catch (IOException e) {
            return; // another container's group is in it
        }
    }
}
