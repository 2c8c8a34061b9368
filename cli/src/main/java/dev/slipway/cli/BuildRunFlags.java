package dev.slipway.cli;

import dev.slipway.cli.options.Option;

/// The flags of `slipway build` about its RUN steps.
final class BuildRunFlags {
    static final Option ADD_HOST =
            Option.list("add-host", "HOST:IP", "A host name that RUN steps know");
    static final Option NETWORK =
            Option.value("network", "MODE", "Network of RUN steps")
                    .choices("default", "none", "host");
    static final Option SECRET =
            Option.list(
                    "secret", "id=ID[,src=FILE|,env=NAME]", "A secret for RUN --mount=type=secret");
    static final Option SSH =
            Option.list(
                    "ssh",
                    "default|ID[=SOCKET|KEY[,KEY]]",
                    "An ssh agent, or private keys, for RUN --mount=type=ssh");
    static final Option ALLOW =
            Option.list(
                    "allow",
                    "ENTITLEMENT",
                    "Allow network.host, security.insecure, device[=NAME] or volume[=PATH]");
    static final Option VOLUME =
            Option.list(
                    "volume",
                    'v',
                    "SOURCE:DIR[:ro]",
                    "Mount something of this machine; needs --allow volume");
    static final Option RETRIES =
            Option.value("run-retries", "NUMBER", "Try a failing RUN again, from the same files");
    static final Option RETRY_DELAY =
            Option.value("run-retry-delay", "TIME", "Wait before the first retry; then twice that")
                    .standard("1s");
    static final Option TIMEOUT =
            Option.value("run-timeout", "TIME", "Kill a RUN that takes longer, such as 10m");
    static final Option RUNTIME =
            Option.value("runtime", "NAME", "What runs the containers of RUN steps")
                    .choices("embedded", "runc", "crun")
                    .environment("SLIPWAY_RUNTIME");

    static final Option RESOURCE =
            Option.list(
                    "resource",
                    "KEY=VALUE[,KEY=VALUE]",
                    "A limit: memory, memory-swap, cpu-shares, cpu-period, cpu-quota, cpuset-cpus or"
                            + " cpuset-mems");
    static final Option ULIMIT =
            Option.list("ulimit", "NAME=SOFT[:HARD]", "A resource limit, such as nofile=1024");
    static final Option SHM_SIZE =
            Option.value("shm-size", "BYTES", "Size of /dev/shm [default 64m]");
    static final Option CGROUP_PARENT =
            Option.value("cgroup-parent", "PATH", "The control group that theirs are made in");
    static final Option MEMORY = Option.value("memory", 'm', "BYTES", "As --resource memory=");
    static final Option MEMORY_SWAP =
            Option.value("memory-swap", "BYTES", "As --resource memory-swap=; -1 for no limit");
    static final Option CPU_SHARES =
            Option.value("cpu-shares", 'c', "NUMBER", "As --resource cpu-shares=");
    static final Option CPU_PERIOD =
            Option.value("cpu-period", "MICROS", "As --resource cpu-period=");
    static final Option CPU_QUOTA = Option.value("cpu-quota", "MICROS", "As --resource cpu-quota=");
    static final Option CPUSET_CPUS =
            Option.value("cpuset-cpus", "LIST", "As --resource cpuset-cpus=");
    static final Option CPUSET_MEMS =
            Option.value("cpuset-mems", "LIST", "As --resource cpuset-mems=");

    static final Option UNSET =
            Option.list(
                    "unset",
                    "KIND[=NAME]",
                    "Take something out of the image's config, such as VOLUME, ENV=NAME or CMD");
    static final Option UNSET_ENV = Option.list("unsetenv", "NAME", "As --unset ENV=NAME");
    static final Option UNSET_LABEL = Option.list("unsetlabel", "NAME", "As --unset LABEL=NAME");

    static final Option[] STEPS = {
        NETWORK, ADD_HOST, SECRET, SSH, ALLOW, VOLUME, RETRIES, RETRY_DELAY, TIMEOUT, RUNTIME
    };

    static final Option[] LIMITS = {
        RESOURCE,
        ULIMIT,
        SHM_SIZE,
        CGROUP_PARENT,
        MEMORY,
        MEMORY_SWAP,
        CPU_SHARES,
        CPU_PERIOD,
        CPU_QUOTA,
        CPUSET_CPUS,
        CPUSET_MEMS
    };

    private BuildRunFlags() {}
}
