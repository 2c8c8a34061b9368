package dev.slipway.build.bake;

import dev.slipway.build.BuildException;
import dev.slipway.build.RemoteFiles;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// A target as it is to be built: inheritance, overrides and defaults are in it.
public final class BakeTarget {
    static final String TARGET_CONTEXT = "target:";

    private final String name;
    private final boolean linked;
    private final Map<TargetAttribute, Setting> settings;

    BakeTarget(TargetDraft draft, boolean linked) {
        this.name = draft.name();
        this.linked = linked;
        this.settings = new EnumMap<>(draft.settings());
    }

    private BakeTarget(String name, boolean linked, Map<TargetAttribute, Setting> settings) {
        this.name = name;
        this.linked = linked;
        this.settings = settings;
    }

    /// The same target with contexts that are paths taken from a repository.
    BakeTarget in(String address) throws BuildException {
        var moved = new EnumMap<>(settings);
        var context = text(TargetAttribute.CONTEXT, ".");
        moved.put(TargetAttribute.CONTEXT, new Setting.Text(in(address, context)));
        var named = new TreeMap<String, String>();
        for (var each : pairs(TargetAttribute.CONTEXTS).entrySet()) {
            named.put(each.getKey(), in(address, each.getValue()));
        }
        if (!named.isEmpty()) {
            moved.put(TargetAttribute.CONTEXTS, new Setting.Pairs(named));
        }
        return new BakeTarget(name, linked, moved);
    }

    private static String in(String address, String context) throws BuildException {
        return isRemote(context) ? context : RemoteFiles.directoryOf(address, context);
    }

    public String name() {
        return name;
    }

    /// Whether it was not asked for, but is a context of one that was.
    public boolean isLinked() {
        return linked;
    }

    /// Empty when there is none.
    public String description() {
        return text(TargetAttribute.DESCRIPTION, "");
    }

    /// The context: a directory, or where else it comes from; `.` when none was given.
    public String context() {
        return local(text(TargetAttribute.CONTEXT, "."));
    }

    /// The Dockerfile; null when it is [#dockerfileInline()], or the usual one.
    public @Nullable String dockerfile() {
        var file = text(TargetAttribute.DOCKERFILE, "Dockerfile");
        if (dockerfileInline() != null) {
            return null;
        }
        if (file.startsWith("cwd://")) {
            // Relative paths are in the context if that is elsewhere.
            return isRemote(context())
                    ? Path.of(local(file)).toAbsolutePath().normalize().toString()
                    : local(file);
        }
        if (isRemote(context()) || file.startsWith("/")) {
            return file.equals("Dockerfile") ? null : file;
        }
        // The usual name is left to the build, which also knows its lower-case form.
        return CleanPath.of(file).equals("Dockerfile")
                ? null
                : CleanPath.of(context() + "/" + file);
    }

    /// The Dockerfile's text when the bake file has it; null otherwise.
    public @Nullable String dockerfileInline() {
        return settings.get(TargetAttribute.DOCKERFILE_INLINE) instanceof Setting.Text(String text)
                ? text
                : null;
    }

    /// Contexts by name, without those that are other targets.
    public SortedMap<String, String> namedContexts() {
        var contexts = new TreeMap<String, String>();
        pairs(TargetAttribute.CONTEXTS)
                .forEach((key, value) -> {
                    if (!value.startsWith(TARGET_CONTEXT)) {
                        contexts.put(key, local(value));
                    }
                });
        return Collections.unmodifiableSortedMap(contexts);
    }

    /// Contexts that are other targets: name of the context → name of the target.
    public SortedMap<String, String> targetContexts() {
        var contexts = new TreeMap<String, String>();
        pairs(TargetAttribute.CONTEXTS)
                .forEach((key, value) -> {
                    if (value.startsWith(TARGET_CONTEXT)) {
                        contexts.put(key, value.substring(TARGET_CONTEXT.length()));
                    }
                });
        return Collections.unmodifiableSortedMap(contexts);
    }

    /// What to do with the Dockerfile: `build`, or another method of `--call`.
    public String call() {
        return text(TargetAttribute.CALL, "build");
    }

    /// Platforms of the result; empty: this machine's.
    public List<String> platforms() {
        return texts(TargetAttribute.PLATFORMS);
    }

    /// The target as a command line of `slipway build`, without the name of the command.
    ///
    /// What a command line cannot say is not in it: [#dockerfileInline()], [#targetContexts()].
    public List<String> arguments() {
        return new TargetArguments(this).list();
    }

    /// Files and directories outside of the build itself that it reads.
    List<String> reads() {
        List<String> paths = new ArrayList<>();
        addLocal(paths, context());
        var file = dockerfile();
        if (file != null) {
            addLocal(paths, file);
        }
        namedContexts().values().forEach(value -> addLocal(paths, ociLayout(value)));
        for (var secret : entries(TargetAttribute.SECRET)) {
            addLocal(paths, secret.field("src"));
        }
        for (var agent : entries(TargetAttribute.SSH)) {
            agent.paths().forEach(path -> addLocal(paths, path));
        }
        for (var cache : entries(TargetAttribute.CACHE_FROM)) {
            addLocal(paths, cache.field("src"));
        }
        return paths;
    }

    /// Files and directories that it writes.
    List<String> writes() {
        List<String> paths = new ArrayList<>();
        for (var output : entries(TargetAttribute.OUTPUT)) {
            addLocal(paths, output.field("dest"));
        }
        for (var cache : entries(TargetAttribute.CACHE_TO)) {
            addLocal(paths, cache.field("dest"));
        }
        return paths;
    }

    private static void addLocal(List<String> paths, String path) {
        if (!path.isEmpty() && !path.equals("-") && !isRemote(path)) {
            paths.add(path);
        }
    }

    private static String ociLayout(String context) {
        var prefix = "oci-layout://";
        if (!context.startsWith(prefix)) {
            return context;
        }
        var rest = context.substring(prefix.length());
        int end = rest.indexOf('@');
        end = end < 0 ? rest.lastIndexOf(':') : end;
        return end < 0 ? rest : rest.substring(0, end);
    }

    static boolean isRemote(String context) {
        return context.contains("://")
                || RemoteFiles.isAddress(context)
                || context.startsWith("docker-image:")
                || context.startsWith(TARGET_CONTEXT);
    }

    private static String local(String path) {
        return path.startsWith("cwd://") ? CleanPath.of(path.substring("cwd://".length())) : path;
    }

    String text(TargetAttribute attribute, String otherwise) {
        return settings.get(attribute) instanceof Setting.Text(String text) ? text : otherwise;
    }

    boolean is(TargetAttribute attribute) {
        return settings.get(attribute) instanceof Setting.Flag(boolean on) && on;
    }

    List<String> texts(TargetAttribute attribute) {
        return settings.get(attribute) instanceof Setting.Texts(List<String> texts)
                ? texts
                : List.of();
    }

    SortedMap<String, String> pairs(TargetAttribute attribute) {
        return settings.get(attribute) instanceof Setting.Pairs(SortedMap<String, String> pairs)
                ? pairs
                : Collections.emptySortedMap();
    }

    List<Setting.Entry> entries(TargetAttribute attribute) {
        return settings.get(attribute) instanceof Setting.Entries(List<Setting.Entry> entries)
                ? entries
                : List.of();
    }

    @Nullable Setting setting(TargetAttribute attribute) {
        return settings.get(attribute);
    }
}
