package dev.slipway.cli;

import dev.slipway.build.CacheExport;
import dev.slipway.build.CacheImport;
import dev.slipway.cli.options.CommandSpec;
import dev.slipway.cli.options.Option;
import dev.slipway.cli.options.Parsed;
import dev.slipway.cli.options.UsageException;
import dev.slipway.cli.output.Human;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/// `slipway cache import`: takes in what `cache export` wrote.
final class CacheImportCommand implements Command {
    private static final Option INPUT =
            Option.value("input", 'i', "FILE", "The archive; - is standard input")
                    .standard("-")
                    .offers(Option.Offer.FILES);
    private static final Option MOUNTS = Option.flag("mounts", "Only cache mounts");
    private static final Option RECORDS =
            Option.flag("records", "Only results of steps, with their layers");
    private static final Option REPLACE =
            Option.flag("replace", "Replace cache mounts that are there already");

    @Override
    public CommandSpec spec() {
        return new CommandSpec("cache import", "Take in an archive of slipway cache export")
                .usage("[OPTIONS] -i FILE")
                .options("Options", INPUT, MOUNTS, RECORDS, REPLACE)
                .describe(
                        """
                        Nothing in the archive is believed before it is checked: layers and cache mounts by their
                        digests, records by their keys. What a build is using stays as it is.\
                        """)
                .example("On another machine", "slipway cache import -i cache.tar.zst");
    }

    @Override
    public int run(Parsed line, Session session) throws Exception {
        boolean mounts = line.is(MOUNTS);
        boolean records = line.is(RECORDS);
        if (mounts && records) {
            throw new UsageException(
                    "--mounts and --records exclude each other", "Give neither for both.");
        }
        String file = line.text(INPUT, "-");
        if (file.equals("-") && session.console().isInTerminal()) {
            throw new UsageException(
                    "an archive is not read from a terminal", "Give -i FILE, or a pipe.");
        }
        if (!file.equals("-")) {
            Rootless.prefer(session);
        }
        CacheImport.Wanted wanted = new CacheImport.Wanted(!mounts, !records, line.is(REPLACE));
        try (InputStream in =
                file.equals("-") ? session.in() : Files.newInputStream(Path.of(file))) {
            CacheExport.Summary summary =
                    CacheImport.read(
                            session.store(),
                            in,
                            wanted,
                            warning ->
                                    session.err().println("warning: " + Human.printable(warning)));
            session.err()
                    .println(
                            "Imported "
                                    + CacheExportCommand.counted(summary.mounts(), "cache mount")
                                    + ", "
                                    + CacheExportCommand.counted(summary.records(), "record")
                                    + ", "
                                    + CacheExportCommand.counted(summary.layers(), "layer"));
        }
        return Main.OK;
    }
}
