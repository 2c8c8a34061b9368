package dev.slipway.image;

import org.jspecify.annotations.Nullable;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// How an image is run by default: the member `config` of OCI image-spec, `config.md`, with
/// Docker's additions.
///
/// @param user `name[:group]` or numbers; "" is root
/// @param exposedPorts as `8080/tcp`
/// @param env as `NAME=value`, in order
/// @param entrypoint null when not set; empty when cleared
/// @param cmd null when not set; empty when cleared
/// @param volumes absolute paths
/// @param workingDir absolute; "" is the root
/// @param stopSignal "" when not set
/// @param healthcheck null when not set
/// @param shell of the shell form of instructions; null for the default
/// @param onBuild instructions for images built from this one
/// @param argsEscaped Windows only: the command line is already escaped
public record RunConfig(
        String user,
        SortedSet<String> exposedPorts,
        List<String> env,
        @Nullable List<String> entrypoint,
        @Nullable List<String> cmd,
        SortedSet<String> volumes,
        String workingDir,
        SortedMap<String, String> labels,
        String stopSignal,
        @Nullable Healthcheck healthcheck,
        @Nullable List<String> shell,
        List<String> onBuild,
        boolean argsEscaped) {

    /// Nothing set.
    public static final RunConfig EMPTY = builder().build();

    public RunConfig {
        exposedPorts = Collections.unmodifiableSortedSet(new TreeSet<>(exposedPorts));
        env = List.copyOf(env);
        entrypoint = entrypoint == null ? null : List.copyOf(entrypoint);
        cmd = cmd == null ? null : List.copyOf(cmd);
        volumes = Collections.unmodifiableSortedSet(new TreeSet<>(volumes));
        labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
        shell = shell == null ? null : List.copyOf(shell);
        onBuild = List.copyOf(onBuild);
    }

    /// Returns a builder with nothing set.
    public static Builder builder() {
        return new Builder();
    }

    /// Returns a builder with this configuration's values.
    public Builder toBuilder() {
        return new Builder()
                .user(user)
                .exposedPorts(exposedPorts)
                .env(env)
                .entrypoint(entrypoint)
                .cmd(cmd)
                .volumes(volumes)
                .workingDir(workingDir)
                .labels(labels)
                .stopSignal(stopSignal)
                .healthcheck(healthcheck)
                .shell(shell)
                .onBuild(onBuild)
                .argsEscaped(argsEscaped);
    }

    static RunConfig parse(Json.@Nullable Obj json) throws InvalidJsonException {
        if (json == null) {
            return EMPTY;
        }
        List<String> env = json.texts("Env");
        List<String> onBuild = json.texts("OnBuild");
        return builder()
                .user(json.text("User", ""))
                .exposedPorts(names(json, "ExposedPorts"))
                .env(env == null ? List.of() : env)
                .entrypoint(words(json, "Entrypoint"))
                .cmd(words(json, "Cmd"))
                .volumes(names(json, "Volumes"))
                .workingDir(json.text("WorkingDir", ""))
                .labels(json.textMap("Labels"))
                .stopSignal(json.text("StopSignal", ""))
                .healthcheck(Healthcheck.parse(json.object("Healthcheck")))
                .shell(words(json, "Shell"))
                .onBuild(onBuild == null ? List.of() : onBuild)
                .argsEscaped(json.flag("ArgsEscaped"))
                .build();
    }

    /// Old images give a command as one string, which Docker reads as a list of one.
    private static @Nullable List<String> words(Json.Obj json, String name)
            throws InvalidJsonException {
        return json.get(name) instanceof Json.Str(String text) ? List.of(text) : json.texts(name);
    }

    private static SortedSet<String> names(Json.Obj json, String name) throws InvalidJsonException {
        Json.Obj object = json.object(name);
        return object == null ? new TreeSet<>() : new TreeSet<>(object.members().keySet());
    }

    /// Writes the object in BuildKit's order; what is not set or empty is left out.
    void write(JsonWriter out) {
        out.beginObject().memberUnlessEmpty("User", user);
        writeNames(out, "ExposedPorts", exposedPorts);
        out.memberUnlessEmpty("Env", env)
                .memberUnlessEmpty("Entrypoint", entrypoint)
                .memberUnlessEmpty("Cmd", cmd);
        writeNames(out, "Volumes", volumes);
        out.memberUnlessEmpty("WorkingDir", workingDir)
                .memberUnlessEmpty("Labels", labels)
                .memberUnlessEmpty("StopSignal", stopSignal);
        if (argsEscaped) {
            out.member("ArgsEscaped", true);
        }
        if (healthcheck != null) {
            healthcheck.write(out.name("Healthcheck"));
        }
        out.memberUnlessEmpty("OnBuild", onBuild).memberUnlessEmpty("Shell", shell).endObject();
    }

    static void writeNames(JsonWriter out, String name, SortedSet<String> names) {
        if (names.isEmpty()) {
            return;
        }
        out.name(name).beginObject();
        for (String each : names) {
            out.name(each).beginObject().endObject();
        }
        out.endObject();
    }

    /// Collects the parts of a configuration. Not thread-safe.
    public static final class Builder {
        private String user = "";
        private SortedSet<String> exposedPorts = new TreeSet<>();
        private List<String> env = List.of();
        private @Nullable List<String> entrypoint;
        private @Nullable List<String> cmd;
        private SortedSet<String> volumes = new TreeSet<>();
        private String workingDir = "";
        private Map<String, String> labels = Map.of();
        private String stopSignal = "";
        private @Nullable Healthcheck healthcheck;
        private @Nullable List<String> shell;
        private List<String> onBuild = List.of();
        private boolean argsEscaped;

        private Builder() {}

        public Builder user(String value) {
            user = value;
            return this;
        }

        public Builder exposedPorts(SortedSet<String> value) {
            exposedPorts = value;
            return this;
        }

        public Builder env(List<String> value) {
            env = value;
            return this;
        }

        public Builder entrypoint(@Nullable List<String> value) {
            entrypoint = value;
            return this;
        }

        public Builder cmd(@Nullable List<String> value) {
            cmd = value;
            return this;
        }

        public Builder volumes(SortedSet<String> value) {
            volumes = value;
            return this;
        }

        public Builder workingDir(String value) {
            workingDir = value;
            return this;
        }

        public Builder labels(Map<String, String> value) {
            labels = value;
            return this;
        }

        public Builder stopSignal(String value) {
            stopSignal = value;
            return this;
        }

        public Builder healthcheck(@Nullable Healthcheck value) {
            healthcheck = value;
            return this;
        }

        public Builder shell(@Nullable List<String> value) {
            shell = value;
            return this;
        }

        public Builder onBuild(List<String> value) {
            onBuild = value;
            return this;
        }

        public Builder argsEscaped(boolean value) {
            argsEscaped = value;
            return this;
        }

        public RunConfig build() {
            return new RunConfig(
                    user,
                    exposedPorts,
                    env,
                    entrypoint,
                    cmd,
                    volumes,
                    workingDir,
                    new TreeMap<>(labels),
                    stopSignal,
                    healthcheck,
                    shell,
                    onBuild,
                    argsEscaped);
        }
    }
}
