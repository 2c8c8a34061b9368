package dev.slipway.container;

import org.jspecify.annotations.Nullable;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;

/// A container to run: what Docker calls a create request, with everything resolved.
///
/// @param root its file system
/// @param args the command and its arguments; a command without `/` is looked up in `PATH` of
///   `env`, inside the root
/// @param env `NAME=value` each; used as it is
/// @param cwd an absolute path; made if it does not exist
/// @param hostname null: `slipway`
/// @param mounts in this order, after the standard ones; later ones may lie inside earlier ones
/// @param extraHosts name → address, added to `/etc/hosts`
/// @param readOnlyRoot whether only the mounts may be written to
/// @param privileged all capabilities and devices, no seccomp filter, nothing masked
/// @param noNewPrivileges whether setuid programs and file capabilities have no effect
/// @param seccomp whether the default system call filter applies; never when `privileged`
/// @param capAdd names such as `NET_ADMIN` or `CAP_NET_ADMIN`, or `ALL`
/// @param capDrop as `capAdd`; applied first, as Docker does when it is `ALL`
/// @param cgroupParent the control group that the container's own is made in, such as `/builds`;
///   empty: `/slipway`, and only if there is something to limit
/// @param shmSizeBytes size of `/dev/shm`, 0: 64 MiB
/// @param terminal whether its streams are a terminal
/// @param init whether process 1 is a small init that forwards signals and reaps orphans, the
///   command its child
public record ContainerSpec(
        RootFs root,
        List<String> args,
        List<String> env,
        String cwd,
        UserIds user,
        @Nullable String hostname,
        List<MountSpec> mounts,
        NetworkMode network,
        SequencedMap<String, String> extraHosts,
        boolean readOnlyRoot,
        boolean privileged,
        boolean noNewPrivileges,
        boolean seccomp,
        Set<String> capAdd,
        Set<String> capDrop,
        List<Device> devices,
        List<Ulimit> ulimits,
        Resources resources,
        String cgroupParent,
        Map<String, String> sysctls,
        long shmSizeBytes,
        boolean terminal,
        boolean init) {
    public ContainerSpec {
        args = List.copyOf(args);
        env = List.copyOf(env);
        mounts = List.copyOf(mounts);
        extraHosts = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(extraHosts));
        capAdd = Set.copyOf(capAdd);
        capDrop = Set.copyOf(capDrop);
        devices = List.copyOf(devices);
        ulimits = List.copyOf(ulimits);
        sysctls = Map.copyOf(sysctls);
        if (args.isEmpty()) {
            throw new IllegalArgumentException("no command");
        }
        if (!cwd.startsWith("/")) {
            throw new IllegalArgumentException("the working directory is not absolute: " + cwd);
        }
    }

    /// The same with another command.
    ContainerSpec withArgs(List<String> other) {
        return new ContainerSpec(
                root,
                other,
                env,
                cwd,
                user,
                hostname,
                mounts,
                network,
                extraHosts,
                readOnlyRoot,
                privileged,
                noNewPrivileges,
                seccomp,
                capAdd,
                capDrop,
                devices,
                ulimits,
                resources,
                cgroupParent,
                sysctls,
                shmSizeBytes,
                terminal,
                init);
    }

    /// Starts a specification with Docker's defaults: root, `/`, the host's network, no limits.
    public static Builder builder(RootFs root, List<String> args) {
        return new Builder(root, args);
    }

    /// Collects the parts; see [ContainerSpec] for what each means.
    public static final class Builder {
        private final RootFs root;
        private final List<String> args;
        private List<String> env = List.of();
        private String cwd = "/";
        private UserIds user = UserIds.ROOT;
        private @Nullable String hostname;
        private List<MountSpec> mounts = List.of();
        private NetworkMode network = NetworkMode.HOST;
        private SequencedMap<String, String> extraHosts = new LinkedHashMap<>();
        private boolean readOnlyRoot;
        private boolean privileged;
        private boolean noNewPrivileges;
        private boolean seccomp = true;
        private Set<String> capAdd = Set.of();
        private Set<String> capDrop = Set.of();
        private List<Device> devices = List.of();
        private List<Ulimit> ulimits = List.of();
        private Resources resources = Resources.UNLIMITED;
        private String cgroupParent = "";
        private Map<String, String> sysctls = Map.of();
        private long shmSizeBytes;
        private boolean terminal;
        private boolean init;

        private Builder(RootFs root, List<String> args) {
            this.root = root;
            this.args = args;
        }

        public Builder env(List<String> env) {
            this.env = env;
            return this;
        }

        public Builder cwd(String cwd) {
            this.cwd = cwd;
            return this;
        }

        public Builder user(UserIds user) {
            this.user = user;
            return this;
        }

        public Builder hostname(@Nullable String hostname) {
            this.hostname = hostname;
            return this;
        }

        public Builder mounts(List<MountSpec> mounts) {
            this.mounts = mounts;
            return this;
        }

        public Builder network(NetworkMode network) {
            this.network = network;
            return this;
        }

        public Builder extraHosts(SequencedMap<String, String> extraHosts) {
            this.extraHosts = extraHosts;
            return this;
        }

        public Builder readOnlyRoot(boolean readOnlyRoot) {
            this.readOnlyRoot = readOnlyRoot;
            return this;
        }

        public Builder privileged(boolean privileged) {
            this.privileged = privileged;
            return this;
        }

        public Builder noNewPrivileges(boolean noNewPrivileges) {
            this.noNewPrivileges = noNewPrivileges;
            return this;
        }

        public Builder seccomp(boolean seccomp) {
            this.seccomp = seccomp;
            return this;
        }

        public Builder capAdd(Set<String> capAdd) {
            this.capAdd = capAdd;
            return this;
        }

        public Builder capDrop(Set<String> capDrop) {
            this.capDrop = capDrop;
            return this;
        }

        public Builder devices(List<Device> devices) {
            this.devices = devices;
            return this;
        }

        public Builder ulimits(List<Ulimit> ulimits) {
            this.ulimits = ulimits;
            return this;
        }

        public Builder resources(Resources resources) {
            this.resources = resources;
            return this;
        }

        /// Sets the control group above the container's own.
        ///
        /// @throws IllegalArgumentException if it leads out of the hierarchy
        public Builder cgroupParent(String cgroupParent) {
            this.cgroupParent = Cgroup.checkedParent(cgroupParent);
            return this;
        }

        public Builder sysctls(Map<String, String> sysctls) {
            this.sysctls = sysctls;
            return this;
        }

        public Builder shmSizeBytes(long shmSizeBytes) {
            this.shmSizeBytes = shmSizeBytes;
            return this;
        }

        public Builder terminal(boolean terminal) {
            this.terminal = terminal;
            return this;
        }

        public Builder init(boolean init) {
            this.init = init;
            return this;
        }

        public ContainerSpec build() {
            return new ContainerSpec(
                    root,
                    args,
                    env,
                    cwd,
                    user,
                    hostname,
                    mounts,
                    network,
                    extraHosts,
                    readOnlyRoot,
                    privileged,
                    noNewPrivileges,
                    seccomp,
                    capAdd,
                    capDrop,
                    devices,
                    ulimits,
                    resources,
                    cgroupParent,
                    sysctls,
                    shmSizeBytes,
                    terminal,
                    init);
        }
    }
}
