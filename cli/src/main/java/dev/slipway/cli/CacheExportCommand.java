package dev.slipway.cli;

import dev.slipway.build.CacheExport;
import dev.slipway.build.CacheFilter;
import dev.slipway.cli.options.CommandSpec;
import dev.slipway.cli.options.Option;
import dev.slipway.cli.options.Parsed;
import dev.slipway.cli.options.UsageException;
import dev.slipway.cli.output.Human;
import dev.slipway.image.compress.Compression;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/// `slipway cache export`: a part of the build cache as an archive.
final class CacheExportCommand implements Command {
    private static final Option OUTPUT =
            Option.value("output", 'o', "FILE", "The archive; - is standard output")
                    .standard("-")
                    .offers(Option.Offer.FILES);
    private static final Option MOUNTS = Option.flag("mounts", "Only cache mounts");
    private static final Option RECORDS =
            Option.flag("records", "Only results of steps, with their layers");
    private static final Option ID =
            Option.list("id", "ID", "Only the cache mount or the step of this id");
    private static final Option COMPRESSION =
            Option.value("compression", "KIND", "How the archive is compressed")
                    .choices("zstd", "gzip", "none")
                    .standard("zstd");
    private static final int ZSTD_LEVEL = 3;
    private static final int GZIP_LEVEL = 6;

    @Override
    public CommandSpec spec() {
        return new CommandSpec("cache export", "Write cache mounts and steps to an archive")
                .usage("[OPTIONS] -o FILE")
                .options("Options", OUTPUT, MOUNTS, RECORDS, ID, CacheFilters.FILTER, COMPRESSION)
                .describe(
                        """
                        What slipway cache import takes in on another machine, where a build then finds its steps done
                        and its cache mounts filled. Base images are no part of it: save and load, or push, those.
                        Cache mounts that a build is using are waited for.\
                        """)
                .example("All of it", "slipway cache export -o cache.tar.zst")
                .example("One cache mount", "slipway cache export --id /root/.m2 -o maven.tar.zst");
    }

    @Override
    public int run(Parsed line, Session session) throws Exception {
        CacheFilter filter = filter(line);
        String file = line.text(OUTPUT, "-");
        if (file.equals("-") && session.console().isOutTerminal()) {
            throw new UsageException(
                    "an archive is not written to a terminal",
                    "Give -o FILE, or send standard output elsewhere.");
        }
        Rootless.prefer(session);
        CacheExport.Summary summary =
                file.equals("-")
                        ? write(session.dataOut(), filter, line, session)
                        : write(Path.of(file), filter, line, session);
        session.err()
                .println(
                        "Exported "
                                + counted(summary.mounts(), "cache mount")
                                + ", "
                                + counted(summary.records(), "record")
                                + ", "
                                + counted(summary.layers(), "layer")
                                + (file.equals("-")
                                        ? ""
                                        : ": " + Human.size(Files.size(Path.of(file)))));
        return Main.OK;
    }

    static String counted(int count, String what) {
        return count + " " + what + (count == 1 ? "" : "s");
    }

    private static CacheFilter filter(Parsed line) throws UsageException {
        if (line.is(MOUNTS) && line.is(RECORDS)) {
            throw new UsageException(
                    "--mounts and --records exclude each other", "Give neither for both.");
        }
        List<String> filters = new ArrayList<>(line.texts(CacheFilters.FILTER));
        if (line.is(MOUNTS)) {
            filters.add("type=exec.cachemount");
        }
        if (line.is(RECORDS)) {
            filters.add("type=regular");
        }
        CacheFilter all = CacheFilters.of(filters);
        return line.has(ID) ? all.andAnyId(line.texts(ID)) : all;
    }

    private static CacheExport.Summary write(
            Path file, CacheFilter filter, Parsed line, Session session) throws Exception {
        Path part = file.resolveSibling(file.getFileName() + ".part");
        try {
            CacheExport.Summary summary;
            try (OutputStream out = Files.newOutputStream(part)) {
                summary = write(out, filter, line, session);
            }
            Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
            return summary;
        } finally {
            Files.deleteIfExists(part);
        }
    }

    private static CacheExport.Summary write(
            OutputStream out, CacheFilter filter, Parsed line, Session session)
            throws IOException, UsageException {
        return CacheExport.write(
                session.store(),
                filter,
                compression(line),
                out,
                warning -> session.err().println("warning: " + Human.printable(warning)),
                session.now());
    }

    private static Compression compression(Parsed line) throws UsageException {
        return switch (line.text(COMPRESSION, "zstd")) {
            case "gzip" -> new Compression.Gzip(GZIP_LEVEL);
            case "none" -> new Compression.None();
            default -> new Compression.Zstd(ZSTD_LEVEL);
        };
    }
}
