package dev.slipway.cli;

import dev.slipway.cli.options.CommandSpec;
import dev.slipway.cli.options.Option;
import dev.slipway.cli.options.Parsed;
import dev.slipway.cli.output.Human;
import dev.slipway.cli.output.Listing;
import dev.slipway.image.Digest;
import dev.slipway.image.Image;
import dev.slipway.image.ImageCatalog;
import dev.slipway.image.ImageHistory;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// `slipway image history`: how an image came about, newest first.
final class ImageHistoryCommand implements Command {
    private static final int CREATED_BY_WIDTH = 45;
    private static final Option FORMAT =
            Option.value(
                    "format", "FORMAT", "\"table\", \"json\", \"table TEMPLATE\" or a Go template");
    private static final Option HUMAN =
            Option.flag("human", 'H', "Sizes and dates for people").standard("true");
    private static final Option NO_TRUNC = Option.flag("no-trunc", "Show everything in full");
    private static final Option QUIET = Option.flag("quiet", 'q', "Show IDs only");

    @Override
    public CommandSpec spec() {
        return new CommandSpec("image history", "Show how an image came about")
                .usage("[OPTIONS] IMAGE")
                .aliases("history")
                .arguments(1, 1, Option.Offer.IMAGES)
                .options("Options", FORMAT, HUMAN, NO_TRUNC, QUIET)
                .describe(
                        "Fields for templates: .ID .CreatedSince .CreatedAt .CreatedBy .Size"
                                + " .Comment");
    }

    @Override
    public int run(Parsed line, Session session) throws Exception {
        Image image = new ImageCatalog(session.store()).load(line.argument(), null);
        boolean full = line.is(NO_TRUNC);
        List<Map<String, Object>> rows = new ArrayList<>();
        for (ImageHistory.Line step : ImageHistory.of(session.store(), image)) {
            rows.add(row(step, full, line.is(HUMAN), session.now()));
        }
        if (line.is(QUIET)) {
            for (Map<String, Object> row : rows) {
                session.out().println(row.get("ID"));
            }
            return Main.OK;
        }
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("ID", "IMAGE");
        headers.put("CreatedSince", "CREATED");
        headers.put("CreatedAt", "CREATED AT");
        headers.put("CreatedBy", "CREATED BY");
        headers.put("Size", "SIZE");
        headers.put("Comment", "COMMENT");
        String created = line.is(HUMAN) ? "{{.CreatedSince}}" : "{{.CreatedAt}}";
        String standard = "{{.ID}}\t" + created + "\t{{.CreatedBy}}\t{{.Size}}\t{{.Comment}}";
        new Listing(headers, standard).print(rows, line.text(FORMAT, ""), session.out());
        return Main.OK;
    }

    private static Map<String, Object> row(
            ImageHistory.Line step, boolean full, boolean human, Instant now) {
        Instant created = step.created() == null ? Instant.EPOCH : step.created();
        String by = step.createdBy();
        String oneLine = by.replace('\t', ' ').replace('\n', ' ');
        Digest id = step.id();
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("ID", id == null ? "<missing>" : full ? id.toString() : id.shortHex());
        row.put("CreatedSince", ImageListCommand.since(created, now));
        row.put("CreatedAt", created.toString());
        row.put("CreatedBy", full ? by : Human.ellipsis(oneLine, CREATED_BY_WIDTH));
        row.put("Size", human ? Human.size(step.sizeBytes()) : Long.toString(step.sizeBytes()));
        row.put("Comment", step.comment());
        return row;
    }
}
