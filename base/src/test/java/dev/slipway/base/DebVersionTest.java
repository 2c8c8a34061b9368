package dev.slipway.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

class DebVersionTest {
    private static final Path VECTORS = Path.of("..", "..", "shared", "vectors", "versions");

    @ParameterizedTest
    @CsvSource({
        "1.0, 1.0-0, 0",
        "0:1.0, 1.0, 0",
        "1.00, 1.0, 0",
        "1.0~rc1, 1.0, -1",
        "1.0~~, 1.0~, -1",
        "1.0~~a, 1.0~, -1",
        "1.0, 1.0a, -1",
        "1.0a, 1.0+, -1",
        "1.0+b, 1.0.1, -1",
        "1:0.1, 9.9, 1",
        "1.2.10, 1.2.9, 1",
        "1-2-3, 1-2-4, -1",
        "2.36-9+deb12u14, 2.36-9+deb12u9, 1",
        "99999999999999999999999, 99999999999999999999998, 1",
        "1.0-1~bpo, 1.0-1, -1",
    })
    void compareTo_known(String a, String b, int order) {
        assertThat(Integer.signum(DebVersion.of(a).compareTo(DebVersion.of(b)))).isEqualTo(order);
        assertThat(Integer.signum(DebVersion.of(b).compareTo(DebVersion.of(a)))).isEqualTo(-order);
        assertThat(DebVersion.of(a).equals(DebVersion.of(b))).isEqualTo(order == 0);
        if (order == 0) {
            assertThat(DebVersion.of(a)).hasSameHashCodeAs(DebVersion.of(b));
        }
    }

    @Test
    void compareTo_vectors() throws IOException {
        var wrong = new ArrayList<String>();
        for (var line : lines("deb.jsonl")) {
            var a = DebVersion.of(text(line, "a"));
            var b = DebVersion.of(text(line, "b"));
            int order = Integer.parseInt(find(line, "\"order\": (-?\\d)"));
            if (Integer.signum(a.compareTo(b)) != order
                    || Integer.signum(b.compareTo(a)) != -order) {
                wrong.add(line);
            }
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void allows_vectors() throws Exception {
        var wrong = new ArrayList<String>();
        for (var line : lines("constraints-deb.jsonl")) {
            boolean expected = line.contains("\"satisfied\": true");
            if (satisfied(text(line, "constraint"), DebVersion.of(text(line, "version")))
                    != expected) {
                wrong.add(line);
            }
        }
        assertThat(wrong).isEmpty();
    }

    /// Sorting any shuffle gives one order: the comparison is a total one.
    @Test
    void compareTo_isTotalOrder() {
        var random = new Random(7);
        var versions = new ArrayList<DebVersion>();
        for (int i = 0; i < 300; i++) {
            var text = new StringBuilder();
            for (int j = random.nextInt(1, 7); j > 0; j--) {
                text.append("01a.~+-:z".charAt(random.nextInt(9)));
            }
            versions.add(DebVersion.of(text.toString()));
        }
        Collections.sort(versions);
        var again = new ArrayList<>(versions);
        Collections.shuffle(again, random);
        Collections.sort(again);
        for (int i = 0; i < versions.size(); i++) {
            assertThat(versions.get(i).compareTo(again.get(i))).isZero();
            for (int j = i; j < versions.size(); j++) {
                assertThat(versions.get(i).compareTo(versions.get(j))).isLessThanOrEqualTo(0);
            }
        }
    }

    /// The vectors write bounds as `> 1.0, < 2.0 || = 3`, with the meaning of `>>` and `<<`.
    private static boolean satisfied(String constraint, DebVersion version) throws Exception {
        if (constraint.isBlank()) {
            return true;
        }
        for (var either : constraint.split("\\|\\|", -1)) {
            boolean all = true;
            for (var bound : either.split(",", -1)) {
                var strict =
                        bound.strip().replaceFirst("^<(?!=)", "<<").replaceFirst("^>(?!=)", ">>");
                all &= Relation.parse("xx (" + strict + ")").allows(version);
            }
            if (all) {
                return true;
            }
        }
        return false;
    }

    private static List<String> lines(String file) throws IOException {
        var nearer = Path.of("..", "shared", "vectors", "versions", file);
        var path = Files.exists(nearer) ? nearer : VECTORS.resolve(file);
        assumeTrue(Files.exists(path), "no vectors at " + path);
        return Files.readAllLines(path);
    }

    private static String text(String line, String key) {
        return find(line, "\"" + key + "\": \"([^\"]*)\"");
    }

    private static String find(String line, String regex) {
        Matcher matcher = Pattern.compile(regex).matcher(line);
        assertThat(matcher.find()).as(line).isTrue();
        return Objects.requireNonNull(matcher.group(1));
    }
}
