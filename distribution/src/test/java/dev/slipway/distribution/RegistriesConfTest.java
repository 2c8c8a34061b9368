package dev.slipway.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;

class RegistriesConfTest {
    private static final String CONF =
            """
            unqualified-search-registries = ["quay.example", "docker.io"]
            # a comment
            [[registry]]
            prefix = "r.example/team"
            location = "other.example:5000/moved"
            insecure = true

            [[registry.mirror]]
            location = "m1.example/cache" # behind a value

            [[registry.mirror]]
            location = 'm2.example'
            insecure = true
            pull-from-mirror = "digest-only"

            [[registry]]
            location = "r.example"
            mirror-by-digest-only = true
            [[registry.mirror]]
            location = "m3.example"

            [[registry]]
            prefix = "*.blocked.example"
            blocked = true

            [aliases]
            "fedora" = "registry.fedora.example/fedora"
            """;

    private static final String DIGEST = "@sha256:" + "ab".repeat(32);

    @TempDir private Path home;

    private RegistriesConf conf(String text) throws IOException {
        Path file = home.resolve("registries.conf");
        Files.writeString(file, text);
        return RegistriesConf.read(Map.of("CONTAINERS_REGISTRIES_CONF", file.toString()), home);
    }

    @ParameterizedTest
    @CsvSource({
        "r.example/team/app:1, m1.example/cache/app other.example:5000/moved/app!",
        "r.example/team/app@, m1.example/cache/app m2.example/app! other.example:5000/moved/app!",
        "r.example/teams/app:1, r.example/teams/app",
        "r.example/x@, m3.example/x r.example/x",
        "elsewhere.example/x, elsewhere.example/x",
        "blocked.example/x, blocked.example/x",
    })
    void places_areThoseOfTheLongestPrefix(String name, String expected) throws Exception {
        var places =
                conf(CONF)
                        .places(
                                Samples.name(
                                        name.endsWith("@") ? name.replace("@", DIGEST) : name));
        var texts =
                places.stream()
                        .map(p -> p.registry() + "/" + p.repository() + (p.insecure() ? "!" : ""))
                        .toList();
        assertThat(String.join(" ", texts)).isEqualTo(expected);
    }

    @Test
    void blockedRegistry_isRefused() {
        assertThatThrownBy(() -> conf(CONF).places(Samples.name("a.blocked.example/x")))
                .isInstanceOf(RegistryException.class)
                .hasMessageContaining("is blocked");
    }

    @ParameterizedTest
    @CsvSource({
        "fedora:40, registry.fedora.example/fedora:40",
        "app, quay.example/app",
        "team/app:1, quay.example/team/app:1",
        "localhost/app, localhost/app",
        "r.example/app, r.example/app",
    })
    void shortNames_areWhatTheFileSays(String text, String expected) throws Exception {
        assertThat(conf(CONF).expand(text)).isEqualTo(expected);
        assertThat(conf("").expand(text)).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "a =",
                "a = \"x",
                "[a",
                "a = 1\na = 2",
                "a = [1",
                "a = {b = 1",
                "a = 1 b = 2",
                "[[registry]]\nblocked = true",
                "a = 1\n[a]"
            })
    void malformedFile_isNamedWithItsLine(String text) {
        assertThatThrownBy(() -> conf(text))
                .isInstanceOf(RegistryException.class)
                .hasMessageContaining("registries.conf: ");
    }

    @Test
    void toml_valuesAreRead() throws Exception {
        Map<String, Object> toml =
                Toml.parse(
                        "a.\"b c\".d = [1, 'x\\n', \"y\\u00e9\", true,\n # no\n {k = -3}]\n"
                                + "t = \"\"\"\nl1\nl2\\\n   l3\"\"\"\r\n");
        assertThat(toml)
                .isEqualTo(
                        Map.of(
                                "a",
                                Map.of(
                                        "b c",
                                        Map.of(
                                                "d",
                                                List.of(
                                                        1L,
                                                        "x\\n",
                                                        "y\u00e9",
                                                        true,
                                                        Map.of("k", -3L)))),
                                "t",
                                "l1\nl2l3"));
    }

    @Test
    void toml_anyText_endsOrFails() {
        var random = new Random(3);
        String alphabet = "ab=[]{}\"'\\\n#.,1 u";
        for (int i = 0; i < 20_000; i++) {
            var text = new StringBuilder();
            int length = random.nextInt(30);
            for (int j = 0; j < length; j++) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            try {
                assertThat(Toml.parse(text.toString())).isNotNull();
            } catch (IOException e) {
                assertThat(e).hasMessageStartingWith("line ");
            }
        }
    }
}
