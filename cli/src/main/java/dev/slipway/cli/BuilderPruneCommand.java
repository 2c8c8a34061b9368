package dev.slipway.cli;

import dev.slipway.build.BuildCache;
import dev.slipway.cli.options.Amounts;
import dev.slipway.cli.options.CommandSpec;
import dev.slipway.cli.options.Option;
import dev.slipway.cli.options.Parsed;
import dev.slipway.cli.options.UsageException;
import dev.slipway.cli.output.Human;
import dev.slipway.cli.output.Table;
import dev.slipway.image.Collector;
import dev.slipway.image.Reclaimed;
import dev.slipway.image.Store;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.List;

/// `slipway builder prune`: forgets what the build cache holds.
final class BuilderPruneCommand implements Command {
    private static final Option ALL =
            Option.flag("all", 'a', "Accepted for docker's sake: there is one cache").hidden();
    private static final Option KEEP =
            Option.value(
                    "max-used-space",
                    "BYTES",
                    "Forget the least recently used until no more is left, such as 10g");
    private static final Option KEEP_OLD = Option.value("keep-storage", "BYTES", "").hidden();
    private static final Option FILTER =
            Option.list("filter", "until=TIME", "Only what was not used for so long, such as 24h");
    private static final Option VERBOSE = Option.flag("verbose", "List what was forgotten");

    @Override
    public CommandSpec spec() {
        return new CommandSpec("builder prune", "Forget what the build cache holds")
                .usage("[OPTIONS]")
                .aliases("buildx prune")
                .options("Options", FILTER, KEEP, KEEP_OLD, VERBOSE, ALL, Pruning.FORCE)
                .describe("What running builds use stays.")
                .example(
                        "Keep what the last week used",
                        "slipway builder prune -f --filter until=168h");
    }

    @Override
    public int run(Parsed line, Session session) throws Exception {
        Rootless.prefer(session);
        if (!Pruning.isAgreed(line, session, "what the build cache holds.")) {
            return Main.OK;
        }
        Store store = session.store();
        Long keep = line.bytes(line.has(KEEP) ? KEEP : KEEP_OLD);
        BuildCache.Prune prune =
                new BuildCache.Prune(true, unusedFor(line), keep == null ? 0 : keep);
        List<BuildCache.Item> forgotten = new BuildCache(store).prune(store, prune, session.now());
        if (line.is(VERBOSE)) {
            Table table = new Table("STEP", "SIZE");
            for (BuildCache.Item item : forgotten) {
                table.row(item.description(), Human.size(item.bytes()));
            }
            table.print(session.out());
        }
        Reclaimed reclaimed = new Collector(store, StoreUsers.of(store)).sweep();
        session.out()
                .println(
                        "Forgotten: "
                                + forgotten.size()
                                + (forgotten.size() == 1 ? " step" : " steps"));
        session.out().println("Total reclaimed space: " + Human.size(reclaimed.bytes()));
        return Main.OK;
    }

    private static @Nullable Duration unusedFor(Parsed line) throws UsageException {
        Duration unused = null;
        for (String text : line.texts(FILTER)) {
            long nanos =
                    text.startsWith("until=")
                            ? Amounts.nanos(text.substring(6))
                            : text.startsWith("unused-for=")
                                    ? Amounts.nanos(text.substring(11))
                                    : -1;
            if (nanos < 0) {
                throw new UsageException("invalid filter \"" + text + "\"", "It takes until=24h.");
            }
            unused = Duration.ofNanos(nanos);
        }
        return unused;
    }
}
