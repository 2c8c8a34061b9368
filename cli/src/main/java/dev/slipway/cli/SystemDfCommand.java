package dev.slipway.cli;

import dev.slipway.build.BuildCache;
import dev.slipway.cli.options.CommandSpec;
import dev.slipway.cli.options.Option;
import dev.slipway.cli.options.Parsed;
import dev.slipway.cli.output.Human;
import dev.slipway.cli.output.Listing;
import dev.slipway.cli.output.Table;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// `slipway system df`: what takes how much of the disk.
final class SystemDfCommand implements Command {
    private static final Option FORMAT =
            Option.value(
                    "format", "FORMAT", "\"table\", \"json\", \"table TEMPLATE\" or a Go template");
    private static final Option VERBOSE =
            Option.flag("verbose", 'v', "List volumes and what the build cache holds");

    @Override
    public CommandSpec spec() {
        return new CommandSpec("system df", "Show what takes how much of the disk")
                .usage("[OPTIONS]")
                .options("Options", FORMAT, VERBOSE)
                .describe("Fields for templates: .Type .TotalCount .Active .Size .Reclaimable");
    }

    @Override
    public int run(Parsed line, Session session) throws Exception {
        DiskUsage usage = DiskUsage.of(session.store());
        long volumeBytes = 0;
        for (DiskUsage.Volume volume : usage.volumes()) {
            volumeBytes += volume.bytes();
        }
        List<Map<String, Object>> rows = new ArrayList<>();
        rows.add(row("Images", usage.images(), usage.imageBytes()));
        rows.add(row("Containers", 0, 0));
        rows.add(row("Local Volumes", usage.volumes().size(), volumeBytes));
        rows.add(row("Build Cache", usage.cached().size(), usage.cacheBytes()));
        rows.add(row("Leftovers", 0, usage.otherBytes()));
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Type", "TYPE");
        headers.put("TotalCount", "TOTAL");
        headers.put("Active", "ACTIVE");
        headers.put("Size", "SIZE");
        headers.put("Reclaimable", "RECLAIMABLE");
        String standard = "{{.Type}}\t{{.TotalCount}}\t{{.Active}}\t{{.Size}}\t{{.Reclaimable}}";
        new Listing(headers, standard).print(rows, line.text(FORMAT, ""), session.out());
        if (line.is(VERBOSE)) {
            details(usage, session);
        }
        return Main.OK;
    }

    private static Map<String, Object> row(String type, int count, long bytes) {
        String size = Human.size(bytes);
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("Type", type);
        row.put("TotalCount", count);
        row.put("Active", 0);
        row.put("Size", size);
        row.put("Reclaimable", bytes == 0 ? size : size + " (100%)");
        return row;
    }

    private static void details(DiskUsage usage, Session session) {
        session.out().println();
        session.out().println("Local volumes:");
        Table volumes = new Table("VOLUME NAME", "SIZE");
        for (DiskUsage.Volume volume : usage.volumes()) {
            volumes.row(volume.name(), Human.size(volume.bytes()));
        }
        volumes.print(session.out());
        session.out().println();
        session.out().println("Build cache, least recently used first:");
        Table cache = new Table("CACHE ID", "LAST USED", "SIZE", "MADE BY");
        for (BuildCache.Item item : usage.cached()) {
            String age = Human.age(Duration.between(item.lastUsed(), session.now())) + " ago";
            String id = Human.ellipsis(item.id(), 13);
            cache.row(id, age, Human.size(item.bytes()), Human.ellipsis(item.description(), 60));
        }
        cache.print(session.out());
    }
}
