package dev.slipway.cli;

import dev.slipway.build.record.BuildPage;
import dev.slipway.build.record.BuildRecords;
import dev.slipway.cli.options.CommandSpec;
import dev.slipway.cli.options.Option;
import dev.slipway.cli.options.Parsed;

import java.io.BufferedWriter;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// `slipway builds open`: a build as a page.
final class BuildsOpenCommand implements Command {
    private static final Option OUTPUT =
            Option.value("output", 'o', "FILE", "Where to write the page; - is standard output")
                    .standard("build-ID.html")
                    .offers(Option.Offer.FILES);

    @Override
    public CommandSpec spec() {
        return new CommandSpec("builds open", "Write a build as one HTML page")
                .usage("[OPTIONS] [BUILD]")
                .aliases("buildx history open", "builder history open")
                .arguments(0, 1, Option.Offer.NOTHING)
                .options("Options", OUTPUT)
                .describe(
                        """
                        The page shows the timeline, why steps missed the cache, what each line of the Dockerfile cost,
                        and the logs. It needs no network and no server: keep it, or send it to somebody.

                        """
                                + BuildChoice.WORDS)
                .example("Look at the last build", "slipway builds open -o build.html");
    }

    @Override
    public int run(Parsed line, Session session) throws Exception {
        BuildRecords records = new BuildRecords(session.home());
        String name = line.arguments().isEmpty() ? "" : line.argument();
        String id = BuildChoice.id(records, name);
        String file = line.has(OUTPUT) ? line.text(OUTPUT, "-") : "build-" + id + ".html";
        if (file.equals("-")) {
            Writer out = new OutputStreamWriter(session.dataOut(), StandardCharsets.UTF_8);
            BuildPage.write(records, id, out);
            out.flush();
            return Main.OK;
        }
        try (BufferedWriter out = Files.newBufferedWriter(Path.of(file), StandardCharsets.UTF_8)) {
            BuildPage.write(records, id, out);
        }
        session.out().println(Path.of(file).toAbsolutePath().normalize().toUri());
        return Main.OK;
    }
}
