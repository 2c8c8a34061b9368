package dev.slipway.cli;

import dev.slipway.cli.options.CommandSpec;
import dev.slipway.cli.options.Option;
import dev.slipway.cli.options.Parsed;
import dev.slipway.cli.options.UsageException;
import dev.slipway.cli.output.JsonText;
import dev.slipway.cli.output.Table;
import dev.slipway.distribution.Registries;
import dev.slipway.distribution.TransferListener;
import dev.slipway.pipeline.CiFacts;
import dev.slipway.pipeline.TagDecisions;
import dev.slipway.pipeline.TagFacts;
import dev.slipway.pipeline.TagFlavor;
import dev.slipway.pipeline.TagList;
import dev.slipway.pipeline.TagPlan;
import dev.slipway.pipeline.TagPlanner;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// `slipway tags`: which tags, labels and annotations a commit gives an image.
final class TagsCommand implements Command {
    private static final Option RULE =
            Option.list("rule", 'r', "RULE", "A rule such as type=semver,pattern={{version}}");
    private static final Option FLAVOR =
            Option.list("flavor", "FLAVOR", "latest=auto|true|false, prefix=TEXT, suffix=TEXT");
    private static final Option LABEL = Option.list("label", "NAME=VALUE", "Set a label");
    private static final Option ANNOTATION =
            Option.list("annotation", "NAME=VALUE", "Set an annotation");
    private static final Option DIRECTORY =
            Option.value("directory", 'C', "DIR", "The repository")
                    .standard(".")
                    .offers(Option.Offer.DIRECTORIES);
    private static final Option DRY_RUN =
            Option.flag("dry-run", "Show what would become of each tag, and why");
    private static final Option DIGEST =
            Option.value(
                    "digest",
                    "DIGEST",
                    "Manifest of what is to be tagged; without it no tag counts as the same");
    private static final Option AGAINST =
            Option.value(
                            "against",
                            "WHERE",
                            "Compare with the tags in the registry or the store, and leave out those"
                                    + " that must stay where they are; of --dry-run [default:"
                                    + " registry]")
                    .choices("registry", "store");
    private static final Option FORMAT =
            Option.value(
                            "format",
                            "FORMAT",
                            "lines of references; json, which push --tags-from reads; args for"
                                    + " build; bake: a file for bake")
                    .choices("lines", "json", "args", "bake")
                    .standard("lines");
    private static final Option SEPARATOR =
            Option.value("sep-tags", "TEXT", "What stands between references").standard("\\n");

    @Override
    public CommandSpec spec() {
        return new CommandSpec("tags", "Plan tags and labels from git and CI facts")
                .usage("[OPTIONS] [IMAGE...]")
                .arguments(0, -1, Option.Offer.NOTHING)
                .options("What to plan", RULE, FLAVOR, LABEL, ANNOTATION, DIRECTORY)
                .options("What to compare", DRY_RUN, AGAINST, DIGEST)
                .options("What to show", FORMAT, SEPARATOR)
                .options(
                        "Registry",
                        RegistryAccess.AUTH_FILE,
                        RegistryAccess.CREDS,
                        RegistryAccess.TLS_VERIFY)
                .describe(
                        """
                        Rules are those of docker/metadata-action; without any, the branch, the git tag or the pull request names the tag. The environments of GitHub Actions, GitLab CI, Jenkins and CircleCI are read, and git for what they do not say.

                        Nothing is tagged: push --tags-from does that. docs/tags.md describes the rules.\
                        """)
                .example("What would this commit be called?", "slipway tags --dry-run acme/app")
                .example(
                        "A release",
                        "slipway tags -r type=semver,pattern={{version}} -r"
                                + " type=semver,pattern={{major}}.{{minor}} acme/app")
                .exitCode("3", "a tag that must not move points to another image");
    }

    @Override
    public int run(Parsed line, Session session) throws Exception {
        String directory = line.text(DIRECTORY, ".");
        TagFacts facts =
                CiFacts.read(
                        session.environment(), Path.of(directory).toAbsolutePath(), session.now());
        TagPlan plan =
                TagPlanner.plan(
                        line.arguments(),
                        line.texts(RULE),
                        TagFlavor.parse(line.texts(FLAVOR)),
                        line.texts(LABEL),
                        line.texts(ANNOTATION),
                        facts,
                        shaLength(session));
        if (line.is(DRY_RUN)) {
            return dryRun(plan, line, session);
        }
        if (line.has(AGAINST)) {
            List<TagDecisions.Decision> decisions = decide(plan, line, session);
            if (TagDecision.refused(decisions, session)) {
                return Main.REFUSED;
            }
            plan = TagDecision.kept(plan, decisions, session);
        }
        if (plan.tags().isEmpty()) {
            session.err().println("warning: no rule gives a tag here; --dry-run tells why");
        }
        switch (line.text(FORMAT, "lines")) {
            case "json" -> session.out().println(JsonText.indented(json(plan, session)));
            case "args" -> args(plan, session);
            case "bake" -> session.out().println(JsonText.indented(bake(plan, session)));
            default -> {
                if (plan.references().isEmpty()) {
                    break;
                }
                String separator = line.text(SEPARATOR, "\n").replace("\\n", "\n");
                session.out().println(String.join(separator, plan.references()));
            }
        }
        return Main.OK;
    }

    private static int shaLength(Session session) throws UsageException {
        String text = session.variable("DOCKER_METADATA_SHORT_SHA_LENGTH");
        try {
            int length = text == null ? 7 : Integer.parseInt(text);
            if (length > 0) {
                return length;
            }
        } catch (NumberFormatException _) {
            // As one that is too small.
        }
        throw new UsageException("DOCKER_METADATA_SHORT_SHA_LENGTH must be a number above 0");
    }

    private static int dryRun(TagPlan plan, Parsed line, Session session) throws Exception {
        List<TagDecisions.Decision> decisions = decide(plan, line, session);
        if (line.text(FORMAT, "lines").equals("json")) {
            session.out().println(JsonText.indented(TagDecision.json(decisions)));
        } else {
            Table table = TagDecision.table(decisions);
            for (String skipped : plan.skipped()) {
                table.row("-", "skip", skipped);
            }
            table.print(session.out());
        }
        if (plan.tags().size() == 1 && plan.hasLatest()) {
            session.err().println("hint: latest alone cannot be told apart later: add a version.");
        }
        return TagDecision.isRefused(decisions) ? Main.REFUSED : Main.OK;
    }

    private static List<TagDecisions.Decision> decide(TagPlan plan, Parsed line, Session session)
            throws Exception {
        String digest = line.text(DIGEST);
        if (line.text(AGAINST, "registry").equals("store")) {
            return TagDecisions.of(plan, new StoreTags(session.store()), digest);
        }
        try (Registries registries = RegistryAccess.open(line, session, TransferListener.none())) {
            return RegistryAccess.stoppably(
                    session, () -> TagDecisions.of(plan, new RegistryTags(registries), digest));
        }
    }

    /// Options of build, a line each, as xargs -d '\n' takes them.
    private static void args(TagPlan plan, Session session) {
        plan.references().forEach(each -> session.out().println("--tag=" + each));
        plan.labels()
                .forEach((name, value) -> {
                    if (value.indexOf('\n') < 0) {
                        session.out().println("--label=" + name + "=" + value);
                    }
                });
        for (String each : annotations(plan, session)) {
            if (each.indexOf('\n') < 0) {
                session.out().println("--annotation=" + each);
            }
        }
    }

    private static List<String> annotations(TagPlan plan, Session session) {
        String levels = session.variable("DOCKER_METADATA_ANNOTATIONS_LEVELS");
        List<String> lines = new ArrayList<>();
        for (String level : (levels == null ? "manifest" : levels).split(",", -1)) {
            plan.annotations()
                    .forEach((name, value) -> lines.add(level.strip() + ":" + name + "=" + value));
        }
        return lines;
    }

    private static Map<String, Object> json(TagPlan plan, Session session) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("tags", plan.references());
        List<String> names = new ArrayList<>();
        plan.tags().forEach(tag -> names.add(tag.name()));
        json.put("tag-names", names);
        json.put("labels", plan.labels());
        json.put("annotations", annotations(plan, session));
        json.put("images", plan.images());
        json.put("plan", TagList.members(plan));
        return json;
    }

    /// A target that others inherit, as metadata-action's bake files.
    private static Map<String, Object> bake(TagPlan plan, Session session) {
        Map<String, Object> arguments = new LinkedHashMap<>();
        arguments.put("DOCKER_META_IMAGES", String.join(",", plan.images()));
        arguments.put("DOCKER_META_VERSION", plan.version());
        Map<String, Object> target = new LinkedHashMap<>();
        target.put("tags", plan.references());
        target.put("labels", plan.labels());
        target.put("annotations", annotations(plan, session));
        target.put("args", arguments);
        return Map.of("target", Map.of("docker-metadata-action", target));
    }
}
