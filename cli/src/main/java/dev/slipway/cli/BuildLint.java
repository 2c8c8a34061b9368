package dev.slipway.cli;

import dev.slipway.build.BuildRequest;
import dev.slipway.cli.options.UsageException;
import dev.slipway.cli.output.Human;
import dev.slipway.dockerfile.Dockerfile;
import dev.slipway.dockerfile.Problem;
import dev.slipway.image.JsonWriter;
import dev.slipway.lint.BuildKitReport;
import dev.slipway.lint.Builds;
import dev.slipway.lint.ContextFiles;
import dev.slipway.lint.DirectoryContext;
import dev.slipway.lint.Finding;
import dev.slipway.lint.LintConfig;
import dev.slipway.lint.Linter;
import dev.slipway.lint.RuleBook;
import dev.slipway.lint.RuleName;
import dev.slipway.lint.Severity;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// What linting says of the Dockerfile of a build: as `docker build --check` does, as one line
/// after a build, or as a gate before it.
final class BuildLint {
    private static final int AROUND = 2;

    private final Session session;
    private final BuildRequest request;
    private final Path file;
    private final String text;
    private final LintConfig config;

    private BuildLint(
            Session session, BuildRequest request, Path file, String text, LintConfig config) {
        this.session = session;
        this.request = request;
        this.file = file;
        this.text = text;
        this.config = config;
    }

    static BuildLint of(Session session, BuildRequest request)
            throws IOException, UsageException, CommandException {
        Path file = file(request);
        if (!isLocal(request)) {
            throw new CommandException(
                    "the Dockerfile is in no directory of this machine",
                    "Fetch it, and check it with slipway lint.");
        }
        String inline = request.dockerfileText();
        String text =
                inline != null
                        ? inline
                        : new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        LintConfig.Draft draft = new LintSetup(null, session, Path.of("")).draft();
        request.buildArgs().forEach(draft::buildArgument);
        if (request.platform() != null) {
            draft.platform(request.platform().toString());
        }
        String told = request.buildArgs().get("BUILDKIT_DOCKERFILE_CHECK");
        if (told != null) {
            text = "# check=" + told + "\n" + text;
        }
        return new BuildLint(session, request, file, text, draft.shellCheck(false).build());
    }

    private static Path file(BuildRequest request) {
        Path given = request.dockerfile();
        Path context = request.context();
        if (given != null) {
            return given;
        }
        Path usual = context == null ? Path.of("Dockerfile") : context.resolve("Dockerfile");
        Path lowerCase = usual.resolveSibling("dockerfile");
        return !Files.exists(usual) && Files.exists(lowerCase) ? lowerCase : usual;
    }

    /// Returns whether the Dockerfile can be read without doing what the build does.
    static boolean isLocal(BuildRequest request) {
        return request.dockerfileText() != null
                || (!request.isDockerfileElsewhere() && Files.isRegularFile(file(request)));
    }

    private @Nullable ContextFiles context() {
        Path directory = request.context();
        return directory == null ? null : new DirectoryContext(directory, file);
    }

    private String name() {
        return String.valueOf(file.getFileName());
    }

    /// Prints the warnings of BuildKit's checks; fails if there is any, or the file cannot be
    /// built.
    int check(boolean json) {
        Dockerfile parsed = parsed();
        BuildKitReport report = linter().check(parsed, context(), request.target());
        String error = error(parsed);
        session.out().print(json ? json(report, error) : text(report, error));
        return report.warnings().isEmpty() && error == null ? Main.OK : Main.FAILED;
    }

    private static @Nullable String error(Dockerfile parsed) {
        for (Problem problem : parsed.problems()) {
            if (problem.severity() == Problem.Severity.ERROR) {
                return "dockerfile parse error on line "
                        + problem.range().start().line()
                        + ": "
                        + Human.printable(problem.message());
            }
        }
        return null;
    }

    private String text(BuildKitReport report, @Nullable String error) {
        int count = report.warnings().size();
        StringBuilder out = new StringBuilder();
        if (error == null || count > 0) {
            out.append("Check complete, ");
            out.append(
                    count == 0
                            ? "no warnings found."
                            : count == 1
                                    ? "1 warning has been found!"
                                    : count + " warnings have been found!");
            out.append('\n');
        }
        for (BuildKitReport.Warning warning : report.warnings()) {
            RuleName rule = new RuleName(warning.verdict().code(), null);
            String link = rule.link();
            out.append("\nWARNING: ").append(rule.code());
            out.append(link == null ? "" : " - " + link).append('\n');
            out.append(Human.printable(warning.verdict().message())).append("\n\n");
            excerpt(out, warning.verdict().line());
        }
        if (error != null) {
            out.append(count > 0 ? "\n" : "").append("ERROR: ").append(error).append('\n');
        }
        return out.toString();
    }

    private void excerpt(StringBuilder out, int line) {
        List<String> lines = text.lines().toList();
        out.append(Human.printable(name()))
                .append(':')
                .append(line)
                .append("\n--------------------\n");
        int last = Math.min(lines.size(), line + AROUND);
        for (int i = Math.max(1, line - AROUND); i <= last; i++) {
            String number = String.valueOf(i);
            out.append(" ".repeat(Math.max(0, 4 - number.length()))).append(number);
            out.append(i == line ? " | >>> " : " |     ");
            out.append(printable(lines.get(i - 1))).append('\n');
        }
        out.append("--------------------\n");
    }

    // A terminal must not be told things by a file. Tabs stay: they align what follows.
    private static String printable(String line) {
        StringBuilder out = new StringBuilder(line);
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c != '\t' && Character.isISOControl(c)) {
                out.setCharAt(i, '?');
            }
        }
        return out.toString();
    }

    private String json(BuildKitReport report, @Nullable String error) {
        JsonWriter json = JsonWriter.indented(2).beginObject().name("warnings").beginArray();
        for (BuildKitReport.Warning warning : report.warnings()) {
            RuleName rule = new RuleName(warning.verdict().code(), null);
            json.beginObject().member("ruleName", rule.code());
            json.member("description", warning.finding().rule().text().what());
            String link = rule.link();
            if (link != null) {
                json.member("url", link);
            }
            json.member("detail", warning.verdict().message());
            json.name("location").beginObject().name("ranges").beginArray().beginObject();
            line(json, "start", warning.verdict().line());
            line(json, "end", warning.verdict().line());
            json.endObject().endArray().endObject().endObject();
        }
        json.endArray().name("sources").beginArray();
        if (!report.warnings().isEmpty()) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            json.beginObject().member("filename", name()).member("language", "Dockerfile");
            json.member("data", java.util.Base64.getEncoder().encodeToString(bytes)).endObject();
        }
        json.endArray();
        if (error != null) {
            json.name("buildError").beginObject().member("message", error).endObject();
        }
        return json.endObject().toString() + "\n";
    }

    private static void line(JsonWriter json, String name, int line) {
        json.name(name).beginObject().member("line", line).endObject();
    }

    /// Returns how many errors and warnings there are in one line; null if there are none. Neither
    /// the context's files nor builds that were are looked at: what they show are notes.
    @Nullable String count() {
        int errors = 0;
        int warnings = 0;
        Path directory = request.context();
        ContextFiles context =
                directory == null ? null : DirectoryContext.unlisted(directory, file);
        for (Finding finding : linter(Builds.NONE).lint(parsed(), context)) {
            switch (finding.severity()) {
                case ERROR -> errors++;
                case WARNING -> warnings++;
                case INFO, STYLE, IGNORE -> {}
            }
        }
        if (errors + warnings == 0) {
            return null;
        }
        StringBuilder out = new StringBuilder("Lint: ");
        append(out, errors, "error", "errors");
        append(out, warnings, "warning", "warnings");
        boolean isText = request.dockerfileText() != null;
        return out.append(" in ")
                .append(isText ? "the Dockerfile" : file)
                .append("; see slipway lint ")
                .append(isText ? "-" : file)
                .toString();
    }

    private static void append(StringBuilder out, int count, String one, String many) {
        if (count > 0) {
            out.append(out.length() > 6 ? ", " : "").append(count).append(' ');
            out.append(count == 1 ? one : many);
        }
    }

    private Dockerfile parsed() {
        return Dockerfile.parseTolerant(name(), text);
    }

    private Linter linter() {
        return linter(new LintBuilds(session, file));
    }

    private Linter linter(Builds builds) {
        String platform = request.platform() == null ? null : request.platform().toString();
        LintBases bases = new LintBases(session, platform);
        return new Linter(RuleBook.load(), config, bases, null, builds);
    }

    /// Returns whether a finding is severe enough to stop the build: one that would make `slipway
    /// lint` fail, with warnings as the least.
    boolean isRefused() {
        for (Finding finding : linter().lint(parsed(), context())) {
            boolean severe =
                    finding.severity().atLeast(Severity.WARNING)
                            && config.fails(finding.severity());
            if (severe) {
                return true;
            }
        }
        return false;
    }
}
