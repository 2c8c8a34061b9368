package dev.slipway.cli;

import dev.slipway.cli.options.CommandSpec;
import dev.slipway.cli.options.Option;
import dev.slipway.cli.options.Parsed;
import dev.slipway.distribution.Registries;
import dev.slipway.distribution.TagOrder;
import dev.slipway.distribution.TransferListener;
import dev.slipway.image.JsonWriter;
import dev.slipway.image.Reference;

import java.util.ArrayList;
import java.util.List;

/// `slipway tags ls`: the tags of a repository, versions in their order.
final class TagsListCommand implements Command {
    private static final Option FORMAT =
            Option.value("format", "FORMAT", "Form of the list")
                    .choices("text", "json")
                    .standard("text");
    private static final Option RELEASES =
            Option.flag("releases", "Only versions that are no prereleases");
    private static final Option LIMIT = Option.value("limit", "COUNT", "Only the last so many");

    @Override
    public CommandSpec spec() {
        return new CommandSpec("tags ls", "List the tags of a repository")
                .usage("[OPTIONS] NAME")
                .aliases("search tags")
                .arguments(1, 1, Option.Offer.NOTHING)
                .options("Options", RELEASES, LIMIT, FORMAT)
                .options(
                        "Registry",
                        RegistryAccess.AUTH_FILE,
                        RegistryAccess.CREDS,
                        RegistryAccess.TLS_VERIFY)
                .describe(
                        "Versions come in the order of Semantic Versioning, the newest last; before"
                                + " them what is no version.")
                .example("The newest release", "slipway tags ls --releases --limit 1 alpine");
    }

    @Override
    public int run(Parsed line, Session session) throws Exception {
        Reference name = Reference.parse(line.argument());
        List<String> tags = new ArrayList<>();
        try (Registries registries = RegistryAccess.open(line, session, TransferListener.none())) {
            List<String> all =
                    RegistryAccess.stoppably(session, () -> registries.repository(name).tags());
            for (String tag : all) {
                if (!line.is(RELEASES) || TagOrder.isRelease(tag)) {
                    tags.add(tag);
                }
            }
        }
        tags.sort(TagOrder.INSTANCE);
        Long limit = line.number(LIMIT);
        if (limit != null && limit >= 0 && limit < tags.size()) {
            tags = tags.subList(tags.size() - limit.intValue(), tags.size());
        }
        if (line.text(FORMAT, "text").equals("json")) {
            JsonWriter out = JsonWriter.plain().beginObject();
            out.member("name", name.name()).member("tags", tags).endObject();
            session.out().println(out);
        } else {
            tags.forEach(session.out()::println);
        }
        return Main.OK;
    }
}
