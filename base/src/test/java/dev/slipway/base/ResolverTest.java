package dev.slipway.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

class ResolverTest {
    /// Packages as `name version; Field: value; …`, one a line; what is wanted, and what is chosen.
    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiterString = "=>",
            textBlock =
                    """
                    'a 1'                                                          => a          => a
                    'a 1|a 2'                                                      => a          => a=2
                    'a 1|a 2'                                                      => a (<< 2)   => a=1
                    'a 1; Depends: b|b 1'                                          => a          => a b
                    'a 1; Pre-Depends: b; Depends: c|b 1|c 1'                      => a          => a b c
                    'a 1; Depends: b (>= 2)|b 1|b 3|b 2'                           => a          => a b=3
                    'a 1; Depends: b ~ c|b 1|c 1'                                  => a          => a b
                    'a 1; Depends: x ~ c|c 1'                                      => a          => a c
                    'a 1; Depends: b ~ c|b 1|c 1'                                  => a, c       => a c
                    'a 1; Depends: c, b ~ c|b 1|c 1'                               => a          => a c
                    'a 1; Depends: v|p 1; Provides: v'                             => a          => a p
                    'a 1; Depends: v|p 1; Provides: v|q 1; Provides: v'            => a          => a p
                    'a 1; Depends: v|p 1; Provides: v|q 1; Provides: v; Priority: required' => a => a q
                    'a 1; Depends: v|p 1; Provides: v|v 1'                         => a          => a v
                    'a 1; Depends: v (>= 2)|p 1; Provides: v (= 2)|q 1; Provides: v' => a        => a p
                    'a 1; Depends: b|b 1; Depends: a'                              => a          => a b
                    'a 1; Depends: b ~ c|b 1; Conflicts: d|c 1|d 1'                => d, a       => a c d
                    'a 1; Depends: b ~ c|b 1; Conflicts: d|c 1|d 1'                => a, d       => a c d
                    'a 1; Depends: b ~ c|b 1; Breaks: d (<< 2)|c 1|d 1'            => a, d       => a c d
                    'a 1; Depends: b ~ c|b 1; Breaks: d (<< 2)|c 1|d 2'            => a, d       => a b d
                    'a 1; Depends: b|b 2; Depends: x|b 1'                          => a          => a b=1
                    'm 1; Conflicts: mta; Provides: mta|a 1; Depends: m ~ mta'     => a          => a m
                    'a 1; Depends: b:any|b 1; Multi-Arch: allowed'                 => a          => a b
                    'a 1; Depends: b:any|b 1; Multi-Arch: foreign'                 => a          => a b
                    'a 1; Depends: b, c|b 1; Depends: d (= 1)|c 1; Depends: d|d 1|d 2' => a      => a b c d=1
                    'a 1; Depends: d, b|b 1; Depends: d (= 1)|d 1|d 2'             => a          => a b d=1
                    """)
    void resolve_chooses(String packages, String wanted, String chosen) throws Exception {
        assertThat(resolve(index(packages), wanted)).isEqualTo(expanded(packages, chosen));
    }

    private static List<String> expanded(String packages, String chosen) {
        var result = new ArrayList<String>();
        for (var each : chosen.split(" ", -1)) {
            var only = each.contains("=") ? each : each + "=" + version(packages, each);
            result.add(only);
        }
        return result;
    }

    /// The newest version in the table.
    private static String version(String packages, String name) {
        return Arrays.stream(packages.split("\\|", -1))
                .filter(p -> p.startsWith(name + " "))
                .map(p -> p.substring(name.length() + 1).split(";", -1)[0])
                .max(String::compareTo)
                .orElseThrow();
    }

    private static List<String> resolve(PackageIndex index, String wanted) throws Exception {
        var relations = new ArrayList<Relation>();
        for (var each : wanted.split(",", -1)) {
            relations.add(Relation.parse(named(each.strip())));
        }
        return Resolver.resolve(index, relations, List.of()).stream()
                .map(p -> p.name().substring(3) + "=" + p.version())
                .toList();
    }

    /// Names of one letter are none in Debian: `a` stands for `pk-a`.
    private static String named(String relations) {
        return relations.replaceAll("(?<![a-z0-9-])([a-z])(?![a-z0-9-])", "pk-$1");
    }

    private static PackageIndex index(String packages) throws Exception {
        var text = new StringBuilder();
        for (var line : packages.split("\\|", -1)) {
            var fields = line.strip().split(";", -1);
            var head = fields[0].split(" ", -1);
            text.append("Package: pk-").append(head[0]).append("\nVersion: ").append(head[1]);
            text.append("\nArchitecture: amd64\nFilename: pool/x.deb\nSize: 1\nSHA256: ");
            text.append("0".repeat(64)).append('\n');
            for (int i = 1; i < fields.length; i++) {
                var field = fields[i].strip();
                int colon = field.indexOf(':') + 1;
                var value = field.substring(colon).replace('~', '|');
                boolean words = field.startsWith("Priority") || field.startsWith("Multi-Arch");
                text.append(field, 0, colon).append(words ? value : named(value));
                text.append('\n');
            }
            text.append('\n');
        }
        var index = new PackageIndex("amd64");
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        index.add(new ByteArrayInputStream(bytes), "http://example.org", "test");
        return index;
    }

    private static ResolutionException failure(String packages, String wanted) throws Exception {
        var index = index(packages);
        var failure = new ArrayList<ResolutionException>();
        assertThatThrownBy(() -> resolve(index, wanted))
                .asInstanceOf(type(ResolutionException.class))
                .satisfies(failure::add);
        return failure.getFirst();
    }

    @Test
    void resolve_missing_saysWhoNeedsIt() throws Exception {
        var failure = failure("a 1; Depends: b|b 2; Depends: libfoo", "a");
        assertThat(failure).hasMessageContaining("pk-b needs libfoo: there is no such package");
        assertThat(failure.chain()).containsExactly("pk-a 1", "pk-b 2", "libfoo");
    }

    @Test
    void resolve_wrongVersion_saysWhatThereIs() throws Exception {
        assertThat(failure("a 1; Depends: b (>= 3)|b 2|b 1", "a"))
                .hasMessageContaining(
                        "pk-a needs pk-b (>= 3): the sources offer only pk-b 2, pk-b 1");
    }

    @Test
    void resolve_misspelt_suggests() throws Exception {
        assertThat(failure("a 1", "pk-aa").hint()).isEqualTo("did you mean pk-a?");
    }

    @Test
    void resolve_conflict_saysBothWays() throws Exception {
        assertThat(failure("a 1; Depends: b|b 1; Conflicts: c|c 1", "c, a"))
                .hasMessageContaining("pk-b 1 cannot be installed together with pk-c 1")
                .hasMessageContaining("pk-a 1 → pk-b 1");
    }

    @Test
    void resolve_conflictWithoutWayOut() throws Exception {
        assertThat(failure("a 1; Depends: b|b 1; Breaks: c (<< 2)|c 1", "a, c")).isNotNull();
        assertThat(failure("a 1|b 1; Conflicts: v|c 1; Provides: v|d 1; Depends: v", "b, d"))
                .isNotNull();
    }

    @Test
    void resolve_assumed_isNotInstalled() throws Exception {
        var index = index("a 1; Depends: b, c|c 1");
        var chosen = Resolver.resolve(index, List.of(Relation.parse("pk-a")), List.of("pk-b"));
        assertThat(chosen).extracting(DebPackage::name).containsExactly("pk-a", "pk-c");
    }

    /// Many independent choices before a need that cannot be met: going back one by one would take
    /// 2^40 steps.
    @Test
    void resolve_hopeless_endsSoon() throws Exception {
        var needs = new StringBuilder();
        var offers = new StringBuilder();
        for (int i = 0; i < 40; i++) {
            needs.append("pk-x").append(i).append(" ~ pk-y").append(i).append(", ");
            offers.append("|x").append(i).append(" 1|y").append(i).append(" 1");
        }
        var index = index("a 1; Depends: " + needs + "libmissing" + offers);
        assertThatThrownBy(() -> resolve(index, "a")).isInstanceOf(ResolutionException.class);
    }

    /// Against all subsets of a small random universe: finds a choice exactly if there is one, and
    /// what it finds is one.
    @Test
    void resolve_agreesWithExhaustiveSearch() throws Exception {
        var random = new Random(42);
        int solvable = 0;
        for (int round = 0; round < 400; round++) {
            var lines = new ArrayList<String>();
            for (char name = 'a'; name <= 'f'; name++) {
                for (int version = 1; version <= random.nextInt(1, 3); version++) {
                    lines.add(name + " " + version + fields(random, name));
                }
            }
            var index = index(String.join("|", lines));
            var all = new ArrayList<DebPackage>();
            for (char name = 'a'; name <= 'f'; name++) {
                all.addAll(index.versions("pk-" + name));
            }
            boolean expected = exists(all);
            List<DebPackage> found = null;
            try {
                found = Resolver.resolve(index, List.of(Relation.parse("pk-a")), List.of());
            } catch (ResolutionException e) {
                assertThat(expected).as("%s%n%s", lines, e.getMessage()).isFalse();
            }
            if (found != null) {
                assertThat(isSolution(found)).as("%s → %s", lines, found).isTrue();
                solvable++;
            }
        }
        assertThat(solvable).isBetween(100, 390);
    }

    private static String fields(Random random, char name) {
        var fields = new StringBuilder();
        var others = new ArrayList<>(List.of("a", "b", "c", "d", "e", "f"));
        others.remove(String.valueOf(name));
        Collections.shuffle(others, random);
        int kind = random.nextInt(5);
        if (kind > 0) {
            fields.append("; Depends: ").append(bound(random, others.get(0)));
            if (kind > 2) {
                fields.append(" ~ ").append(bound(random, others.get(1)));
            }
            if (kind > 1) {
                fields.append(", ").append(bound(random, others.get(2)));
            }
        }
        if (random.nextInt(4) == 0) {
            fields.append("; Conflicts: ").append(bound(random, others.get(3)));
        }
        return fields.toString();
    }

    private static String bound(Random random, String name) {
        return switch (random.nextInt(4)) {
            case 0 -> name + " (= 1)";
            case 1 -> name + " (>= 2)";
            default -> name;
        };
    }

    private static boolean exists(List<DebPackage> all) {
        for (int bits = 0; bits < 1 << all.size(); bits++) {
            var subset = new ArrayList<DebPackage>();
            for (int i = 0; i < all.size(); i++) {
                if ((bits & (1 << i)) != 0) {
                    subset.add(all.get(i));
                }
            }
            if (isSolution(subset)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isSolution(List<DebPackage> subset) {
        boolean wanted = subset.stream().anyMatch(p -> p.name().equals("pk-a"));
        for (var each : subset) {
            for (var group : each.needs()) {
                wanted &=
                        group.stream().anyMatch(r -> subset.stream().anyMatch(p -> p.satisfies(r)));
            }
            for (var other : subset) {
                wanted &= each.equals(other) || !each.conflictsWith(other);
            }
        }
        return wanted;
    }
}
