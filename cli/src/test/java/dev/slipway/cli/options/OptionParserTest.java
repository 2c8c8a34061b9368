package dev.slipway.cli.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;
import java.util.Map;

class OptionParserTest {
    private static final Option TAG = Option.list("tag", 't', "NAME", "Name");
    private static final Option FILE = Option.value("file", 'f', "PATH", "File");
    private static final Option QUIET = Option.flag("quiet", 'q', "Quiet");
    private static final Option INTERACTIVE = Option.flag("interactive", 'i', "Interactive");
    private static final Option PROGRESS =
            Option.value("progress", "KIND", "Progress")
                    .choices("plain", "tty")
                    .standard("plain")
                    .environment("ONE_PROGRESS", "OTHER_PROGRESS");
    private static final Option MEMORY = Option.value("memory", 'm', "BYTES", "Memory");
    private static final Option PUSH = Option.refused("push", "nothing to push to.");
    private static final Option DEBUG = Option.flag("debug", 'D', "Debug");
    private static final CommandSpec GLOBALS = new CommandSpec("", "").options("Global", DEBUG);

    private static CommandSpec spec() {
        return new CommandSpec("thing", "Do a thing")
                .usage("[OPTIONS] PATH")
                .arguments(1, 1, Option.Offer.FILES)
                .options("Options", TAG, FILE, QUIET, INTERACTIVE, PROGRESS, MEMORY, PUSH);
    }

    private static Parsed parse(String... words) throws UsageException {
        return OptionParser.parse(spec(), GLOBALS, List.of(words), Map.of());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--file a.txt",
                "--file=a.txt",
                "-f a.txt",
                "-fa.txt",
                "-f=a.txt",
                "-qfa.txt"
            })
    void parse_valueInEverySpelling(String line) throws Exception {
        assertThat(parse(line.split(" ")).text(FILE)).isEqualTo("a.txt");
    }

    @Test
    void parse_lettersInOneWord() throws Exception {
        Parsed line = parse("-qi", "x");
        assertThat(line.is(QUIET)).isTrue();
        assertThat(line.is(INTERACTIVE)).isTrue();
        assertThat(line.arguments()).containsExactly("x");
    }

    @ParameterizedTest
    @CsvSource({
        "--quiet=false,false",
        "--quiet=0,false",
        "-q=f,false",
        "--quiet=T,true",
        "-q,true"
    })
    void parse_flagWithValue(String word, boolean on) throws Exception {
        assertThat(parse(word).is(QUIET)).isEqualTo(on);
    }

    @Test
    void parse_flagDoesNotTakeTheNextWord() throws Exception {
        Parsed line = parse("--quiet", "false");
        assertThat(line.is(QUIET)).isTrue();
        assertThat(line.arguments()).containsExactly("false");
    }

    @Test
    void parse_doubleDashEndsOptions() throws Exception {
        assertThat(parse("--", "--quiet", "-x").arguments()).containsExactly("--quiet", "-x");
    }

    @Test
    void parse_singleDashIsAnArgument() throws Exception {
        assertThat(parse("-", "-q").arguments()).containsExactly("-");
    }

    @Test
    void parse_repeatedValueLastHoldsListKeepsAll() throws Exception {
        Parsed line = parse("-t", "a", "--tag=b", "-f", "1", "-f", "2");
        assertThat(line.texts(TAG)).containsExactly("a", "b");
        assertThat(line.text(FILE)).isEqualTo("2");
    }

    @Test
    void parse_stopsAtArgument_restIsKept() throws Exception {
        Parsed line =
                OptionParser.parse(
                        spec().stopsAtArgument(),
                        GLOBALS,
                        List.of("-q", "img", "sh", "-t", "--", "x"),
                        Map.of());
        assertThat(line.arguments()).containsExactly("img", "sh", "-t", "--", "x");
    }

    @Test
    void parse_globalOptionAfterCommand() throws Exception {
        assertThat(parse("x", "-D").is(DEBUG)).isTrue();
    }

    @Test
    void parse_unknownFlag_suggestsTheNearest() {
        assertThatThrownBy(() -> parse("--tga", "x"))
                .isInstanceOfSatisfying(
                        UsageException.class,
                        e -> {
                            assertThat(e.text()).isEqualTo("unknown flag: --tga");
                            assertThat(e.hint()).isEqualTo("Did you mean --tag?");
                        });
    }

    @Test
    void parse_longNameWithOneDash_suggestsTwo() {
        assertThatThrownBy(() -> parse("-quiett"))
                .isInstanceOfSatisfying(
                        UsageException.class,
                        e ->
                                assertThat(e.text())
                                        .isEqualTo("unknown shorthand flag: 'u' in -quiett"));
    }

    @Test
    void parse_missingValue() {
        assertThatThrownBy(() -> parse("--file")).hasMessage("flag needs an argument: --file");
    }

    @Test
    void parse_refusedOption_givesTheReason() {
        assertThatThrownBy(() -> parse("--push"))
                .hasMessage("--push is not available: nothing to push to.");
    }

    @Test
    void parse_wrongChoice_namesTheChoices() {
        assertThatThrownBy(() -> parse("--progress", "fancy"))
                .isInstanceOfSatisfying(
                        UsageException.class,
                        e -> assertThat(e.hint()).isEqualTo("It takes one of plain, tty."));
    }

    @Test
    void text_environmentStandsIn_commandLineWins() throws Exception {
        Map<String, String> env = Map.of("ONE_PROGRESS", "", "OTHER_PROGRESS", "tty");
        assertThat(OptionParser.parse(spec(), GLOBALS, List.of(), env).text(PROGRESS))
                .isEqualTo("tty");
        List<String> words = List.of("--progress=plain");
        assertThat(OptionParser.parse(spec(), GLOBALS, words, env).text(PROGRESS))
                .isEqualTo("plain");
        assertThat(parse().text(PROGRESS)).isEqualTo("plain");
    }

    @ParameterizedTest
    @CsvSource({"512m,536870912", "1g,1073741824", "1.5k,1536", "10,10", "4MiB,4194304", "7b,7"})
    void bytes_dockerUnits(String text, long bytes) throws Exception {
        assertThat(parse("-m", text).bytes(MEMORY)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "m", "1x", "-1", "1.2.3m"})
    void bytes_nonsense(String text) throws Exception {
        Parsed line = parse("--memory=" + text);
        assertThatThrownBy(() -> line.bytes(MEMORY)).isInstanceOf(UsageException.class);
    }

    @ParameterizedTest
    @CsvSource({"1h30m,5400000000000", "300ms,300000000", "1.5s,1500000000", "0,0", "5,-1", "h,-1"})
    void nanos_goDurations(String text, long nanos) {
        assertThat(Amounts.nanos(text)).isEqualTo(nanos);
    }

    @Test
    void checkArguments_countIsSaid() throws Exception {
        Parsed none = parse();
        assertThatThrownBy(() -> OptionParser.checkArguments(none))
                .hasMessage("\"slipway thing\" takes exactly 1 argument");
        Parsed two = parse("a", "b");
        assertThatThrownBy(() -> OptionParser.checkArguments(two))
                .hasMessage("\"slipway thing\" takes exactly 1 argument, not 2");
    }
}
