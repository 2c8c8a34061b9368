package dev.slipway.cli;

import dev.slipway.cli.options.CommandSpec;
import dev.slipway.cli.options.Option;
import dev.slipway.cli.options.Parsed;
import dev.slipway.cli.options.UsageException;
import dev.slipway.cli.output.Human;
import dev.slipway.cli.output.Listing;
import dev.slipway.image.ImageCatalog;
import dev.slipway.image.Reference;
import dev.slipway.image.StoredImage;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// `slipway image ls`: the images of the store.
final class ImageListCommand implements Command {
    private static final Option ALL =
            Option.flag("all", 'a', "Accepted for docker's sake: no image is hidden");
    private static final Option DIGESTS = Option.flag("digests", "Show digests");
    private static final Option FILTER =
            Option.list(
                    "filter",
                    'f',
                    "KEY=VALUE",
                    "Only images for which it holds: dangling, label, before, since, until,"
                            + " reference");
    private static final Option FORMAT =
            Option.value(
                    "format", "FORMAT", "\"table\", \"json\", \"table TEMPLATE\" or a Go template");
    private static final Option NO_TRUNC = Option.flag("no-trunc", "Show IDs in full");
    private static final Option QUIET = Option.flag("quiet", 'q', "Show IDs only");
    private static final List<String> KEYS =
            List.of("dangling", "label", "label!", "before", "since", "until", "reference");

    @Override
    public CommandSpec spec() {
        return new CommandSpec("image ls", "List images")
                .usage("[OPTIONS] [REPOSITORY[:TAG]]")
                .aliases("images", "image list")
                .arguments(0, 1, Option.Offer.IMAGES)
                .options("Options", ALL, DIGESTS, FILTER, FORMAT, NO_TRUNC, QUIET)
                .describe(
                        "Fields for templates: .Repository .Tag .ID .Digest .CreatedSince"
                                + " .CreatedAt .Size")
                .example(
                        "Names of all images", "slipway images --format '{{.Repository}}:{{.Tag}}'")
                .example(
                        "IDs of images without a name", "slipway images -q --filter dangling=true");
    }

    @Override
    public int run(Parsed line, Session session) throws Exception {
        ImageCatalog catalog = new ImageCatalog(session.store());
        Instant now = session.now();
        List<String> filters = new ArrayList<>(line.texts(FILTER));
        if (!line.arguments().isEmpty()) {
            filters.add("reference=" + line.argument());
        }
        ImageFilter filter = ImageFilter.of(filters, KEYS, catalog, now);
        boolean full = line.is(NO_TRUNC);
        List<Map<String, Object>> rows = new ArrayList<>();
        for (StoredImage image : catalog.list()) {
            String size = Human.size(catalog.size(image));
            List<@Nullable Reference> names = new ArrayList<>(image.names());
            if (names.isEmpty()) {
                names.add(null);
            }
            for (Reference name : names) {
                if (filter.holds(image, name)) {
                    rows.add(row(image, name, size, full, now));
                }
            }
        }
        print(rows, line, session);
        return Main.OK;
    }

    private static void print(List<Map<String, Object>> rows, Parsed line, Session session)
            throws UsageException {
        if (line.is(QUIET)) {
            Set<Object> ids = new LinkedHashSet<>();
            for (Map<String, Object> row : rows) {
                ids.add(row.get("ID"));
            }
            for (Object id : ids) {
                session.out().println(id);
            }
            return;
        }
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Repository", "REPOSITORY");
        headers.put("Tag", "TAG");
        headers.put("Digest", "DIGEST");
        headers.put("ID", "IMAGE ID");
        headers.put("CreatedSince", "CREATED");
        headers.put("CreatedAt", "CREATED AT");
        headers.put("Size", "SIZE");
        headers.put("Containers", "CONTAINERS");
        headers.put("SharedSize", "SHARED SIZE");
        headers.put("UniqueSize", "UNIQUE SIZE");
        headers.put("VirtualSize", "SIZE");
        String digest = line.is(DIGESTS) ? "{{.Digest}}\t" : "";
        String standard =
                "{{.Repository}}\t{{.Tag}}\t" + digest + "{{.ID}}\t{{.CreatedSince}}\t{{.Size}}";
        new Listing(headers, standard).print(rows, line.text(FORMAT, ""), session.out());
    }

    private static Map<String, Object> row(
            StoredImage image, @Nullable Reference name, String size, boolean full, Instant now) {
        Instant created = ImageFilter.created(image);
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("Repository", name == null ? "<none>" : name.familiarName());
        String tag = name == null ? null : name.tag();
        row.put("Tag", tag == null ? "<none>" : tag);
        row.put("ID", full ? image.id().toString() : image.id().shortHex());
        row.put("Digest", image.target().digest().toString());
        row.put("CreatedSince", since(created, now));
        row.put("CreatedAt", at(created));
        row.put("Size", size);
        row.put("Containers", "N/A");
        row.put("SharedSize", "N/A");
        row.put("UniqueSize", "N/A");
        row.put("VirtualSize", size);
        return row;
    }

    /// `3 hours ago`; `N/A` for an image that does not say when it was made.
    static String since(Instant created, Instant now) {
        return created.equals(Instant.EPOCH)
                ? "N/A"
                : Human.age(Duration.between(created, now)) + " ago";
    }

    static String at(Instant created) {
        return DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss xx 'UTC'", java.util.Locale.ROOT)
                .format(created.atOffset(ZoneOffset.UTC));
    }
}
