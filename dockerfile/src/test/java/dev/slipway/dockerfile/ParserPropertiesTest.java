package dev.slipway.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import org.junit.jupiter.api.Test;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

class ParserPropertiesTest {
    private static final long SEED = 20_260_823;
    private static final int MUTATIONS = 100_000;

    private static final String[] SNIPPETS = {
        "\n",
        "\r\n",
        "\\\n",
        "`\n",
        "\\",
        "`",
        " ",
        "\t",
        "#",
        "# escape=`\n",
        "<<EOF",
        "<<-'E'",
        "\nEOF\n",
        "3<<A",
        "\"",
        "'",
        "$",
        "${",
        "}",
        "${a:-",
        "=",
        "--",
        "--from=",
        "--mount=",
        "type=cache,",
        "[\"a\"]",
        "[",
        "]",
        ",",
        "{",
        ":",
        "\\u00",
        "FROM a\n",
        "RUN ",
        "COPY ",
        "ONBUILD ",
        "HEALTHCHECK CMD ",
        "ENV ",
        "ARG ",
        " AS x",
        "\uFEFF",
        "\u00A0",
        "\u2028",
        "\0",
        "\uD83D\uDE00",
        "\uD83D",
        "\f",
        "\u000B",
        "é",
        "SHELL [",
        "LABEL a b",
        "EXPOSE 1-",
    };

    private static final List<String> BUILT_IN =
            List.of(
                    """
                    # syntax=x
                    # escape=`
                    FROM a AS b
                    RUN x `
                      y
                    """,
                    """
                    FROM a
                    RUN --mount=type=cache,target=/x,id=$y <<A <<-"B"
                    1
                    A
                    \t2
                    \tB
                    """,
                    """
                    ARG V=1 W
                    FROM --platform=$P a:$V
                    COPY --from=a --link ["x y", "z"]
                    ONBUILD COPY <<E /x
                    hi
                    E
                    """,
                    """
                    FROM a
                    ENV a=b c="d e" \\
                    # note

                      f=g
                    LABEL x y
                    VOLUME /a /b
                    HEALTHCHECK --interval=1s CMD ["a"]
                    SHELL ["a"]
                    EXPOSE 80/tcp
                    """);

    private static List<String> corpus() {
        List<String> corpus = new ArrayList<>(BUILT_IN);
        if (java.nio.file.Files.isDirectory(Path.of("..", "..", "shared", "vectors", "dockerfile"))
                || java.nio.file.Files.isDirectory(
                        Path.of("..", "shared", "vectors", "dockerfile"))) {
            for (Path file : Vectors.dockerfiles()) {
                corpus.add(Vectors.text(file));
            }
        }
        return corpus;
    }

    @Test
    void print_everyVector_isTheSameText() {
        for (String text : corpus()) {
            check(Dockerfile.parseTolerant("f", text));
        }
    }

    @Test
    void parse_mutations_holdAllProperties() {
        Random random = new Random(SEED);
        List<String> corpus = corpus();
        int good = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            String base = corpus.get(random.nextInt(corpus.size()));
            String text = mutated(excerpt(base, random), random);
            try {
                check(Dockerfile.parseTolerant("f", text));
                Dockerfile.parse("f", text);
                good++;
            } catch (DockerfileException e) {
                assertThat(e.getMessage()).startsWith("f:");
                assertThat(e.errors()).allSatisfy(at -> assertThat(e.pointer(at)).contains("^"));
                assertThat(e.range().end().offset()).isLessThanOrEqualTo(text.length());
            } catch (RuntimeException | StackOverflowError e) {
                fail("seed " + SEED + ", mutation " + i + " of " + Chars.quoted(text), e);
            }
        }
        assertThat(good).isGreaterThan(MUTATIONS / 50);
    }

    private static String excerpt(String text, Random random) {
        if (text.length() < 400) {
            return text;
        }
        int start = text.indexOf('\n', random.nextInt(text.length() - 300)) + 1;
        return "FROM a\n" + text.substring(start, Math.min(text.length(), start + 250));
    }

    private static String mutated(String text, Random random) {
        StringBuilder out = new StringBuilder(text);
        for (int n = 1 + random.nextInt(4); n > 0; n--) {
            int at = random.nextInt(out.length() + 1);
            switch (random.nextInt(4)) {
                case 0 -> out.insert(at, SNIPPETS[random.nextInt(SNIPPETS.length)]);
                case 1 -> out.delete(at, Math.min(out.length(), at + random.nextInt(6)));
                case 2 -> {
                    int end = Math.min(out.length(), at + random.nextInt(20));
                    out.insert(random.nextInt(out.length() + 1), out.substring(at, end));
                }
                default -> {
                    if (at < out.length()) {
                        out.setCharAt(at, (char) random.nextInt(at % 7 == 0 ? 0x3000 : 128));
                    }
                }
            }
        }
        return out.toString();
    }

    /// Checks ranges, and that the pieces of the tree and the blanks between them are the file.
    private static void check(Dockerfile file) {
        String text = file.text();
        List<Range> pieces = new ArrayList<>();
        file.directives().forEach(d -> pieces.add(d.range()));
        int last = 0;
        for (Instruction instruction : file.instructions()) {
            InstructionSource source = instruction.source();
            checkRange(source.range(), text);
            assertInside(source.range(), source.rest().range());
            assertThat(source.range().start().offset()).isGreaterThanOrEqualTo(last);
            last = source.range().end().offset();
            pieces.add(source.range());
            List<Range> parts = new ArrayList<>();
            parts.add(source.keyword().range());
            source.flags().forEach(f -> parts.add(f.range()));
            source.arguments().forEach(a -> parts.add(a.range()));
            checkOrder(parts, text);
            source.heredocs().forEach(h -> parts.add(h.range()));
            parts.forEach(p -> checkRange(p, text));
            parts.forEach(p -> assertInside(source.range(), p));
            checkWords(source, text);
        }
        for (Comment comment : file.comments()) {
            checkRange(comment.range(), text);
            assertThat(comment.range().of(text)).startsWith("#");
            if (pieces.stream().noneMatch(p -> p.contains(comment.range()))) {
                pieces.add(comment.range());
            }
        }
        file.problems().forEach(p -> checkRange(p.range(), text));
        assertThat(printed(pieces, text, file)).isEqualTo(text);
    }

    private static String printed(List<Range> pieces, String text, Dockerfile file) {
        pieces.sort((a, b) -> a.start().compareTo(b.start()));
        StringBuilder out = new StringBuilder();
        for (Range piece : pieces) {
            gap(out, text, piece.start().offset(), file);
            out.append(piece.of(text));
        }
        gap(out, text, text.length(), file);
        return out.toString();
    }

    // Between the pieces there is nothing but blanks, a byte order mark, and continuations of
    // nothing, or what the file's problems say was skipped.
    private static void gap(StringBuilder out, String text, int end, Dockerfile file) {
        for (int i = out.length(); i < end; i++) {
            char c = text.charAt(i);
            boolean blank = Chars.isSpace(c) || c == '\uFEFF' || c == file.escape();
            boolean directiveProblem =
                    file.problems().stream().anyMatch(p -> p.message().startsWith("only one "));
            if (!blank && !directiveProblem) {
                fail("lost " + Chars.quoted(text.substring(i, end)) + " of " + Chars.quoted(text));
            }
            out.append(c);
        }
    }

    private static void checkOrder(List<Range> parts, String text) {
        int at = 0;
        for (Range part : parts) {
            assertThat(part.start().offset()).as(text).isGreaterThanOrEqualTo(at);
            at = part.end().offset();
        }
    }

    // A word is what its range covers, continuations and comments taken out.
    private static void checkWords(InstructionSource source, String text) {
        for (Word word : source.arguments()) {
            String written = word.range().of(text);
            if (!source.json() && written.indexOf('\n') < 0) {
                assertThat(written).startsWith(word.text());
            }
        }
        assertThat(source.original()).startsWith(source.keyword().text());
        assertThat(source.original()).endsWith(source.rest().text());
    }

    private static void checkRange(Range range, String text) {
        assertThat(range.end().offset()).isLessThanOrEqualTo(text.length());
        for (Position position : List.of(range.start(), range.end())) {
            int lineStart = text.lastIndexOf('\n', position.offset() - 1) + 1;
            int bom = lineStart == 0 && text.startsWith("\uFEFF") ? 1 : 0;
            int column = Math.max(1, position.offset() - lineStart - bom + 1);
            assertThat(position.column()).isEqualTo(column);
            long line = text.substring(0, position.offset()).chars().filter(c -> c == '\n').count();
            assertThat(position.line()).isEqualTo((int) line + 1);
        }
    }

    private static void assertInside(Range outer, Range inner) {
        if (!outer.contains(inner)) {
            fail(inner + " is not in " + outer);
        }
    }

    @Test
    void expand_randomWords_throwNothingElse() {
        Random random = new Random(SEED);
        Expander expander = new Expander('\\');
        for (int i = 0; i < MUTATIONS; i++) {
            String word = mutated("a${b:-c}\"$d\" '${e##*x}' ${f//?/\\/}", random);
            try {
                Expansion expansion = expander.process(word, n -> n.equals("b") ? null : "x*y z");
                assertThat(expander.expand(word, n -> n.equals("b") ? null : "x*y z"))
                        .isEqualTo(expansion.text());
            } catch (ExpansionException e) {
                assertThat(e.reason()).isNotEmpty();
            }
        }
    }
}
