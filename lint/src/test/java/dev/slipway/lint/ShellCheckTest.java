package dev.slipway.lint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.dockerfile.Arg;
import dev.slipway.dockerfile.ArgDefinition;
import dev.slipway.dockerfile.Dockerfile;
import dev.slipway.dockerfile.Env;
import dev.slipway.dockerfile.From;
import dev.slipway.dockerfile.Instruction;
import dev.slipway.dockerfile.KeyValue;
import dev.slipway.dockerfile.Run;
import dev.slipway.dockerfile.Shell;
import dev.slipway.image.Json;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/// ShellCheck's findings, held against what it says itself.
class ShellCheckTest {
    private static final RuleBook BOOK = RuleBook.load();

    @TempDir private Path directory;
    private @Nullable ShellCheck shellCheck;

    @BeforeEach
    void find() {
        shellCheck = ShellCheck.onPath(System.getenv().getOrDefault("PATH", ""));
        if (shellCheck == null) {
            assertThat(System.getenv("CI")).as("CI has shellcheck").isNull();
            Assumptions.abort("shellcheck is not installed");
        }
    }

    private List<Finding> lint(String text) {
        Linter linter = new Linter(BOOK, LintConfig.DEFAULT, BaseImages.NONE, shellCheck);
        return linter.lint(Dockerfile.parseTolerant("Dockerfile", text), null);
    }

    @Test
    void position_isThatOfTheFile() {
        String text =
                """
                FROM debian:12
                RUN echo hello \\
                    # a comment
                    && echo é𝄞 \\
                    && rm  $HOME/x
                """;
        Finding finding =
                lint(text).stream()
                        .filter(f -> f.code().equals("SC2086"))
                        .findFirst()
                        .orElseThrow();
        assertThat(finding.range().of(text)).isEqualTo("$HOME");
        assertThat(finding.range().start().line()).isEqualTo(5);
        assertThat(finding.fix()).isNotNull();
    }

    // The real program behind a script that writes down what it is given.
    private ShellCheck watched(Path log) throws Exception {
        Path program = directory.resolve("watched");
        Files.writeString(
                program,
                "#!/bin/sh\nfor a in \"$@\"; do case $a in *.sh) echo \"$a\";; esac; done >> "
                        + log
                        + "\nexec shellcheck \"$@\"\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        return new ShellCheck(program);
    }

    @Test
    void equalScripts_areLookedAtOnce() throws Exception {
        List<Linter.Input> inputs = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            String text = "FROM debian:12\nENV A" + i + "=1\nRUN echo $x" + i % 5 + "\n";
            inputs.add(new Linter.Input("Dockerfile", text + "RUN a=`date`; echo \"$a\"\n", null));
        }
        Path log = directory.resolve("log");
        Linter linter = new Linter(BOOK, LintConfig.DEFAULT, BaseImages.NONE, watched(log));
        List<Linter.Linted> linted = linter.lint(inputs);
        for (Linter.Linted file : linted) {
            assertThat(codes(file)).contains("SC2086", "SC2154", "SC2006");
        }
        // A name that is set nowhere might be meant to be any of the file's: each is a question.
        assertThat(Files.readAllLines(log)).hasSize(100 + 1);
        for (Linter.Linted file : linter.lint(inputs)) {
            assertThat(codes(file)).contains("SC2086", "SC2154", "SC2006");
        }
        assertThat(Files.readAllLines(log)).hasSize(100 + 1);
    }

    private static List<String> codes(Linter.Linted file) {
        return file.findings().stream().map(Finding::code).toList();
    }

    @Test
    void unknownCode_isReportedUnderItsName() {
        String text = "FROM debian:12\nRUN if [ \"$HOME\" -gt 1]; then echo a; fi\n";
        assertThat(lint(text)).anyMatch(f -> f.rule().name().startsWith("shellcheck-sc"));
        LintConfig config = new LintConfig.Draft().ignore(List.of("SC1073", "SC1072")).build();
        Linter linter = new Linter(BOOK, config, BaseImages.NONE, shellCheck);
        assertThat(linter.lint(Dockerfile.parseTolerant("Dockerfile", text), null))
                .noneMatch(f -> f.code().equals("SC1072") || f.code().equals("SC1073"));
    }

    @Test
    void severity_isShellChecks() {
        Finding finding =
                lint("FROM debian:12\nRUN a=`date`; echo \"$a\"\n").stream()
                        .filter(f -> f.code().equals("SC2006"))
                        .findFirst()
                        .orElseThrow();
        assertThat(finding.severity()).isEqualTo(Severity.STYLE);
    }

    @Test
    void vectors_agreeWithADirectRun() throws Exception {
        Set<String> texts = new LinkedHashSet<>();
        for (Json.Obj vector : Vectors.lines("hadolint-cases.jsonl")) {
            texts.add(vector.flag("onbuild") ? "" : vector.text("dockerfile", "") + "\n");
        }
        for (Rule rule : BOOK.rules()) {
            texts.add(rule.text().bad());
        }
        texts.removeIf(text ->
                text.contains("owershell") || text.contains("cmd.exe") || text.contains("ONBUILD"));
        // The same over several lines.
        for (String text : List.copyOf(texts)) {
            if (!text.contains("escape") && !text.contains("<<")) {
                String more = " \\\\\n\t# a comment\n\n  ";
                texts.add(
                        text.replaceAll("(?m)^RUN ", "RUN" + more)
                                .replaceAll(" (&&|\\$)", more + "$1"));
            }
        }
        int[] compared = compare(texts);
        assertThat(IntStream.of(compared).sum()).isGreaterThan(100);
    }

    @Test
    void everyLayout_agreesWithADirectRun() throws Exception {
        Set<String> texts =
                new LinkedHashSet<>(
                        List.of(
                                "FROM a\nRUN --mount=type=cache,target=/c \\\n  --network=none \\\n rm $HOME\n",
                                "FROM a\r\nRUN echo $a \\\r\n# c\r\n\t&& echo `b` \\\r\n\r\n && rm $c\r\n",
                                "# escape=`\nFROM a\nRUN echo $a\\b `\n# c\n\t&& echo é𝄞$(b) ` \n  && rm $c\n",
                                "FROM a\nRUN e\\\ncho $a\\\nb \"$a\\\nb\" $H\\\nOME \\ \t\n;rm 𝄞$HOME/x\n",
                                "FROM a\nRUN <<E\nx=`date`\n\techo é𝄞 $x \\\n  $y\n# no comment\n\nrm $z\nE\n",
                                "FROM a\nRUN <<-E\n\tx=`date`\n\t\techo 𝄞 \t $x\n\t# c\nrm $z\n\tE\n",
                                "FROM a\nRUN <<E\n#!/bin/bash\nx=(1 2)\necho ${x[@]}\nE\nRUN echo $a\n",
                                "FROM a\nRUN cat <<E >/a && \\\n# c\n rm $HOME\n `date`\n$(b) c\nE\nRUN echo $a\n",
                                "FROM a\nRUN <<'E' cat >/a; rm $b\n $c\nE\n",
                                "FROM a\nRUN cat <<E <<F $b\n `c`\nE\n\t`d`\nF\n",
                                "FROM a\nRUN if true; \\\n  then\n",
                                "FROM a\nRUN if [ $a -gt 1]; \\\n  then echo b; fi\n",
                                "FROM a\nRUN <<E\nif true; then\nE\n",
                                "FROM a\nSHELL [\"fish\"]\nRUN echo $a\n"));
        assertThat(compare(texts)).doesNotContain(0);
    }

    // Holds the findings of each file against those of its scripts alone; returns their numbers.
    private int[] compare(Set<String> texts) throws Exception {
        List<Linter.Input> inputs = new ArrayList<>();
        List<List<Direct>> scripts = new ArrayList<>();
        for (String text : texts) {
            inputs.add(new Linter.Input("Dockerfile", text, null));
            scripts.add(write(Dockerfile.parseTolerant("Dockerfile", text), scripts.size()));
        }
        Map<String, List<String>> direct = direct(scripts);
        // As a direct run knows no pragmas, they do not count.
        LintConfig config = new LintConfig.Draft().noPragmas(true).build();
        Linter linter = new Linter(BOOK, config, BaseImages.NONE, shellCheck);
        List<Linter.Linted> found = linter.lint(inputs);
        int[] compared = new int[inputs.size()];
        for (int i = 0; i < inputs.size(); i++) {
            String text = inputs.get(i).text();
            List<String> wanted = new ArrayList<>();
            for (Direct script : scripts.get(i)) {
                wanted.addAll(direct.getOrDefault(script.path().toString(), List.of()));
            }
            List<String> got = new ArrayList<>();
            for (Finding finding : found.get(i).findings()) {
                if (finding.code().startsWith("SC")) {
                    int start = finding.range().start().offset();
                    int end = finding.range().end().offset();
                    String level = finding.severity().text();
                    got.add(
                            finding.code()
                                    + " "
                                    + level
                                    + " "
                                    + finding.message()
                                    + place(text, start, end));
                }
            }
            compared[i] = wanted.size();
            assertThat(got).as(text).containsExactlyInAnyOrderElementsOf(wanted);
        }
        return compared;
    }

    private static String place(String text, int start, int end) {
        return " at " + start + ": '" + text.substring(start, end) + "'";
    }

    /// A script on its own.
    ///
    /// @param preamble how many lines are put before it
    /// @param places where each of its characters is in the file
    private record Direct(
            Path path, int preamble, String script, String file, List<Integer> places) {
        String place(Json.Obj comment) throws Exception {
            int start = index(comment.number("line", 0), comment.number("column", 0));
            int end = index(comment.number("endLine", 0), comment.number("endColumn", 0));
            int from = places.get(start);
            int to = end > start ? places.get(end - 1) + 1 : from;
            return ShellCheckTest.place(file, from, to);
        }

        // Lines and columns count from 1, and columns are code points.
        private int index(long line, long column) {
            if (line <= preamble) {
                return 0;
            }
            List<String> lines = script.lines().toList();
            int number = (int) line - preamble - 1;
            int before = 0;
            for (String one : lines.subList(0, Math.min(number, lines.size()))) {
                before += one.length() + 1;
            }
            if (number >= lines.size()) {
                return script.length();
            }
            return before + lines.get(number).offsetByCodePoints(0, (int) column - 1);
        }
    }

    // Where each character of a script is, read from the lines of its instruction.
    private static List<Integer> places(Dockerfile file, Run run, String script) {
        String text = file.text();
        StringBuilder joined = new StringBuilder();
        List<Integer> places = new ArrayList<>();
        String escape = file.escape() == '`' ? "`" : "\\\\";
        Pattern continued = Pattern.compile("(|.*[^" + escape + "])" + escape + "[ \t]*");
        int at = run.range().start().offset();
        boolean heredoc = false;
        boolean first = true;
        int last = run.range().end().offset();
        while (at < last) {
            int newline = text.indexOf('\n', at);
            int next = newline < 0 ? text.length() : newline + 1;
            String line = text.substring(at, newline < 0 ? next : newline);
            line = line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
            if (heredoc) {
                int tabs = 0;
                while (run.heredocs().getFirst().stripTabs() && line.startsWith("\t", tabs)) {
                    tabs++;
                }
                add(line.substring(tabs) + "\n", at + tabs, joined, places);
            } else if (first || !(line.isBlank() || line.strip().startsWith("#"))) {
                Matcher more = continued.matcher(line);
                boolean goesOn = more.matches();
                add(goesOn ? more.group(1) : line, at, joined, places);
                heredoc = !goesOn;
                if (heredoc && run.scriptHeredoc() != null) {
                    joined.setLength(0);
                    places.clear();
                } else if (heredoc) {
                    add("\n", at + line.length(), joined, places);
                }
            }
            first = false;
            at = next;
        }
        int start = joined.lastIndexOf(script.stripTrailing());
        assertThat(start).as("%s in %s", script, joined).isNotNegative();
        List<Integer> result = new ArrayList<>(places.subList(start, start + script.length()));
        result.add(script.isEmpty() ? at : result.getLast() + 1);
        return result;
    }

    private static void add(String piece, int at, StringBuilder joined, List<Integer> places) {
        for (int i = 0; i < piece.length(); i++) {
            places.add(at + i);
        }
        joined.append(piece);
    }

    // Writes each script of RUN as hadolint hands it over.
    private List<Direct> write(Dockerfile file, int number) throws Exception {
        List<Direct> scripts = new ArrayList<>();
        SortedSet<String> names = names();
        String shell = "/bin/sh";
        Map<String, SortedSet<String>> stages = new HashMap<>();
        Map<String, String> shells = new HashMap<>();
        for (Instruction instruction : file.instructions()) {
            switch (instruction) {
                case From from -> {
                    names = stages.getOrDefault(from.image(), names());
                    names = new TreeSet<>(names);
                    shell = shells.getOrDefault(from.image(), "/bin/sh");
                    if (from.name() != null) {
                        stages.put(from.name(), names);
                        shells.put(from.name(), shell);
                    }
                }
                case Shell changed -> shell = changed.command().getFirst();
                case Env env -> {
                    for (KeyValue pair : env.variables()) {
                        names.add(pair.key());
                    }
                }
                case Arg arg -> {
                    for (ArgDefinition definition : arg.definitions()) {
                        names.add(definition.name());
                    }
                }
                case Run run -> {
                    String script = run.script();
                    if (script != null) {
                        boolean own = script.startsWith("#!");
                        String first =
                                own ? script.lines().findFirst().orElseThrow() : "#!" + shell;
                        StringBuilder text = new StringBuilder(first + "\n");
                        names.forEach(name -> text.append("export " + name + "=1\n"));
                        Path path = directory.resolve(number + "-" + scripts.size());
                        Files.writeString(path, text + script);
                        List<Integer> places = places(file, run, script);
                        scripts.add(
                                new Direct(path, names.size() + 1, script, file.text(), places));
                    }
                }
                default -> {}
            }
        }
        return scripts;
    }

    private static SortedSet<String> names() {
        return new TreeSet<>(
                List.of(
                        "HTTP_PROXY",
                        "http_proxy",
                        "HTTPS_PROXY",
                        "https_proxy",
                        "FTP_PROXY",
                        "ftp_proxy",
                        "NO_PROXY",
                        "no_proxy"));
    }

    private static Map<String, List<String>> direct(List<List<Direct>> scripts) throws Exception {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                "shellcheck",
                                "--norc",
                                "-f",
                                "json1",
                                "-e",
                                "SC2187,SC1090,SC1091"));
        Map<String, Direct> byPath = new LinkedHashMap<>();
        scripts.forEach(list -> list.forEach(one -> byPath.put(one.path().toString(), one)));
        command.addAll(byPath.keySet());
        Process process = new ProcessBuilder(command).start();
        byte[] output = process.getInputStream().readAllBytes();
        process.waitFor();
        Map<String, List<String>> found = new HashMap<>();
        Json comments = Objects.requireNonNull(Json.parseObject(output).get("comments"));
        for (Json json : ((Json.Arr) comments).values()) {
            Json.Obj comment = (Json.Obj) json;
            String name = comment.requiredText("file");
            Direct script = Objects.requireNonNull(byPath.get(name));
            found.computeIfAbsent(name, file -> new ArrayList<>())
                    .add(
                            "SC"
                                    + comment.number("code", 0)
                                    + " "
                                    + comment.text("level")
                                    + " "
                                    + comment.text("message")
                                    + script.place(comment));
        }
        return found;
    }
}
