package dev.slipway.cli;

import dev.slipway.cli.options.CommandSpec;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/// Which commands there are. Names lead to classes through a switch, so that only the chosen one is
/// loaded.
final class Commands {
    /// A heading of the overview with the commands under it, by the name shown.
    record Group(String title, List<String> names) {}

    /// A word that only leads to further commands.
    record Family(String name, String summary, List<String> members) {}

    private Commands() {}

    static List<Group> groups() {
        return List.of(
                new Group(
                        "Build and run",
                        List.of(
                                "build",
                                "bake",
                                "explain",
                                "debug",
                                "lint",
                                "lock",
                                "outdated",
                                "run",
                                "demo")),
                new Group(
                        "Images",
                        List.of(
                                "images", "inspect", "history", "tag", "tags", "rmi", "save",
                                "load", "import")),
                new Group(
                        "Registries",
                        List.of(
                                "pull",
                                "push",
                                "copy",
                                "tags ls",
                                "digest",
                                "manifest inspect",
                                "manifest create",
                                "manifest annotate",
                                "delete",
                                "login",
                                "logout")),
                new Group(
                        "Builds",
                        List.of(
                                "builds ls",
                                "builds show",
                                "builds logs",
                                "builds open",
                                "builds rm")),
                new Group("Base images", List.of("base build", "base lock")),
                new Group(
                        "Space",
                        List.of(
                                "system df",
                                "system prune",
                                "image prune",
                                "builder prune",
                                "cache ls",
                                "cache export",
                                "cache import")),
                new Group("This tool", List.of("version", "completion", "help")));
    }

    static List<Family> families() {
        return List.of(
                new Family(
                        "image",
                        "Manage images",
                        List.of(
                                "build", "history", "import", "inspect", "load", "ls", "prune",
                                "pull", "push", "rm", "save", "tag")),
                new Family(
                        "base",
                        "Base images made from distribution packages",
                        List.of("build", "lock")),
                new Family(
                        "builds",
                        "What was built, and how",
                        List.of("logs", "ls", "open", "rm", "show")),
                new Family(
                        "manifest",
                        "Manifests in registries",
                        List.of("annotate", "create", "inspect", "push")),
                new Family(
                        "imagetools", "Names that buildx users know", List.of("create", "inspect")),
                new Family("tags", "Tags in registries", List.of("ls")),
                new Family(
                        "cache",
                        "What builds keep to be quick",
                        List.of("export", "import", "ls", "prune")),
                new Family("builder", "Manage the build cache", List.of("build", "du", "prune")),
                new Family(
                        "buildx",
                        "Names that buildx users know",
                        List.of("bake", "build", "du", "prune", "version")),
                new Family("container", "Run containers", List.of("run")),
                new Family("system", "Manage the store", List.of("df", "prune")));
    }

    /// The family of this name, or null.
    static @Nullable Family family(String name) {
        for (Family family : families()) {
            if (family.name().equals(name)) {
                return family;
            }
        }
        return null;
    }

    /// Every command once, by its canonical name.
    static List<String> canonicalNames() {
        return List.of(
                "bake",
                "base build",
                "base lock",
                "build",
                "builder prune",
                "builds logs",
                "builds ls",
                "builds open",
                "builds rm",
                "builds show",
                "cache export",
                "cache import",
                "cache ls",
                "completion",
                "copy",
                "debug",
                "delete",
                "demo",
                "digest",
                "explain",
                "help",
                "image history",
                "image import",
                "image inspect",
                "image load",
                "image ls",
                "image prune",
                "image pull",
                "image push",
                "image rm",
                "image save",
                "image tag",
                "lint",
                "lock",
                "login",
                "logout",
                "manifest annotate",
                "manifest create",
                "manifest inspect",
                "manifest push",
                "outdated",
                "run",
                "system df",
                "system prune",
                "tags",
                "tags ls",
                "version");
    }

    /// The command of this name or alias, or null.
    static @Nullable Command find(String name) {
        return switch (name) {
            case "build",
                    "image build",
                    "builder build",
                    "buildx build",
                    "buildx b",
                    "buildx debug build" ->
                    new BuildCommand();
            case "tags" -> new TagsCommand();
            case "bake", "buildx bake", "buildx f" -> new BakeCommand();
            case "run", "container run" -> new RunCommand();
            case "debug" -> new DebugCommand();
            case "explain" -> new ExplainCommand();
            case "demo" -> new DemoCommand();
            case "lint" -> new LintCommand();
            case "lock" -> new LockCommand();
            case "outdated" -> new OutdatedCommand();
            case "base build" -> new BaseBuildCommand();
            case "base lock" -> new BaseLockCommand();
            case "builder prune", "buildx prune", "cache prune" -> new BuilderPruneCommand();
            case "completion" -> new CompletionCommand();
            case "help" -> new HelpCommand();
            case "version", "buildx version" -> new VersionCommand();
            case "image pull", "pull" -> new PullCommand();
            case "image push", "push" -> new PushCommand();
            case "copy" -> new CopyCommand();
            case "digest" -> new DigestCommand();
            case "delete" -> new DeleteCommand();
            case "tags ls", "tags list", "search tags" -> new TagsListCommand();
            case "manifest inspect", "imagetools inspect", "buildx imagetools inspect" ->
                    new ManifestInspectCommand();
            case "manifest create", "imagetools create", "buildx imagetools create" ->
                    new ManifestCreateCommand();
            case "manifest annotate" -> new ManifestAnnotateCommand();
            case "manifest push" -> new ManifestPushCommand();
            case "login" -> new LoginCommand();
            case "logout" -> new LogoutCommand();
            default -> findStoreCommand(name);
        };
    }

    private static @Nullable Command findStoreCommand(String name) {
        return switch (name) {
            case "image ls", "images", "image list" -> new ImageListCommand();
            case "image inspect", "inspect" -> new ImageInspectCommand();
            case "image history", "history" -> new ImageHistoryCommand();
            case "image tag", "tag" -> new ImageTagCommand();
            case "image rm", "rmi", "image remove" -> new ImageRemoveCommand();
            case "image prune" -> new ImagePruneCommand();
            case "image save", "save" -> new ImageSaveCommand();
            case "image load", "load" -> new ImageLoadCommand();
            case "image import", "import" -> new ImageImportCommand();
            case "system df" -> new SystemDfCommand();
            case "system prune" -> new SystemPruneCommand();
            default -> findBuildsCommand(name);
        };
    }

    private static @Nullable Command findBuildsCommand(String name) {
        return switch (name) {
            case "builds ls", "builds list", "buildx history ls", "builder history ls" ->
                    new BuildsListCommand();
            case "builds show",
                    "builds inspect",
                    "buildx history inspect",
                    "builder history inspect" ->
                    new BuildsShowCommand();
            case "builds logs", "buildx history logs", "builder history logs" ->
                    new BuildsLogsCommand();
            case "builds open", "buildx history open", "builder history open" ->
                    new BuildsOpenCommand();
            case "cache ls", "cache list", "cache du", "builder du", "buildx du" ->
                    new CacheListCommand();
            case "cache export" -> new CacheExportCommand();
            case "cache import" -> new CacheImportCommand();
            case "builds rm", "builds remove", "buildx history rm", "builder history rm" ->
                    new BuildsRemoveCommand();
            default -> null;
        };
    }

    /// The summary of a command by its name, for overviews.
    static String summary(String name) {
        Command command = find(name);
        return command == null ? "" : command.spec().summary();
    }

    /// Why a command that docker has is not here, or null if docker has none of this name.
    static @Nullable String refusal(String name) {
        return switch (name) {
            case "search" -> "registries do not offer it by one protocol; see slipway tags ls.";
            case "ps",
                    "exec",
                    "logs",
                    "stop",
                    "start",
                    "restart",
                    "kill",
                    "rm",
                    "attach",
                    "wait",
                    "top",
                    "stats",
                    "cp",
                    "diff",
                    "port",
                    "rename",
                    "pause",
                    "unpause",
                    "update",
                    "commit",
                    "export",
                    "create" ->
                    "containers run in the foreground only, see slipway run --help.";
            case "compose", "stack", "swarm", "service", "node", "network", "volume" ->
                    "it is not part of this version.";
            default -> null;
        };
    }

    /// Words a mistyped command may have meant.
    static List<String> knownWords() {
        List<String> words = new ArrayList<>();
        for (Group group : groups()) {
            words.addAll(group.names());
        }
        for (Family family : families()) {
            words.add(family.name());
        }
        return words;
    }

    /// The usage line of a command's spec, with its name.
    static String usage(CommandSpec spec) {
        String usage = spec.usages().isEmpty() ? "" : spec.usages().getFirst();
        return ("slipway " + spec.name() + " " + usage).strip();
    }
}
