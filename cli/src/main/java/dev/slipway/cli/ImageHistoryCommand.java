package dev.slipway.cli;

import dev.slipway.cli.options.CommandSpec;
import dev.slipway.cli.options.Option;
import dev.slipway.cli.options.Parsed;
import dev.slipway.cli.output.Human;
import dev.slipway.cli.output.Listing;
import dev.slipway.image.Digest;
import dev.slipway.image.History;

import java.io.IOException;
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
        ImageCatalog catalog = new ImageCatalog(session.store());
        StoredImage image = catalog.find(line.argument());
        boolean full = line.is(NO_TRUNC);
        List<Map<String, Object>> rows = rows(image, catalog, full, line.is(HUMAN), session.now());
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

    private static List<Map<String, Object>> rows(
            StoredImage image, ImageCatalog catalog, boolean full, boolean human, Instant now)
            throws IOException {
        List<Map<String, Object>> rows = new ArrayList<>();
        List<Digest> layers = image.config().diffIds();
        int layer = 0;
        for (History step : image.config().history()) {
            long size = 0;
            if (!step.emptyLayer() && layer < layers.size()) {
                size = catalog.layerSize(layers.get(layer), image.manifest(), layer);
                layer++;
            }
            rows.addFirst(row(step, size, full, human, now));
        }
        while (layer < layers.size()) { // more layers than history tells of
            long size = catalog.layerSize(layers.get(layer), image.manifest(), layer);
            rows.addFirst(row(new History(null, "", null, null, false), size, full, human, now));
            layer++;
        }
        if (!rows.isEmpty()) {
            String id = full ? image.id().toString() : image.id().shortHex();
            rows.getFirst().put("ID", id);
        }
        return rows;
    }

    private static Map<String, Object> row(
            History step, long size, boolean full, boolean human, Instant now) {
        Instant created = step.created() == null ? Instant.EPOCH : step.created();
        String by = step.createdBy();
        String comment = step.comment();
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("ID", "<missing>");
        row.put("CreatedSince", ImageListCommand.since(created, now));
        row.put("CreatedAt", created.toString());
        row.put(
                "CreatedBy",
                full
                        ? by
                        : Human.ellipsis(
                                by.replace('\t', ' ').replace('\n', ' '), CREATED_BY_WIDTH));
        row.put("Size", human ? Human.size(size) : Long.toString(size));
        row.put("Comment", comment == null ? "" : comment);
        return row;
    }
}
