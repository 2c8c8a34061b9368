package dev.slipway.cli;

import dev.slipway.cli.options.CommandSpec;
import dev.slipway.cli.options.Option;

/// The flags of `slipway run`, spelled as docker spells them.
final class RunFlags {
    static final Option INTERACTIVE = Option.flag("interactive", 'i', "Pass standard input on");
    static final Option TTY = Option.flag("tty", 't', "Give it a terminal");
    static final Option RM =
            Option.flag("rm", "Remove the container at its end, which is always done");
    static final Option NAME =
            Option.value("name", "NAME", "Name of the container, and its host name's default");
    static final Option ENTRYPOINT =
            Option.value("entrypoint", "COMMAND", "Replace the image's entrypoint; empty for none");
    static final Option WORKDIR = Option.value("workdir", 'w', "DIR", "Working directory");
    static final Option USER =
            Option.value("user", 'u', "USER[:GROUP]", "Run as this user, by name or number");
    static final Option GROUP_ADD = Option.list("group-add", "GID", "A further group, by number");
    static final Option INIT = Option.flag("init", "Run a small init as process 1");
    static final Option PLATFORM =
            Option.value("platform", "OS/ARCH", "Platform the image must have");
    static final Option PULL =
            Option.value("pull", "WHEN", "Whether the image is asked for anew at its registry")
                    .choices("always", "missing", "never")
                    .standard("missing");
    static final Option CIDFILE =
            Option.value("cidfile", "FILE", "Write the container's ID to a file")
                    .offers(Option.Offer.FILES);
    static final Option STOP_SIGNAL =
            Option.value("stop-signal", "SIGNAL", "Accepted: signals are forwarded as they come")
                    .hidden();
    static final Option QUIET = Option.flag("quiet", 'q', "Print no warnings");

    static final Option ENV =
            Option.list("env", 'e', "NAME[=VALUE]", "Set a variable; without a value, from here");
    static final Option ENV_FILE =
            Option.list("env-file", "FILE", "Set variables from a file of NAME=VALUE lines")
                    .offers(Option.Offer.FILES);
    static final Option HOSTNAME = Option.value("hostname", 'h', "NAME", "Host name");
    static final Option ADD_HOST = Option.list("add-host", "HOST:IP", "A host name it knows");
    static final Option NETWORK =
            Option.value("network", "MODE", "Network").choices("host", "none").standard("host");
    static final Option NET = Option.value("net", "MODE", "").choices("host", "none").hidden();
    static final Option LABEL = Option.list("label", 'l', "NAME=VALUE", "Accepted").hidden();

    static final Option VOLUME =
            Option.list(
                    "volume",
                    'v',
                    "[SOURCE:]DIR[:ro]",
                    "Mount a directory of this machine or a named volume");
    static final Option MOUNT =
            Option.list(
                    "mount",
                    "type=...,target=DIR",
                    "Mount: type bind, volume or tmpfs, with docker's fields");
    static final Option TMPFS =
            Option.list("tmpfs", "DIR[:OPTIONS]", "Mount a file system in memory");
    static final Option READ_ONLY = Option.flag("read-only", "Make the root file system read-only");
    static final Option SHM_SIZE =
            Option.value("shm-size", "BYTES", "Size of /dev/shm [default 64m]");

    static final Option MEMORY = Option.value("memory", 'm', "BYTES", "Memory limit, such as 512m");
    static final Option MEMORY_SWAP =
            Option.value("memory-swap", "BYTES", "Limit of memory and swap, -1 for none");
    static final Option CPUS =
            Option.value("cpus", "NUMBER", "How many processors' time it may use, such as 1.5");
    static final Option CPU_SHARES =
            Option.value("cpu-shares", 'c', "NUMBER", "Weight among containers");
    static final Option CPU_PERIOD =
            Option.value("cpu-period", "MICROS", "Period of --cpu-quota").hidden();
    static final Option CPU_QUOTA =
            Option.value("cpu-quota", "MICROS", "Processor time a period").hidden();
    static final Option CPUSET_CPUS =
            Option.value("cpuset-cpus", "LIST", "Processors it may use, such as 0-1");
    static final Option CPUSET_MEMS =
            Option.value("cpuset-mems", "LIST", "Memory nodes it may use").hidden();
    static final Option PIDS_LIMIT =
            Option.value("pids-limit", "NUMBER", "Most processes and threads");
    static final Option ULIMIT =
            Option.list("ulimit", "NAME=SOFT[:HARD]", "A resource limit, such as nofile=1024");

    static final Option PRIVILEGED =
            Option.flag("privileged", "All capabilities and devices, nothing masked");
    static final Option CAP_ADD = Option.list("cap-add", "NAME", "Add a capability, or ALL");
    static final Option CAP_DROP = Option.list("cap-drop", "NAME", "Drop a capability, or ALL");
    static final Option SECURITY_OPT =
            Option.list(
                    "security-opt", "OPTION", "no-new-privileges[=false] or seccomp=unconfined");
    static final Option DEVICE =
            Option.list("device", "HOST[:CONTAINER[:rwm]]", "Give it a device");
    static final Option SYSCTL =
            Option.list("sysctl", "NAME=VALUE", "Set a kernel parameter of its namespaces");
    static final Option RUNTIME =
            Option.value("runtime", "NAME", "What runs the container")
                    .choices("embedded", "runc", "crun")
                    .environment("SLIPWAY_RUNTIME");
    static final Option SIG_PROXY =
            Option.flag("sig-proxy", "Forward signals to the container").standard("true");

    private static final String FOREGROUND = "containers run in the foreground only.";
    private static final String HOST_NETWORK =
            "a container uses the host's network, where its ports can be reached as they are.";
    private static final String OWN_NAMESPACES = "a container has namespaces of its own.";

    private static final Option[] REFUSED = {
        Option.refused("detach", 'd', FOREGROUND),
        Option.refused("attach", 'a', "all its streams are attached."),
        Option.refused("detach-keys", FOREGROUND),
        Option.refused("restart", FOREGROUND),
        Option.refused("publish", 'p', HOST_NETWORK),
        Option.refused("publish-all", 'P', HOST_NETWORK),
        Option.refused("expose", HOST_NETWORK),
        Option.refused("dns", HOST_NETWORK),
        Option.refused("dns-search", HOST_NETWORK),
        Option.refused("ip", HOST_NETWORK),
        Option.refused("link", HOST_NETWORK),
        Option.refused("network-alias", HOST_NETWORK),
        Option.refused("mac-address", HOST_NETWORK),
        Option.refused("pid", OWN_NAMESPACES),
        Option.refused("ipc", OWN_NAMESPACES),
        Option.refused("uts", OWN_NAMESPACES),
        Option.refused("userns", OWN_NAMESPACES),
        Option.refused("cgroupns", OWN_NAMESPACES),
        Option.refused("gpus", "GPUs are not part of this version; see --device."),
        Option.refused("volumes-from", "no container is kept that volumes could come from."),
        Option.refused("log-driver", "its output goes to this terminal."),
        Option.refused("health-cmd", FOREGROUND),
    };

    private RunFlags() {}

    static CommandSpec spec() {
        return new CommandSpec("run", "Run a command in a new container from an image")
                .usage("[OPTIONS] IMAGE [COMMAND] [ARG...]")
                .aliases("container run")
                .arguments(1, -1, Option.Offer.IMAGES)
                .stopsAtArgument()
                .options(
                        "Options",
                        INTERACTIVE,
                        TTY,
                        RM,
                        NAME,
                        ENTRYPOINT,
                        WORKDIR,
                        USER,
                        GROUP_ADD,
                        INIT,
                        PLATFORM,
                        PULL,
                        CIDFILE,
                        SIG_PROXY,
                        STOP_SIGNAL,
                        QUIET)
                .options("Environment", ENV, ENV_FILE, HOSTNAME, ADD_HOST, NETWORK, NET, LABEL)
                .options("Files", VOLUME, MOUNT, TMPFS, READ_ONLY, SHM_SIZE)
                .options(
                        "Limits",
                        MEMORY,
                        MEMORY_SWAP,
                        CPUS,
                        CPU_SHARES,
                        CPU_PERIOD,
                        CPU_QUOTA,
                        CPUSET_CPUS,
                        CPUSET_MEMS,
                        PIDS_LIMIT,
                        ULIMIT)
                .options(
                        "Permissions",
                        PRIVILEGED,
                        CAP_ADD,
                        CAP_DROP,
                        SECURITY_OPT,
                        DEVICE,
                        SYSCTL,
                        RUNTIME)
                .options("Refused", REFUSED)
                .describe(
                        """
                        The container runs in the foreground. What it changes besides volumes is dropped at its end.
                        Signals that this command gets are forwarded to it.\
                        """)
                .example("A shell", "slipway run -it --rm app sh")
                .example("This directory inside", "slipway run --rm -v .:/src -w /src app make")
                .exitCode("125", "the container could not be started, or the command line is wrong")
                .exitCode("126", "the command cannot be executed")
                .exitCode("127", "the command was not found")
                .exitCode("other", "the container's own; 128 + the signal that ended it");
    }
}
