package dev.slipway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.cli.options.CommandSpec;
import dev.slipway.cli.options.Option;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.LinkedHashMap;
import java.util.Map;

/// Every flag of `docker buildx build`, and of `docker build` before it, means here what it means
/// there, or is refused by name with the reason.
class BuildFlagsTest {
    private static Map<String, Option> options() {
        Map<String, Option> options = new LinkedHashMap<>();
        for (CommandSpec.Group group : BuildFlags.spec().groups()) {
            for (Option option : group.options()) {
                options.put(option.name(), option);
            }
        }
        return options;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "add-host",
                "allow",
                "annotation",
                "attest",
                "build-arg",
                "build-context",
                "builder",
                "cache-from",
                "cache-to",
                "call",
                "cgroup-parent",
                "check",
                "file",
                "iidfile",
                "label",
                "load",
                "metadata-file",
                "network",
                "no-cache",
                "no-cache-filter",
                "output",
                "platform",
                "policy",
                "progress",
                "provenance",
                "pull",
                "push",
                "quiet",
                "resource",
                "sbom",
                "secret",
                "shm-size",
                "ssh",
                "tag",
                "target",
                "ulimit"
            })
    void buildxFlag_isKnown(String name) {
        assertKnown(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "compress",
                "cpu-period",
                "cpu-quota",
                "cpu-shares",
                "cpuset-cpus",
                "cpuset-mems",
                "disable-content-trust",
                "force-rm",
                "isolation",
                "memory",
                "memory-swap",
                "rm",
                "security-opt",
                "squash"
            })
    void dockerFlag_isKnown(String name) {
        assertKnown(name);
    }

    private static void assertKnown(String name) {
        assertThat(options()).containsKey(name);
        Option option = options().get(name);
        if (option.kind() != Option.Kind.REFUSED) {
            return;
        }
        assertThat(option.help())
                .as("the reason why --%s is refused", name)
                .matches("(?s).{10,}[.]");
        Invocation run = Invocation.with(Map.of(), "", "build", "--" + name, ".");
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("--" + name + " is not available: " + option.help());
    }

    @Test
    void letters_areDockers() {
        Map<Character, String> letters = new LinkedHashMap<>();
        for (Option option : options().values()) {
            if (option.letter() != 0) {
                letters.put(option.letter(), option.name());
            }
        }
        assertThat(letters)
                .containsEntry('f', "file")
                .containsEntry('o', "output")
                .containsEntry('q', "quiet")
                .containsEntry('t', "tag");
    }

    @Test
    void help_hasEveryFlagThatIsOffered_inAGroup() {
        String help = Invocation.with(Map.of(), "", "build", "--help").out();
        for (Option option : options().values()) {
            if (!option.isHidden()) {
                assertThat(help).contains("--" + option.name());
                assertThat(option.help()).as("--%s", option.name()).isNotEmpty();
            }
        }
    }
}
