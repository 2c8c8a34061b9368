package dev.slipway.distribution.auth;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

class ChallengeTest {
    static Stream<Arguments> fields() {
        return Stream.of(
                of(
                        "Bearer realm=\"https://a/t\",service=\"s\",scope=\"repository:a:pull,push\"",
                        bearer(
                                "realm",
                                "https://a/t",
                                "service",
                                "s",
                                "scope",
                                "repository:a:pull,push")),
                of("bearer REALM=x", bearer("realm", "x")),
                of("Bearer realm = \"x\" , service=y", bearer("realm", "x", "service", "y")),
                of(
                        "Bearer realm=\"a \\\"quoted\\\", b\\\\\"",
                        bearer("realm", "a \"quoted\", b\\")),
                of("Bearer realm=\"unterminated", bearer("realm", "unterminated")),
                of("Bearer realm=\"ends in \\", bearer("realm", "ends in \\")),
                of("Bearer realm=a,realm=b", bearer("realm", "a")),
                of("Bearer", bearer()),
                of("Basic realm=\"r\"", new Challenge("basic", Map.of("realm", "r"))),
                of(
                        "Negotiate, Basic realm=\"r\"",
                        new Challenge("negotiate", Map.of()),
                        new Challenge("basic", Map.of("realm", "r"))),
                of(
                        "Negotiate YIIB2w==, Basic realm=\"r\"",
                        new Challenge("negotiate", Map.of()),
                        new Challenge("basic", Map.of("realm", "r"))),
                of(
                        "Basic realm=\"r\", charset=\"UTF-8\", Bearer realm=\"t\"",
                        new Challenge("basic", Map.of("realm", "r", "charset", "UTF-8")),
                        new Challenge("bearer", Map.of("realm", "t"))),
                of(",, Bearer ,realm=x,,", bearer("realm", "x")),
                of(""),
                of("  "),
                of("\"=,\""));
    }

    private static Arguments of(String field, Challenge... challenges) {
        return Arguments.of(field, List.of(challenges));
    }

    private static Challenge bearer(String... parameters) {
        var map = new java.util.HashMap<String, String>();
        for (int i = 0; i < parameters.length; i += 2) {
            map.put(parameters[i], parameters[i + 1]);
        }
        return new Challenge("bearer", map);
    }

    @ParameterizedTest
    @MethodSource("fields")
    void parse_readsAllChallengesOfAField(String field, List<Challenge> expected) {
        assertThat(Challenge.parse(List.of(field))).isEqualTo(expected);
    }

    @Test
    void choose_prefersBearer() {
        List<Challenge> all =
                Challenge.parse(List.of("Negotiate", "Basic realm=a", "Bearer realm=b"));
        assertThat(Challenge.choose(all)).isEqualTo(bearer("realm", "b"));
        assertThat(Challenge.choose(all.subList(0, 2)))
                .isEqualTo(new Challenge("basic", Map.of("realm", "a")));
        assertThat(Challenge.choose(all.subList(0, 1))).isNull();
    }

    @Test
    void parse_anyText_ends() {
        String alphabet = "Bearer Basic=\"\\, \t\u0000é;realm=x==";
        var random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            var text = new StringBuilder();
            int length = random.nextInt(40);
            for (int j = 0; j < length; j++) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            for (Challenge each : Challenge.parse(List.of(text.toString()))) {
                assertThat(each.scheme()).isNotEmpty().doesNotContain(" ", "\"", ",");
            }
        }
    }
}
