package dev.slipway.build;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/// What takes part in a step's keys, in the words a person sees when a miss is explained.
///
/// Follows BuildKit: all that can change the result does; secret values, proxies, the names and
/// sharing of cache mounts, and addresses of extra hosts do not.
final class StepKeys {
    private final @Nullable Long epoch;
    private final List<String> extraHosts;
    private final @Nullable RunSettings settings;

    StepKeys(@Nullable Long epoch, List<String> extraHosts, @Nullable RunSettings settings) {
        this.epoch = epoch;
        this.extraHosts = List.copyOf(extraHosts);
        this.settings = settings;
    }

    /// What a step is, apart from what it is made from.
    ///
    /// @param contents digests of the files of the context it reads, by part name
    @SuppressWarnings("IfChainToSwitch") // see the package documentation
    List<KeyPart> definition(Step step, List<KeyPart> contents) {
        var parts = new ArrayList<KeyPart>();
        if (step instanceof Step.Run run) {
            run(parts, run.spec());
        } else if (step instanceof Step.Copy copy) {
            copy(parts, copy.spec());
        } else if (step instanceof Step.Workdir workdir) {
            add(parts, "instruction", "WORKDIR");
            add(parts, "directory", workdir.directory());
            add(parts, "user", workdir.user());
        } else if (step instanceof Step.Base base) {
            add(parts, "base", Snapshot.chainId(base.diffIds()));
        } else if (step instanceof Step.After) {
            add(parts, "instruction", "AFTER");
        } else {
            throw new IllegalArgumentException(step.name());
        }
        add(parts, "platform", step.header().platform().toString());
        if (epoch != null) {
            add(parts, "SOURCE_DATE_EPOCH", Long.toString(epoch));
        }
        parts.addAll(contents);
        return parts;
    }

    private void run(List<KeyPart> parts, RunSpec spec) {
        add(parts, "instruction", "RUN");
        numbered(parts, "command", spec.args());
        var argNames = spec.variables().visibleArgNames();
        for (var variable : spec.env()) {
            int eq = variable.indexOf('=');
            var name = variable.substring(0, eq);
            var kind = argNames.contains(name) ? "build argument " : "variable ";
            add(parts, kind + name, variable.substring(eq + 1));
        }
        add(parts, "working directory", spec.cwd());
        add(parts, "user", spec.user());
        add(parts, "network", spec.network().name());
        add(parts, "security", spec.insecure() ? "insecure" : "sandbox");
        for (int i = 0; i < spec.mounts().size(); i++) {
            add(parts, "mount " + i, mount(spec.mounts().get(i)));
        }
        var script = spec.script();
        if (script != null) {
            add(parts, "script " + script.name(), script.content());
        }
        numbered(parts, "extra host", extraHosts);
        if (!spec.hostname().isEmpty()) {
            add(parts, "host name", spec.hostname());
        }
        for (int i = 0; i < spec.devices().size(); i++) {
            add(parts, "device " + i, spec.devices().get(i).name());
        }
        if (settings != null) {
            settings(parts, settings);
        }
    }

    private static void settings(List<KeyPart> parts, RunSettings settings) {
        for (var limit : settings.ulimits()) {
            add(parts, "ulimit " + limit.name(), limit.soft() + ":" + limit.hard());
        }
        if (settings.shmSizeBytes() != 0) {
            add(parts, "size of /dev/shm", Long.toString(settings.shmSizeBytes()));
        }
        if (!settings.cgroupParent().isEmpty()) {
            add(parts, "cgroup parent", settings.cgroupParent());
        }
        for (var volume : settings.volumes()) {
            var source = text(volume.source().toString(), volume.readOnly() ? "ro" : "rw");
            add(parts, "volume at " + volume.target(), source);
        }
    }

    private static String mount(RunMount mount) {
        if (mount instanceof RunMount.Bind b) {
            return text("bind", b.target(), b.source(), b.readWrite() ? "rw" : "ro");
        }
        if (mount instanceof RunMount.Cache c) {
            return text("cache", c.target(), c.readOnly() ? "ro" : "rw");
        }
        if (mount instanceof RunMount.Tmpfs t) {
            return t.readOnly()
                    ? text("tmpfs", t.target(), Long.toString(t.sizeBytes()), "ro")
                    : text("tmpfs", t.target(), Long.toString(t.sizeBytes()));
        }
        if (mount instanceof RunMount.Secret s) {
            return text(
                    "secret",
                    s.id(),
                    s.target(),
                    s.env() == null ? "" : s.env(),
                    owner(s.uid(), s.gid(), s.mode()));
        }
        var s = (RunMount.Ssh) mount;
        return text("ssh", s.id(), s.target(), owner(s.uid(), s.gid(), s.mode()));
    }

    private static String owner(int uid, int gid, int mode) {
        return uid + ":" + gid + ":" + Integer.toOctalString(mode);
    }

    /// Fields with tabs between them; a tab in a field is escaped, so fields cannot run together.
    private static String text(String... fields) {
        var text = new StringBuilder();
        for (var field : fields) {
            if (!text.isEmpty()) {
                text.append('\t');
            }
            TabText.append(text, field);
        }
        return text.toString();
    }

    private static void copy(List<KeyPart> parts, CopySpec spec) {
        add(parts, "instruction", spec.add() ? "ADD" : "COPY");
        var names = new ArrayList<String>(spec.sources().size());
        for (var source : spec.sources()) {
            if (spec.parents()) {
                names.add(source);
            } else if (spec.add() && StagePlanner.mayBeAddress(source)) {
                names.add(baseName(RemoteSource.keyName(source)));
            } else {
                names.add(baseName(source));
            }
        }
        numbered(parts, "source", names);
        for (var file : spec.inlineFiles()) {
            add(parts, "inline file " + file.name(), file.content());
        }
        add(parts, "destination", spec.destination());
        if (!spec.destination().startsWith("/")) {
            add(parts, "working directory", spec.workingDir());
        }
        optional(parts, "chown", spec.chown());
        optional(parts, "chmod", spec.chmod());
        optional(parts, "checksum", spec.checksum());
        optional(parts, "unpack", spec.unpack());
        optional(parts, "keep-git-dir", spec.keepGitDir());
        optional(parts, "link", spec.link() ? Boolean.TRUE : null);
        optional(parts, "parents", spec.parents() ? Boolean.TRUE : null);
        numbered(parts, "exclude", spec.excludes());
    }

    /// The last name of a path, with its trailing slash: a file keeps only that when it is copied,
    /// so moving it within the context changes nothing.
    private static String baseName(String path) {
        int end = path.length();
        while (end > 1 && path.charAt(end - 1) == '/') {
            end--;
        }
        return path.substring(path.lastIndexOf('/', end - 1) + 1);
    }

    private static void optional(List<KeyPart> parts, String name, @Nullable Object value) {
        if (value != null) {
            add(parts, name, value.toString());
        }
    }

    private static void numbered(List<KeyPart> parts, String name, List<String> values) {
        for (int i = 0; i < values.size(); i++) {
            add(parts, name + " " + i, values.get(i));
        }
    }

    private static void add(List<KeyPart> parts, String name, String value) {
        parts.add(new KeyPart(name, value));
    }
}
