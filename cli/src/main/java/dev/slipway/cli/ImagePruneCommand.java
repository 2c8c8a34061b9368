package dev.slipway.cli;

import dev.slipway.cli.options.CommandSpec;
import dev.slipway.cli.options.Option;
import dev.slipway.cli.options.Parsed;
import dev.slipway.image.Collector;

/// `slipway image prune`: removes images nobody uses.
final class ImagePruneCommand implements Command {
    private static final Option ALL = Option.flag("all", 'a', "Also images that have a name");

    @Override
    public CommandSpec spec() {
        return new CommandSpec("image prune", "Remove images nobody uses")
                .usage("[OPTIONS]")
                .options("Options", ALL, Pruning.FILTER, Pruning.FORCE)
                .describe(
                        "Without --all, images that have no name. Layers that the build cache uses"
                                + " stay: see builder prune.");
    }

    @Override
    public int run(Parsed line, Session session) throws Exception {
        Rootless.prefer(session);
        boolean all = line.is(ALL);
        String what =
                all ? "all images that no running process uses." : "all images that have no name.";
        if (!Pruning.isAgreed(line, session, what)) {
            return Main.OK;
        }
        Collector collector = new Collector(session.store(), StoreUsers.of(session.store()));
        Pruning.report(collector.prune(Pruning.filter(line, all, session)), session);
        return Main.OK;
    }
}
