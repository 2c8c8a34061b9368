package dev.slipway.container;

import dev.slipway.container.SeccompProfile.Verdict;
import dev.slipway.image.JsonWriter;
import dev.slipway.linux.Capabilities;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Writes a specification as the `config.json` of an OCI bundle; runtime-spec, `config.md`.
final class OciConfig {
    /// A mount whose source is a path of the host, or the name of a file system.
    record Mount(String target, String type, String source, List<String> options) {}

    /// A device that the container may open.
    record Node(boolean block, int major, int minor, String permissions) {}

    /// What a runtime is told beyond the specification.
    ///
    /// @param rootPath where the root is mounted
    /// @param mounts after the standard ones
    /// @param capabilities those to leave, which this process has
    /// @param limits resource limits this process may set
    /// @param devices besides the standard ones
    /// @param resources those that can be limited here
    /// @param cgroupsPath where its cgroup is to be; empty for none
    record Facts(
            String rootPath,
            List<Mount> mounts,
            long capabilities,
            List<Ulimit> limits,
            List<Node> devices,
            Resources resources,
            String cgroupsPath) {}

    private static final List<Mount> STANDARD =
            List.of(
                    new Mount("/proc", "proc", "proc", List.of("nosuid", "noexec", "nodev")),
                    new Mount(
                            "/dev",
                            "tmpfs",
                            "tmpfs",
                            List.of("nosuid", "strictatime", "mode=755", "size=65536k")),
                    new Mount(
                            "/dev/pts",
                            "devpts",
                            "devpts",
                            List.of(
                                    "nosuid",
                                    "noexec",
                                    "newinstance",
                                    "ptmxmode=0666",
                                    "mode=0620")),
                    new Mount(
                            "/dev/mqueue",
                            "mqueue",
                            "mqueue",
                            List.of("nosuid", "noexec", "nodev")));

    private static final List<String> MASKED =
            List.of(
                    "/proc/acpi",
                    "/proc/asound",
                    "/proc/interrupts",
                    "/proc/kcore",
                    "/proc/keys",
                    "/proc/latency_stats",
                    "/proc/sched_debug",
                    "/proc/scsi",
                    "/proc/timer_list",
                    "/proc/timer_stats",
                    "/sys/devices/virtual/powercap",
                    "/sys/firmware");
    private static final List<String> READ_ONLY =
            List.of("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger");

    private final ContainerSpec spec;
    private final Facts facts;
    private final JsonWriter json = JsonWriter.plain();

    private OciConfig(ContainerSpec spec, Facts facts) {
        this.spec = spec;
        this.facts = facts;
    }

    static byte[] write(ContainerSpec spec, Facts facts) {
        OciConfig config = new OciConfig(spec, facts);
        config.write();
        return config.json.toBytes();
    }

    private void write() {
        json.beginObject().member("ociVersion", "1.0.2");
        process();
        json.name("root").beginObject();
        json.member("path", facts.rootPath).member("readonly", spec.readOnlyRoot()).endObject();
        json.member("hostname", HostFiles.hostname(spec));
        mounts();
        linux();
        json.endObject();
    }

    private void process() {
        json.name("process").beginObject();
        json.member("terminal", spec.terminal()).member("cwd", spec.cwd());
        json.member("args", spec.args()).member("env", spec.env());
        json.member("noNewPrivileges", spec.noNewPrivileges());
        json.name("user").beginObject();
        json.member("uid", spec.user().uid()).member("gid", spec.user().gid());
        json.member("umask", 022);
        json.name("additionalGids").beginArray();
        spec.user().additionalGids().forEach(json::value);
        json.endArray().endObject();
        List<String> names = new ArrayList<>();
        for (int i = 0; i < Capabilities.NAMES.size(); i++) {
            if ((facts.capabilities >> i & 1) == 1) {
                names.add("CAP_" + Capabilities.NAMES.get(i));
            }
        }
        List<String> own = spec.user().uid() == 0 ? names : List.of();
        json.name("capabilities").beginObject();
        json.member("bounding", names).member("effective", own).member("permitted", own);
        json.endObject();
        json.name("rlimits").beginArray();
        for (Ulimit limit : facts.limits) {
            json.beginObject();
            json.member("type", "RLIMIT_" + limit.name().toUpperCase(Locale.ROOT));
            unsigned("soft", limit.soft());
            unsigned("hard", limit.hard());
            json.endObject();
        }
        json.endArray().endObject();
    }

    private void unsigned(String name, long value) {
        // No limit is 2⁶⁴-1 there, more than a JSON writer of longs can say; 2⁶³-1 bytes will do.
        json.member(name, value == -1 ? Long.MAX_VALUE : value);
    }

    private void mounts() {
        json.name("mounts").beginArray();
        STANDARD.forEach(this::mount);
        long shm = spec.shmSizeBytes() == 0 ? 64L << 20 : spec.shmSizeBytes();
        mount(
                new Mount(
                        "/dev/shm",
                        "tmpfs",
                        "shm",
                        List.of("nosuid", "noexec", "nodev", "mode=1777", "size=" + shm)));
        List<String> sys = new ArrayList<>(List.of("nosuid", "noexec", "nodev"));
        if (!spec.privileged()) {
            sys.add("ro");
        }
        if (UserNamespace.inside() && spec.network() == NetworkMode.HOST) {
            // Only what is there already may be shown of a network that is not its own.
            sys.addAll(List.of("rbind", "ro"));
            mount(new Mount("/sys", "none", "/sys", sys));
        } else {
            mount(new Mount("/sys", "sysfs", "sysfs", sys));
        }
        facts.mounts.forEach(this::mount);
        json.endArray();
    }

    private void mount(Mount mount) {
        json.beginObject().member("destination", mount.target).member("type", mount.type);
        json.member("source", mount.source).member("options", mount.options).endObject();
    }

    private void linux() {
        json.name("linux").beginObject();
        json.name("namespaces").beginArray();
        List<String> kinds = new ArrayList<>(List.of("pid", "ipc", "uts", "mount"));
        if (spec.network() == NetworkMode.NONE) {
            kinds.add("network");
        }
        for (String kind : kinds) {
            json.beginObject().member("type", kind).endObject();
        }
        json.endArray();
        json.memberUnlessEmpty("cgroupsPath", facts.cgroupsPath);
        json.memberUnlessEmpty("sysctl", spec.sysctls());
        resources();
        if (!spec.privileged()) {
            json.member("maskedPaths", MASKED).member("readonlyPaths", READ_ONLY);
            if (spec.seccomp()) {
                seccomp();
            }
        }
        json.endObject();
    }

    private void resources() {
        json.name("resources").beginObject().name("devices").beginArray();
        json.beginObject().member("allow", spec.privileged()).member("access", "rwm").endObject();
        if (!spec.privileged()) {
            for (String type : List.of("c", "b")) {
                json.beginObject().member("allow", true).member("type", type);
                json.member("access", "m").endObject();
            }
            facts.devices.forEach(this::allow);
        }
        json.endArray();
        Resources resources = facts.resources;
        if (resources.memoryBytes() > 0) {
            json.name("memory").beginObject().member("limit", resources.memoryBytes());
            if (resources.memorySwapBytes() != 0) {
                json.member("swap", resources.memorySwapBytes());
            }
            json.endObject();
        }
        json.name("cpu").beginObject();
        json.memberUnlessZero("shares", resources.cpuShares());
        json.memberUnlessZero("quota", resources.cpuQuotaMicros());
        json.memberUnlessZero("period", resources.cpuPeriodMicros());
        json.memberUnlessEmpty("cpus", resources.cpusetCpus());
        json.memberUnlessEmpty("mems", resources.cpusetMems()).endObject();
        if (resources.pidsLimit() > 0) {
            json.name("pids").beginObject();
            json.member("limit", resources.pidsLimit()).endObject();
        }
        json.endObject();
    }

    private void allow(Node node) {
        json.beginObject().member("allow", true).member("type", node.block ? "b" : "c");
        json.member("major", node.major).member("minor", node.minor);
        json.member("access", node.permissions).endObject();
    }

    private void seccomp() {
        Map<Verdict, List<String>> names = SeccompProfile.names(facts.capabilities);
        json.name("seccomp").beginObject().member("defaultAction", "SCMP_ACT_ERRNO");
        boolean arm = System.getProperty("os.arch", "").equals("aarch64");
        json.member(
                "architectures",
                arm
                        ? List.of("SCMP_ARCH_AARCH64", "SCMP_ARCH_ARM")
                        : List.of("SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"));
        json.name("syscalls").beginArray();
        rule(names.getOrDefault(Verdict.ALLOW, List.of()), "SCMP_ACT_ALLOW");
        argument("clone", SeccompFilter.NEW_NAMESPACES, "SCMP_CMP_MASKED_EQ", names, Verdict.CLONE);
        argument("socket", SeccompFilter.AF_VSOCK, "SCMP_CMP_NE", names, Verdict.SOCKET);
        for (int personality : SeccompFilter.PERSONALITIES) {
            long value = Integer.toUnsignedLong(personality);
            argument("personality", value, "SCMP_CMP_EQ", names, Verdict.PERSONALITY);
        }
        if (names.containsKey(Verdict.CLONE3)) {
            json.beginObject().member("names", List.of("clone3"));
            json.member("action", "SCMP_ACT_ERRNO").member("errnoRet", 38).endObject();
        }
        json.endArray().endObject();
    }

    private void rule(List<String> names, String action) {
        json.beginObject().member("names", names).member("action", action).endObject();
    }

    private void argument(
            String name,
            long value,
            String comparison,
            Map<Verdict, List<String>> names,
            Verdict verdict) {
        if (!names.containsKey(verdict)) {
            return;
        }
        json.beginObject().member("names", List.of(name)).member("action", "SCMP_ACT_ALLOW");
        json.name("args").beginArray().beginObject().member("index", 0).member("value", value);
        json.member("valueTwo", 0).member("op", comparison).endObject().endArray().endObject();
    }
}
