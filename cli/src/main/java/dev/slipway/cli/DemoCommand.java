package dev.slipway.cli;

import dev.slipway.cli.options.CommandSpec;
import dev.slipway.cli.options.Option;
import dev.slipway.cli.options.Parsed;
import dev.slipway.cli.output.Human;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/// `slipway demo`: the whole way on real input, each step a command the user can type.
final class DemoCommand implements Command {
    private static final int CHAPTERS = 6;
    private static final String IMAGE = "quickstart/greeter";
    private static final Option SOURCE =
            Option.value(
                            "source",
                            "DIR",
                            "Where examples/quickstart is; else it is found beside this tool")
                    .environment("SLIPWAY_QUICKSTART")
                    .offers(Option.Offer.DIRECTORIES)
                    .hidden();

    @Override
    public CommandSpec spec() {
        return new CommandSpec("demo", "Show the whole way: base image, build, run, cache")
                .usage("")
                .options("Options", SOURCE)
                .describe(
                        """
                        Assembles two base images from Debian packages, builds a multi-stage application on them, runs it
                        and asks it, builds again to show the cache, and changes one file to show an explained miss. Works
                        on a copy of examples/quickstart; nothing of yours is touched.\
                        """);
    }

    @Override
    public int run(Parsed line, Session session) throws Exception {
        Rootless.require(session);
        Path source = Quickstart.find(line.text(SOURCE));
        Path copy = Quickstart.place();
        try (Console.Stopping _ = session.console().onEnd(() -> Quickstart.removeQuietly(copy))) {
            Quickstart.copy(source, copy);
            return new Show(session, copy).play(source);
        } finally {
            Quickstart.remove(copy);
        }
    }

    /// What a build says of findings names the copy, which is gone in the end.
    private static final String UNLINTED = "--lint=off";

    /// One showing.
    private static final class Show {
        private final Session session;
        private final Path copy;
        private final long start = System.nanoTime();
        private int chapter;

        Show(Session session, Path copy) {
            this.session = session;
            this.copy = copy;
        }

        int play(Path source) throws Exception {
            say(
                    "A copy of "
                            + source
                            + " is in "
                            + copy
                            + "; the store is "
                            + session.home()
                            + ".");
            chapter("Base images, assembled from this machine's Debian mirror");
            command("base", "build", copy.resolve("builder.yaml").toString());
            command("base", "build", copy.resolve("runtime.yaml").toString());
            chapter("Build: three stages, independent ones at once");
            command("lint", "--no-fail", source.toString());
            long first = command("build", UNLINTED, "-t", IMAGE, copy.toString());
            chapter("Run it, and ask it");
            new DemoRun(session, IMAGE).askAndStop();
            chapter("Build again: nothing changed");
            long again = command("build", UNLINTED, "-t", IMAGE, copy.toString());
            say("It took " + millis(first) + " before, " + millis(again) + " now.");
            chapter("Change one file, and see why which step is done again");
            change();
            command("build", UNLINTED, "--explain", "-t", IMAGE, copy.toString());
            chapter("What there is now");
            command("images", "quickstart/*");
            end();
            return Main.OK;
        }

        private static String millis(long nanos) {
            return nanos / 1_000_000 + " ms";
        }

        private void change() throws IOException {
            Path file = copy.resolve("site").resolve("style.css");
            byte[] line = "\nbody { color: navy }\n".getBytes(StandardCharsets.UTF_8);
            Files.write(file, line, StandardOpenOption.APPEND);
            say("$ echo 'body { color: navy }' >> " + file);
        }

        private void end() {
            say("");
            say(
                    "All of it took "
                            + Human.seconds(System.nanoTime() - start)
                            + ". Try it yourself:");
            String launcher = session.variable("SLIPWAY_LAUNCHER");
            String slipway = "  " + (launcher == null ? "slipway" : launcher);
            say(slipway + " run --rm --network host -e PORT=8090 " + IMAGE);
            say(slipway + " history " + IMAGE);
            say(slipway + " build --help");
        }

        private void chapter(String title) {
            chapter++;
            boolean colours = session.isLively(true);
            String elapsed = Human.seconds(System.nanoTime() - start);
            String head = "== " + chapter + "/" + CHAPTERS + " " + title;
            say("");
            say((colours ? "\u001b[1m" + head + "\u001b[0m" : head) + "  (" + elapsed + ")");
        }

        /// Runs a command as if it had been typed, here in this process.
        ///
        /// @return nanoseconds it took
        private long command(String... words) throws Exception {
            List<String> shown = new ArrayList<>();
            for (String word : words) {
                if (word.equals(UNLINTED)) {
                    continue;
                }
                shown.add(word.indexOf('*') < 0 ? word : "'" + word + "'");
            }
            say("$ slipway " + String.join(" ", shown));
            long begin = System.nanoTime();
            int code = Main.dispatch(words, session);
            session.out().flush();
            if (code != Main.OK) {
                throw new CommandException("slipway " + String.join(" ", words) + " failed", null);
            }
            return System.nanoTime() - begin;
        }

        private void say(String text) {
            session.out().flush();
            session.err().println(text);
            session.err().flush();
        }
    }
}
