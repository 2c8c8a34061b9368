package dev.slipway.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;

class DockerfileTest {
    private static Dockerfile parse(String text) throws DockerfileException {
        return Dockerfile.parse("Dockerfile", text);
    }

    @Test
    void directives_allKinds() throws DockerfileException {
        Dockerfile file =
                parse(
                        """
                        # Syntax = docker/dockerfile:1
                        #escape=`
                        # check=skip=all;error=true\s
                        FROM a
                        """);
        assertThat(file.directives())
                .extracting(Directive::name, Directive::value)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("syntax", "docker/dockerfile:1"),
                        org.assertj.core.groups.Tuple.tuple("escape", "`"),
                        org.assertj.core.groups.Tuple.tuple("check", "skip=all;error=true"));
        assertThat(file.escape()).isEqualTo('`');
        Directive syntax = file.directives().getFirst();
        assertThat(syntax.range().of(file.text())).isEqualTo("# Syntax = docker/dockerfile:1");
        assertThat(syntax.valueRange().of(file.text())).isEqualTo("docker/dockerfile:1");
        assertThat(file.directive("check")).isSameAs(file.directives().get(2));
        assertThat(file.directive("nope")).isNull();
        assertThat(file.comments()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\n# escape=`\nFROM a",
                "# hello\n# escape=`\nFROM a",
                "# other=x\n# escape=`\nFROM a",
                "FROM a\n# escape=`",
                "#escape=\nFROM a",
                "#2escape=`\nFROM a"
            })
    void directives_afterAnythingElse_areComments(String text) throws DockerfileException {
        Dockerfile file = parse(text);
        assertThat(file.directives()).isEmpty();
        assertThat(file.escape()).isEqualTo('\\');
        assertThat(file.comments()).isNotEmpty();
    }

    @Test
    void directives_afterShebang() throws DockerfileException {
        Dockerfile file = parse("#!/bin/x\n# syntax=a\n# escape=`\nFROM a \\\n  AS b");
        assertThat(file.directives())
                .extracting(Directive::name)
                .containsExactly("syntax", "escape");
        assertThat(file.escape()).isEqualTo('\\');
        assertThat(file.problems()).hasSize(1);
    }

    @Test
    void bomAndCrlf_keepPositions() throws DockerfileException {
        Dockerfile file = parse("\uFEFFFROM a\r\nRUN x \\\r\n  y\r\n");
        Instruction from = file.instructions().getFirst();
        assertThat(from.range().start()).isEqualTo(new Position(1, 1, 1));
        Instruction run = file.instructions().get(1);
        assertThat(run.original()).isEqualTo("RUN x   y");
        assertThat(run.range().start()).isEqualTo(new Position(2, 1, 9));
        assertThat(run.range().end().line()).isEqualTo(3);
        assertThat(run.range().of(file.text())).isEqualTo("RUN x \\\r\n  y");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "RUN a \\~b | RUN a b",
                "RUN a\\~b | RUN ab",
                "RUN a \\  ~  b  | RUN a   b",
                "RUN a \\\t ~b | RUN a b",
                "RUN a \\~# note~  # note~b | RUN a b",
                "RUN a \\~~~b | RUN a b",
                "RUN a \\\\~RUN b | RUN b",
                "RUN a \\~\\~b | RUN a b",
                "RUN a \\ | RUN a",
                "\\~RUN a | RUN a",
                "  RUN   a  | RUN   a",
                "run\ta | run\ta"
            })
    void original_joinsLines(String text, String original) throws DockerfileException {
        Dockerfile file = parse("FROM a\n" + text.replace('~', '\n'));
        assertThat(file.instructions().getLast().original()).isEqualTo(original);
    }

    @Test
    void emptyContinuation_warnsAtTheLine() throws DockerfileException {
        Problem problem = parse("FROM a\nRUN b \\\n\n \n  c\n").problems().getFirst();
        assertThat(problem.rule()).isEqualTo("NoEmptyContinuation");
        assertThat(problem.severity()).isEqualTo(Problem.Severity.WARNING);
        assertThat(problem.range().start().line()).isEqualTo(3);
    }

    @Test
    void wordRanges_acrossLines() throws DockerfileException {
        String text = "FROM a\nCOPY --chown=a\\\nb s1 \\\n# c\n  s2 /d\\\nst\n";
        Dockerfile file = parse(text);
        Copy copy = (Copy) file.instructions().get(1);
        assertThat(copy.chown()).isEqualTo("ab");
        Flag flag = copy.flags().getFirst();
        assertThat(flag.range().of(text)).isEqualTo("--chown=a\\\nb");
        assertThat(flag.valueRange()).isNotNull();
        assertThat(flag.valueRange() == null ? "" : flag.valueRange().of(text)).isEqualTo("a\\\nb");
        List<Word> words = copy.source().arguments();
        assertThat(words).extracting(Word::text).containsExactly("s1", "s2", "/dst");
        assertThat(words.get(1).range().start()).isEqualTo(new Position(5, 3, text.indexOf("s2")));
        assertThat(words.get(2).range().of(text)).isEqualTo("/d\\\nst");
        assertThat(file.comments().getFirst().text()).isEqualTo("c");
    }

    @Test
    void json_elementRangesCoverTheLiterals() throws DockerfileException {
        String text = "FROM a\nCMD [ \"x\\n\" , \"y\" ]";
        List<Word> words = parse(text).instructions().get(1).source().arguments();
        assertThat(words).extracting(Word::text).containsExactly("x\n", "y");
        assertThat(words.get(0).range().of(text)).isEqualTo("\"x\\n\"");
        assertThat(words.get(1).range().of(text)).isEqualTo("\"y\"");
    }

    @Test
    void heredoc_run_wholeScript() throws DockerfileException {
        Run run =
                (Run)
                        parse("FROM a\nRUN <<-'E F'\n\techo $x\n\t\ty\n\tE F\nRUN z")
                                .instructions()
                                .get(1);
        Heredoc heredoc = run.heredocs().getFirst();
        assertThat(heredoc.name()).isEqualTo("E F");
        assertThat(heredoc.expand()).isFalse();
        assertThat(heredoc.stripTabs()).isTrue();
        assertThat(heredoc.content()).isEqualTo("\techo $x\n\t\ty\n");
        assertThat(run.scriptHeredoc()).isSameAs(heredoc);
        assertThat(run.script()).isEqualTo("echo $x\ny\n");
        assertThat(run.original()).isEqualTo("RUN <<-'E F'");
        assertThat(run.range().end().line()).isEqualTo(5);
    }

    @Test
    void heredoc_run_givenToTheShell() throws DockerfileException {
        String text = "FROM a\nRUN cat <<A 3<<\"B\" > f && x\n1\nA\n2\nB\n";
        Run run = (Run) parse(text).instructions().get(1);
        assertThat(run.scriptHeredoc()).isNull();
        assertThat(run.script()).isEqualTo("cat <<A 3<<\"B\" > f && x\n1\nA\n2\nB");
        assertThat(run.heredocs()).extracting(Heredoc::fileDescriptor).containsExactly(0, 3);
        assertThat(run.heredocs()).extracting(Heredoc::expand).containsExactly(true, false);
        assertThat(run.heredocs().get(1).marker().of(text)).isEqualTo("3<<\"B\"");
        assertThat(run.heredocs().get(1).range().of(text)).isEqualTo("2\nB");
        assertThat(run.heredocs().get(1).contentRange().of(text)).isEqualTo("2\n");
    }

    @Test
    void heredoc_copy_filesInPlace() throws DockerfileException {
        Copy copy =
                (Copy)
                        parse("FROM a\nCOPY a <<x.txt <<y b/\n1\nx.txt\n2\ny\n")
                                .instructions()
                                .get(1);
        assertThat(copy.sources()).containsExactly("a");
        assertThat(copy.heredocs()).extracting(Heredoc::name).containsExactly("x.txt", "y");
        assertThat(copy.heredocs()).extracting(Heredoc::text).containsExactly("1\n", "2\n");
        assertThat(copy.destination()).isEqualTo("b/");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "RUN cat<<EOF",
                "RUN a <<<EOF",
                "RUN it's <<EOF",
                "RUN a << EOF",
                "RUN [\"<<EOF\"]",
                "CMD <<EOF",
                "RUN echo '<<EOF'",
                "RUN echo \\<<EOF",
                "RUN a << "
            })
    void heredoc_lookalikes(String instruction) throws DockerfileException {
        Dockerfile file = parse("FROM a\n" + instruction + "\nRUN b\n");
        assertThat(file.instructions()).hasSize(3);
        assertThat(file.instructions().get(1).source().heredocs()).isEmpty();
    }

    @Test
    void heredoc_crlf() throws DockerfileException {
        Run run = (Run) parse("FROM a\r\nRUN <<E\r\nx\r\nE\r\n").instructions().get(1);
        assertThat(run.heredocs().getFirst().content()).isEqualTo("x\r\n");
    }

    @Test
    void tolerant_fragmentWithMistakes_keepsTheRest() {
        Dockerfile file =
                Dockerfile.parseTolerant("f", "RUN a\nRUNN b\nCOPY x\nUSER u\nRUN <<EOF\nUSER v\n");
        assertThat(file.instructions())
                .extracting(i -> i.getClass().getSimpleName())
                .containsExactly("Run", "Invalid", "Invalid", "User", "Run", "User");
        assertThat(file.problems())
                .extracting(Problem::message)
                .anySatisfy(m -> assertThat(m).contains("no build stage"))
                .anySatisfy(m -> assertThat(m).contains("unknown instruction"))
                .anySatisfy(m -> assertThat(m).contains("unterminated heredoc"));
        assertThat(file.stages()).isEmpty();
    }

    @Test
    void tolerant_heredocAfterAnUnterminatedOne_isRead() {
        Dockerfile file = Dockerfile.parseTolerant("f", "FROM a\nRUN <<X\nRUN <<-F\nx\n\tF\n");
        assertThat(file.instructions()).hasSize(3);
        assertThat(file.instructions().get(2).source().heredocs()).hasSize(1);
        assertThat(file.problems()).hasSize(1);
    }

    @Test
    void tolerant_wrongFrom_takesItsInstructionsWithIt() {
        Dockerfile file =
                Dockerfile.parseTolerant("f", "FROM a\nRUN 1\nFROM\nRUN 2\nARG x\nFROM b\nRUN 3");
        assertThat(file.stages()).hasSize(2);
        assertThat(file.stages().get(0).instructions()).hasSize(1);
        assertThat(file.stages().get(1).instructions()).hasSize(1);
        assertThat(file.globalArgs()).isEmpty();
        assertThat(file.problems()).hasSize(1);
    }

    @Test
    void limits_hold() {
        String longLine = "FROM a\nRUN " + "x".repeat(DockerfileParser.MAX_INSTRUCTION) + "\nRUN b";
        Dockerfile file = Dockerfile.parseTolerant("f", longLine);
        assertThat(file.instructions()).hasSize(2);
        assertThat(file.problems()).hasSize(1);
        String huge = "#".repeat(Dockerfile.MAX_LENGTH + 1);
        assertThat(Dockerfile.parseTolerant("f", huge).problems()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "FROM a\nRUN <<E%d\n",
                "RUN <<-E%d <<F\nE%d\n",
                "ONBUILD ",
                "CMD [[",
                "RUN \\\n",
                "RUN \\\n\n#x\n",
                "ENV a=b c",
                "ENV \"",
                "a\\",
                "COPY --a=b ",
                "#\n"
            })
    void parse_hostileRepetition_isLinear(String unit) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; text.length() < 900_000; i++) {
            text.append(unit.replace("%d", Integer.toString(i)));
        }
        Dockerfile.parseTolerant("f", text.substring(0, 50_000));
        long start = System.nanoTime();
        Dockerfile.parseTolerant("f", text.toString());
        assertThat(System.nanoTime() - start).as("nanoseconds").isLessThan(10_000_000_000L);
    }

    @Test
    void parse_tenThousandLines_takesMilliseconds() throws DockerfileException {
        StringBuilder text = new StringBuilder("FROM a\n");
        for (int i = 0; i < 2500; i++) {
            text.append("RUN apt-get update && \\\n    apt-get install -y pkg").append(i);
            text.append("\nCOPY --chown=1:2 a")
                    .append(i)
                    .append(" b c/\nENV k")
                    .append(i)
                    .append("=v\n");
        }
        long best = Long.MAX_VALUE;
        for (int i = 0; i < 20; i++) {
            long start = System.nanoTime();
            assertThat(parse(text.toString()).instructions()).hasSize(7501);
            best = Math.min(best, System.nanoTime() - start);
        }
        assertThat(best).as("nanoseconds").isLessThan(300_000_000L); // 7 ms on an idle core
    }
}
