package dev.slipway.cli;

import dev.slipway.build.BuildCache;
import dev.slipway.build.CacheFilter;
import dev.slipway.build.CacheLimits;
import dev.slipway.cli.options.CommandSpec;
import dev.slipway.cli.options.Option;
import dev.slipway.cli.options.Parsed;
import dev.slipway.cli.output.Human;
import dev.slipway.cli.output.Table;
import dev.slipway.image.Collector;
import dev.slipway.image.Reclaimed;
import dev.slipway.image.Store;

import java.util.List;

/// `slipway builder prune`: forgets what the build cache holds.
final class BuilderPruneCommand implements Command {
    private static final Option ALL =
            Option.flag("all", 'a', "Accepted for docker's sake: there is one cache").hidden();
    private static final Option MOST =
            Option.value("max-used-space", "BYTES", "Forget until no more is left, such as 10g");
    private static final Option MOST_OLD = Option.value("keep-storage", "BYTES", "").hidden();
    private static final Option RESERVED =
            Option.value(
                    "reserved-space", "BYTES", "Leave at least so much, whatever else is said");
    private static final Option FREE =
            Option.value("min-free-space", "BYTES", "Forget until so much of the disk is free");
    private static final Option VERBOSE = Option.flag("verbose", "List what was forgotten");

    @Override
    public CommandSpec spec() {
        return new CommandSpec("builder prune", "Forget what the build cache holds")
                .usage("[OPTIONS]")
                .aliases("buildx prune", "cache prune")
                .options(
                        "Options",
                        CacheFilters.FILTER,
                        MOST,
                        MOST_OLD,
                        RESERVED,
                        FREE,
                        VERBOSE,
                        ALL,
                        Pruning.FORCE)
                .describe(
                        """
                        The least recently used goes first; what live processes work with stays. Filters are those of
                        slipway cache ls. Without any, and without a limit, all goes.\
                        """)
                .example(
                        "Keep what the last week used",
                        "slipway builder prune -f --filter until=168h")
                .example(
                        "Cache mounts down to 2 GB",
                        "slipway builder prune -f --filter type=exec.cachemount --max-used-space 2g");
    }

    @Override
    public int run(Parsed line, Session session) throws Exception {
        CacheFilter filter = CacheFilters.of(line.texts(CacheFilters.FILTER));
        CacheLimits limits = CacheFilters.limits(line, RESERVED, MOST, MOST_OLD, FREE);
        Rootless.prefer(session);
        if (!Pruning.isAgreed(line, session, "what the build cache holds.")) {
            return Main.OK;
        }
        Store store = session.store();
        BuildCache.Prune prune = new BuildCache.Prune(filter, null, limits);
        List<BuildCache.Item> forgotten = new BuildCache(store).prune(store, prune, session.now());
        if (line.is(VERBOSE)) {
            Table table = new Table("TYPE", "SIZE", "DESCRIPTION");
            for (BuildCache.Item item : forgotten) {
                table.row(item.kind().word(), Human.size(item.bytes()), item.description());
            }
            table.print(session.out());
        }
        Reclaimed reclaimed = new Collector(store, StoreUsers.of(store)).sweep();
        session.out()
                .println(
                        "Forgotten: "
                                + forgotten.size()
                                + (forgotten.size() == 1 ? " item" : " items"));
        session.out().println("Total reclaimed space: " + Human.size(reclaimed.bytes()));
        return Main.OK;
    }
}
