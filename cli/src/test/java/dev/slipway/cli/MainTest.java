package dev.slipway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.cli.options.CommandSpec;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.HashSet;
import java.util.Objects;
import java.util.Set;

class MainTest {
    @ParameterizedTest
    @ValueSource(strings = {"--version", "-v", "--debug --version"})
    void version_oneLine(String line) {
        Invocation run = Invocation.of(line.split(" "));
        assertThat(run.code()).isZero();
        assertThat(run.out()).matches("slipway version \\S+\n");
    }

    @Test
    void noCommand_showsTheOverviewAndIsWrongUsage() {
        Invocation run = Invocation.of();
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err())
                .contains("Usage:  slipway [OPTIONS] COMMAND", "Build and run:", "  build");
        assertThat(run.out()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"--help", "-h", "help"})
    void help_showsTheOverview(String word) {
        Invocation run = Invocation.of(word);
        assertThat(run.code()).isZero();
        assertThat(run.out()).contains("Images:", "completion");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "buidl . | unknown command: slipway buidl | Did you mean slipway build?",
                "imagse | unknown command: slipway imagse | Did you mean slipway images?",
                "image lss | unknown command: slipway image lss | Did you mean slipway image ls?",
                "zzzzzz | unknown command: slipway zzzzzz | See slipway --help.",
                "--hlep | unknown flag: --hlep | Did you mean --help?",
                "version --fromat x | unknown flag: --fromat | Did you mean --format?",
                "version extra | \"slipway version\" takes no arguments, not 1 | Usage: slipway"
                        + " version [OPTIONS]",
                "-H tcp://x images | -H is not available: there is no daemon to connect to. | See"
                        + " slipway --help.",
                "version -f {{.Versoin}} | invalid --format template: there is no field .Versoin |"
                        + " Did you mean .Version?",
            })
    void wrongUsage_saysWhatIsWrongAndWhatToDo(String line, String error, String hint) {
        Invocation run = Invocation.of(line.split(" "));
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).startsWith("error: " + error + "\n").contains("hint: " + hint);
        assertThat(run.out()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"logs", "ps", "compose"})
    void unavailableCommand_saysWhy(String word) {
        Invocation run = Invocation.of(word, "x");
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("slipway " + word + " is not available: ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"image", "base", "builder", "system", "buildx"})
    void family_listsItsMembers(String family) {
        Invocation run = Invocation.of(family, "--help");
        assertThat(run.code()).isZero();
        assertThat(run.out()).contains("Usage:  slipway " + family + " COMMAND");
        assertThat(Invocation.of(family).code()).isEqualTo(2);
    }

    @ParameterizedTest
    @MethodSource("dev.slipway.cli.Main#specs")
    void everyCommand_hasReadableHelp(CommandSpec spec) {
        String[] words = (spec.name() + " --help").split(" ");
        Invocation run = Invocation.of(words);
        assertThat(run.code()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).startsWith("Usage:  slipway " + spec.name());
        assertThat(run.out().lines().filter(l -> !l.startsWith("  $ ")))
                .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(90));
        assertThat(spec.summary()).isNotEmpty().doesNotEndWith(".").hasSizeLessThan(70);
    }

    @ParameterizedTest
    @MethodSource("dev.slipway.cli.Main#specs")
    void everyCommand_hasNoOptionTwice(CommandSpec spec) {
        Set<String> names = new HashSet<>();
        Set<Character> letters = new HashSet<>();
        for (CommandSpec.Group group : spec.groups()) {
            for (var option : group.options()) {
                assertThat(names.add(option.name())).as(option.name()).isTrue();
                if (option.letter() != 0) {
                    assertThat(letters.add(option.letter())).as("-" + option.letter()).isTrue();
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.slipway.cli.Main#specs")
    void everyAlias_leadsToItsCommand(CommandSpec spec) {
        for (String alias : spec.aliases()) {
            Command command = Objects.requireNonNull(Commands.find(alias), alias);
            assertThat(command.spec().name()).isEqualTo(spec.name());
        }
    }

    @Test
    void overview_namesOnlyCommandsThereAre() {
        for (Commands.Group group : Commands.groups()) {
            assertThat(group.names())
                    .allSatisfy(n -> assertThat(Commands.find(n)).as(n).isNotNull());
        }
        for (Commands.Family family : Commands.families()) {
            assertThat(family.members())
                    .allSatisfy(m ->
                            assertThat(Commands.find(family.name() + " " + m)).as(m).isNotNull());
        }
    }
}
