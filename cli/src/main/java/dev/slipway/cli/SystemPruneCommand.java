package dev.slipway.cli;

import dev.slipway.build.BuildCache;
import dev.slipway.cli.options.CommandSpec;
import dev.slipway.cli.options.Option;
import dev.slipway.cli.options.Parsed;
import dev.slipway.image.Collector;
import dev.slipway.image.Store;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// `slipway system prune`: removes all that nobody uses.
final class SystemPruneCommand implements Command {
    private static final int KEPT_BUILDS = 50;
    private static final Option ALL =
            Option.flag("all", 'a', "Also images that have a name, and the whole build cache");
    private static final Option POLICY =
            Option.flag("policy", "Only what the policy of the build cache says, without asking");
    private static final Option VOLUMES = Option.flag("volumes", "Also named volumes");

    @Override
    public CommandSpec spec() {
        return new CommandSpec("system prune", "Remove what nobody uses")
                .usage("[OPTIONS]")
                .options("Options", ALL, VOLUMES, POLICY, Pruning.FILTER, Pruning.FORCE)
                .describe(
                        """
                        Removes images without a name, layers and blobs nothing refers to, and what interrupted
                        processes left. What running builds and containers use stays.

                        The policy is gc.json in the store, else the usual rules; builds apply it once a day.\
                        """);
    }

    @Override
    public int run(Parsed line, Session session) throws Exception {
        Rootless.prefer(session);
        if (line.is(POLICY)) {
            List<BuildCache.Item> forgotten = new ArrayList<>();
            Pruning.report(CacheCollection.run(session, forgotten), session);
            return Main.OK;
        }
        boolean all = line.is(ALL);
        String what =
                (all
                                ? "all images that no running process uses, the build cache"
                                : "all images that have no name")
                        + (line.is(VOLUMES) ? ", all volumes," : "")
                        + " and what interrupted processes left.";
        if (!Pruning.isAgreed(line, session, what)) {
            return Main.OK;
        }
        Store store = session.store();
        BuildCache cache = new BuildCache(store);
        if (all) {
            cache.prune(store, BuildCache.Prune.ALL, session.now());
            cache.dropBuilds(KEPT_BUILDS, Duration.ZERO, session.now());
        } else {
            cache.pruneLost(store);
        }
        if (line.is(VOLUMES)) {
            for (String name : Volumes.removeAll(store)) {
                session.out().println("deleted volume: " + name);
            }
        }
        Collector collector = new Collector(store, StoreUsers.of(store));
        Pruning.report(collector.prune(Pruning.filter(line, all, session)), session);
        return Main.OK;
    }
}
