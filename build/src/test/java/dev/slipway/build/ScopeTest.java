package dev.slipway.build;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

class ScopeTest {
    /// What a scope must do, done plainly: every copy copies all.
    private record Model(Map<String, String> env, Map<String, @Nullable String> args) {
        Model copy() {
            return new Model(new LinkedHashMap<>(env), new LinkedHashMap<>(args));
        }

        @Nullable String get(String name) {
            var own = env.get(name);
            return own == null ? args.get(name) : own;
        }

        List<String> commandEnv() {
            var list = new ArrayList<String>();
            env.forEach((name, value) -> list.add(name + "=" + value));
            args.forEach((name, value) -> {
                if (value != null && !env.containsKey(name)) {
                    list.add(name + "=" + value);
                }
            });
            return list;
        }
    }

    private record Pair(Scope scope, Model model) {}

    private record Kept(Variables variables, List<String> then) {}

    @Test
    void scope_isAsIfAllWereCopied() {
        for (int seed = 0; seed < 40; seed++) {
            var random = new Random(seed);
            var pairs = new ArrayList<Pair>();
            var kept = new ArrayList<Kept>();
            pairs.add(
                    new Pair(new Scope(), new Model(new LinkedHashMap<>(), new LinkedHashMap<>())));
            for (int i = 0; i < 400; i++) {
                var pair = pairs.get(random.nextInt(pairs.size()));
                var name = "V" + random.nextInt(12);
                step(random.nextInt(10), name, "v" + i, pair, pairs, kept);
                for (int v = 0; v < 12; v++) {
                    assertThat(pair.scope.get("V" + v))
                            .as("seed %d, step %d", seed, i)
                            .isEqualTo(pair.model.get("V" + v));
                }
            }
            for (var pair : pairs) {
                assertThat(pair.scope.variables().commandEnv()).isEqualTo(pair.model.commandEnv());
                assertThat(new ArrayList<>(pair.scope.variables().env().keySet()))
                        .isEqualTo(new ArrayList<>(pair.model.env.keySet()));
            }
            for (var one : kept) {
                assertThat(one.variables.commandEnv()).isEqualTo(one.then);
            }
        }
    }

    private static void step(
            int what, String name, String value, Pair pair, List<Pair> pairs, List<Kept> kept) {
        switch (what) {
            case 0 -> pairs.add(new Pair(pair.scope.copy(), pair.model.copy()));
            case 1 -> {
                boolean there = pair.model.env.remove(name) != null;
                assertThat(pair.scope.removeEnv(name)).isEqualTo(there);
            }
            case 2 -> {
                pair.scope.declareArg(name, null);
                pair.model.args.put(name, null);
            }
            case 3, 4 -> {
                pair.scope.declareArg(name, value);
                pair.model.args.put(name, value);
            }
            case 5 -> kept.add(new Kept(pair.scope.variables(), pair.model.commandEnv()));
            default -> {
                pair.scope.setEnv(name, value);
                pair.model.env.put(name, value);
            }
        }
    }

    @Test
    void clearEnv_leavesThePathAndTheArguments() {
        var base = new Scope();
        base.setEnv("A", "1");
        base.setEnv("PATH", "/bin");
        base.declareArg("B", "2");
        var scope = base.copy();
        scope.setEnv("C", "3");
        assertThat(scope.clearEnv()).isTrue();
        assertThat(scope.clearEnv()).isFalse();
        assertThat(scope.variables().commandEnv()).containsExactly("PATH=/bin", "B=2");
        assertThat(base.variables().commandEnv()).containsExactly("A=1", "PATH=/bin", "B=2");
    }

    @Test
    void variables_areEqualIfACommandSeesTheSame() {
        var a = new Scope();
        a.setEnv("A", "1");
        a.setEnv("A", "2");
        var b = new Scope();
        b.setEnv("A", "2");
        assertThat(a.variables()).isEqualTo(b.variables()).hasSameHashCodeAs(b.variables());
        b.declareArg("B", "1");
        assertThat(a.variables()).isNotEqualTo(b.variables());
    }
}
