package dev.slipway.cli;

import dev.slipway.build.BuildCache;
import dev.slipway.build.CacheFilter;
import dev.slipway.cli.options.CommandSpec;
import dev.slipway.cli.options.Option;
import dev.slipway.cli.options.Parsed;
import dev.slipway.cli.output.Human;
import dev.slipway.cli.output.Listing;

import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// `slipway cache ls`: what the build cache holds.
final class CacheListCommand implements Command {
    private static final Option FORMAT =
            Option.value(
                    "format", "FORMAT", "\"table\", \"json\", \"table TEMPLATE\" or a Go template");
    private static final Option VERBOSE = Option.flag("verbose", 'v', "Show all of each, as lines");
    private static final Option NO_TRUNC = Option.flag("no-trunc", "Show IDs in full");
    private static final int SHORT_ID = 25;

    @Override
    public CommandSpec spec() {
        return new CommandSpec("cache ls", "List what the build cache holds")
                .usage("[OPTIONS]")
                .aliases("cache list", "cache du", "builder du", "buildx du")
                .options("Options", CacheFilters.FILTER, FORMAT, VERBOSE, NO_TRUNC)
                .describe(
                        """
                        Least recently used first. What a live process works with is not reclaimable.

                        Types: regular, the result of a step; exec.cachemount, a RUN --mount=type=cache. Filters
                        compare with =, !=, and ~= for a regular expression; all must hold.

                        Fields for templates: .ID .Type .Description .Size .Reclaimable .Shared .CreatedAt
                        .LastUsedAt .LastUsedSince\
                        """)
                .example("Cache mounts", "slipway cache ls --filter type=exec.cachemount")
                .example(
                        "What apt left, unused for a week",
                        "slipway cache ls --filter description~=apt --filter unused-for=168h");
    }

    @Override
    public int run(Parsed line, Session session) throws Exception {
        CacheFilter filter = CacheFilters.of(line.texts(CacheFilters.FILTER));
        Rootless.prefer(session); // cache mounts may hold what only the namespace may look at
        Instant now = session.now();
        List<BuildCache.Item> items = new ArrayList<>();
        for (BuildCache.Item item : new BuildCache(session.store()).list()) {
            if (filter.holds(item, now)) {
                items.add(item);
            }
        }
        String format = line.text(FORMAT, "");
        if (line.is(VERBOSE) && format.isEmpty()) {
            details(items, session.out());
        } else {
            list(items, format, line.is(NO_TRUNC), now, session.out());
        }
        if (format.isEmpty() || format.startsWith("table")) {
            totals(items, session.out());
        }
        return Main.OK;
    }

    private static void list(
            List<BuildCache.Item> items, String format, boolean full, Instant now, PrintStream out)
            throws Exception {
        List<Map<String, Object>> rows = new ArrayList<>();
        for (BuildCache.Item item : items) {
            Map<String, Object> row = facts(item, format.equals("json"));
            if (!format.equals("json")) {
                row.put("ID", full ? item.id() : Human.ellipsis(item.id(), SHORT_ID));
                row.put("Size", Human.size(item.bytes()));
                row.put(
                        "LastUsedSince",
                        Human.age(Duration.between(item.lastUsed(), now)) + " ago");
            }
            rows.add(row);
        }
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("ID", "ID");
        headers.put("Type", "TYPE");
        headers.put("Description", "DESCRIPTION");
        headers.put("Size", "SIZE");
        headers.put("Reclaimable", "RECLAIMABLE");
        headers.put("Shared", "SHARED");
        headers.put("CreatedAt", "CREATED AT");
        headers.put("LastUsedAt", "LAST USED AT");
        headers.put("LastUsedSince", "LAST ACCESSED");
        String standard =
                "{{.ID}}\t{{.Reclaimable}}\t{{.Size}}\t{{.LastUsedSince}}\t{{.Description}}";
        new Listing(headers, standard).print(rows, format, out);
    }

    /// The names of `buildx du --format json`; the size is a number there too.
    private static Map<String, Object> facts(BuildCache.Item item, boolean numbers) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("ID", item.id());
        facts.put("Type", item.kind().word());
        facts.put("Description", item.description());
        facts.put("Size", numbers ? (Object) item.bytes() : "");
        facts.put("Reclaimable", !item.inUse());
        facts.put("InUse", item.inUse());
        facts.put("Shared", item.shared());
        facts.put("Mutable", item.kind() == BuildCache.Kind.CACHE_MOUNT);
        facts.put("CreatedAt", item.created().toString());
        facts.put("LastUsedAt", item.lastUsed().toString());
        return facts;
    }

    private static void details(List<BuildCache.Item> items, PrintStream out) {
        for (BuildCache.Item item : items) {
            out.println("ID:           " + item.id());
            out.println("Created at:   " + item.created());
            out.println("Mutable:      " + (item.kind() == BuildCache.Kind.CACHE_MOUNT));
            out.println("Reclaimable:  " + !item.inUse());
            out.println("Shared:       " + item.shared());
            out.println("Size:         " + Human.size(item.bytes()));
            out.println("Description:  " + Human.printable(item.description()));
            out.println("Last used:    " + item.lastUsed());
            out.println("Type:         " + item.kind().word());
            out.println();
        }
    }

    private static void totals(List<BuildCache.Item> items, PrintStream out) {
        long shared = 0;
        long total = 0;
        long inUse = 0;
        for (BuildCache.Item item : items) {
            total += item.bytes();
            shared += item.shared() ? item.bytes() : 0;
            inUse += item.inUse() ? item.bytes() : 0;
        }
        out.println("Shared:       " + Human.size(shared));
        out.println("Private:      " + Human.size(total - shared));
        out.println("Reclaimable:  " + Human.size(total - inUse));
        out.println("Total:        " + Human.size(total));
    }
}
