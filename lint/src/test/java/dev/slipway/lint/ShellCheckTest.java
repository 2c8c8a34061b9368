package dev.slipway.lint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.dockerfile.Arg;
import dev.slipway.dockerfile.ArgDefinition;
import dev.slipway.dockerfile.CommandForm;
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
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;

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
        List<Linter.Input> inputs = new ArrayList<>();
        List<List<Path>> scripts = new ArrayList<>();
        List<String> texts = new ArrayList<>();
        for (Json.Obj vector : Vectors.lines("hadolint-cases.jsonl")) {
            texts.add(vector.flag("onbuild") ? "" : vector.text("dockerfile", "") + "\n");
        }
        for (Rule rule : BOOK.rules()) {
            texts.add(rule.text().bad());
        }
        for (String text : texts) {
            Dockerfile file = Dockerfile.parseTolerant("Dockerfile", text);
            boolean foreign = text.contains("owershell") || text.contains("cmd.exe");
            if (!foreign && !text.contains("ONBUILD")) {
                inputs.add(new Linter.Input("Dockerfile", text, null));
                scripts.add(write(file, scripts.size()));
            }
        }
        Map<String, List<String>> direct = direct(scripts);
        // As a direct run knows no pragmas, they do not count.
        LintConfig config = new LintConfig.Draft().noPragmas(true).build();
        Linter linter = new Linter(BOOK, config, BaseImages.NONE, shellCheck);
        List<Linter.Linted> found = linter.lint(inputs);
        int compared = 0;
        for (int i = 0; i < inputs.size(); i++) {
            List<String> wanted = new ArrayList<>();
            for (Path script : scripts.get(i)) {
                wanted.addAll(direct.getOrDefault(script.toString(), List.of()));
            }
            List<String> got = new ArrayList<>();
            for (Finding finding : found.get(i).findings()) {
                if (finding.code().startsWith("SC")) {
                    String level = finding.severity().text();
                    got.add(finding.code() + " " + level + " " + finding.message());
                }
            }
            compared += wanted.size();
            String text = inputs.get(i).text();
            assertThat(got).as(text).containsExactlyInAnyOrderElementsOf(wanted);
        }
        assertThat(compared).isGreaterThan(50);
    }

    // Writes each script of RUN as hadolint hands it over.
    private List<Path> write(Dockerfile file, int number) throws Exception {
        List<Path> paths = new ArrayList<>();
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
                    if (run.command() instanceof CommandForm.ShellForm(String script)) {
                        StringBuilder text = new StringBuilder("#!" + shell + "\n");
                        names.forEach(name -> text.append("export " + name + "=1\n"));
                        Path path = directory.resolve(number + "-" + paths.size());
                        paths.add(Files.writeString(path, text + script));
                    }
                }
                default -> {}
            }
        }
        return paths;
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

    private static Map<String, List<String>> direct(List<List<Path>> scripts) throws Exception {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                "shellcheck",
                                "--norc",
                                "-f",
                                "json1",
                                "-e",
                                "SC2187,SC1090,SC1091"));
        scripts.forEach(list -> list.forEach(path -> command.add(path.toString())));
        Process process = new ProcessBuilder(command).start();
        byte[] output = process.getInputStream().readAllBytes();
        process.waitFor();
        Map<String, List<String>> found = new HashMap<>();
        Json comments = Objects.requireNonNull(Json.parseObject(output).get("comments"));
        for (Json json : ((Json.Arr) comments).values()) {
            Json.Obj comment = (Json.Obj) json;
            found.computeIfAbsent(comment.text("file", ""), file -> new ArrayList<>())
                    .add(
                            "SC"
                                    + comment.number("code", 0)
                                    + " "
                                    + comment.text("level")
                                    + " "
                                    + comment.text("message"));
        }
        return found;
    }
}
