package dev.slipway.cli;

import dev.slipway.cli.options.CommandSpec;
import dev.slipway.cli.options.Parsed;
import dev.slipway.cli.options.UsageException;
import dev.slipway.cli.output.Human;
import dev.slipway.lint.ContextFiles;
import dev.slipway.lint.DirectoryContexts;
import dev.slipway.lint.LanguageServer;
import dev.slipway.lint.LintConfig;
import dev.slipway.lint.LintReport;
import dev.slipway.lint.Linter;
import dev.slipway.lint.RuleBook;
import dev.slipway.lint.ShellCheck;
import dev.slipway.lint.output.Renderer;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// `slipway lint`: what is wrong in Dockerfiles, and what to do about it.
final class LintCommand implements Command {
    private static final long MAX_BYTES = 64L << 20;

    @Override
    public CommandSpec spec() {
        return LintFlags.spec();
    }

    @Override
    public int run(Parsed line, Session session) throws Exception {
        List<String> arguments = line.arguments();
        String first = arguments.isEmpty() ? "" : arguments.getFirst();
        if ((first.equals("rules") || first.equals("explain")) && !Files.exists(Path.of(first))) {
            return new LintRules(session).run(arguments);
        }
        if (line.is(LintFlags.LSP)) {
            LintWorkspace workspace = new LintWorkspace(line, session);
            boolean proper = new LanguageServer(workspace, session.in(), session.dataOut()).run();
            return proper ? Main.OK : Main.FAILED;
        }
        LintConfig config = new LintSetup(line, session, Path.of("")).draft().build();
        List<String> formats = config.formats().isEmpty() ? List.of("tty") : config.formats();
        checkFormats(formats);
        RuleBook book = RuleBook.load();
        ShellCheck shellCheck =
                config.shellCheck()
                        ? ShellCheck.onPath(session.environment().getOrDefault("PATH", ""))
                        : null;
        boolean asks = line.text(LintFlags.BASES, "store").equals("registry");
        try (LintBases bases = new LintBases(session, line.text(LintFlags.PLATFORM), asks)) {
            Linter linter =
                    new Linter(book, config, bases, shellCheck, new LintBuilds(session, null));
            int code = run(linter, config, formats, line, session);
            unknown(bases, asks || line.is(LintFlags.VERBOSE), session);
            return code;
        }
    }

    // What is asked of a registry and not answered is worth a word; else only if that is wanted.
    private static void unknown(LintBases bases, boolean told, Session session) {
        session.out().flush();
        for (Map.Entry<String, String> base : bases.unknown().entrySet()) {
            if (told) {
                session.err()
                        .println(
                                "Not all is known of "
                                        + Human.printable(base.getKey())
                                        + ": "
                                        + Human.printable(base.getValue()));
            }
        }
    }

    private static int run(
            Linter linter, LintConfig config, List<String> formats, Parsed line, Session session)
            throws Exception {
        List<String> names = LintTargets.of(line.arguments(), config);
        boolean prove = line.is(LintFlags.PROVE);
        if (prove) {
            Rootless.prefer(session); // later it would be too late: standard input is read once
        }
        boolean refused = false;
        if (line.has(LintFlags.FIX) || line.is(LintFlags.DIFF) || prove) {
            String kind = line.text(LintFlags.FIX, "true");
            boolean diff = line.is(LintFlags.DIFF) || !line.has(LintFlags.FIX);
            LintProof proof = prove ? new LintProof(line, session, config) : null;
            LintFixing fixing = new LintFixing(session, linter, kind.equals("unsafe"), diff, proof);
            boolean done = !kind.equals("false") && fixing.run(read(names, line, session));
            refused = fixing.isRefused();
            if (done) {
                return refused ? Main.FAILED : Main.OK;
            }
        }
        List<LintReport.Result> results = lint(linter, read(names, line, session));
        LintReport report = new LintReport(results, Version.text(), session.now());
        write(report, config, formats, line, session);
        return refused || report.fails(config, formats) ? Main.FAILED : Main.OK;
    }

    private static List<LintReport.Result> lint(Linter linter, List<Source> sources) {
        List<Linter.Input> inputs = new ArrayList<>(sources.size());
        for (Source source : sources) {
            inputs.add(new Linter.Input(source.name(), source.text(), source.context()));
        }
        List<LintReport.Result> results = new ArrayList<>(sources.size());
        for (Linter.Linted linted : linter.lint(inputs)) {
            String name = sources.get(results.size()).name();
            results.add(new LintReport.Result(name, linted.file(), linted.findings()));
        }
        return results;
    }

    /// A file to look at.
    ///
    /// @param directory the build context; null if there is none
    record Source(
            String name, String text, @Nullable Path directory, @Nullable ContextFiles context) {}

    private static void checkFormats(List<String> formats) throws UsageException {
        for (String format : formats) {
            if (!Renderer.FORMATS.contains(format)) {
                throw Parsed.wrongValue(
                        LintFlags.FORMAT, format, String.join(", ", Renderer.FORMATS));
            }
        }
    }

    private static List<Source> read(List<String> names, Parsed line, Session session)
            throws IOException, CommandException, UsageException {
        List<Source> sources = new ArrayList<>();
        DirectoryContexts contexts = new DirectoryContexts();
        for (String name : names) {
            sources.add(read(name, contexts, line, session));
        }
        return sources;
    }

    private static Source read(
            String name, DirectoryContexts contexts, Parsed line, Session session)
            throws IOException, CommandException, UsageException {
        String context = line.text(LintFlags.CONTEXT);
        boolean given = line.has(LintFlags.CONTEXT) && context != null;
        if (name.equals("-")) {
            byte[] input = session.in().readNBytes((int) MAX_BYTES);
            return new Source(
                    name,
                    new String(input, StandardCharsets.UTF_8),
                    given ? Path.of(context) : null,
                    given ? contexts.of(Path.of(context), Path.of("Dockerfile")) : null);
        }
        Path path = Path.of(name);
        if (!Files.isRegularFile(path)) {
            boolean there = Files.exists(path);
            throw new CommandException(
                    name + (there ? " is no file" : " does not exist"),
                    "Name a Dockerfile, or a directory to search.");
        }
        if (Files.size(path) > MAX_BYTES) {
            throw new CommandException(name + " is too large for a Dockerfile", null);
        }
        Path parent = path.toAbsolutePath().getParent();
        Path directory = given ? Path.of(context) : parent == null ? Path.of("/") : parent;
        return new Source(
                name,
                new String(Files.readAllBytes(path), StandardCharsets.UTF_8),
                directory,
                contexts.of(directory, path));
    }

    // The first format goes to the first file, and so on; what has no file to standard output.
    private static void write(
            LintReport report,
            LintConfig config,
            List<String> formats,
            Parsed line,
            Session session)
            throws IOException, UsageException {
        List<String> outputs = line.texts(LintFlags.OUTPUT);
        int count = Math.max(formats.size(), outputs.size());
        for (int i = 0; i < count; i++) {
            String format = i < formats.size() ? formats.get(i) : "tty";
            boolean toFile = i < outputs.size();
            boolean color = !toFile && !config.noColor() && session.isLively(false);
            Renderer renderer = Renderer.of(format, color, line.text(LintFlags.REPORT_PATH));
            if (renderer == null) {
                continue; // checked before
            }
            String text = renderer.render(report);
            if (toFile) {
                Files.writeString(Path.of(outputs.get(i)), text);
            } else {
                session.out().print(text);
            }
        }
    }
}
