package dev.slipway.build.bake;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;

/// One definition written as HCL and as JSON means the same.
class BakeFormsTest {
    static LongStream seeds() {
        return LongStream.range(0, 150);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void hclAndJson_printTheSame(long seed) throws Exception {
        var generator = new BakeGenerator(new Random(seed));
        var hcl = generator.hcl();
        var json = generator.json();
        var fromHcl = Bakes.hcl(hcl).plan(List.of("*"), List.of()).toJson();
        var fromJson = Bakes.json(json).plan(List.of("*"), List.of()).toJson();
        assertThat(fromJson).as(hcl + "\n" + json).isEqualTo(fromHcl);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void brokenFiles_failInATypedWay(long seed) {
        var random = new Random(seed);
        var generator = new BakeGenerator(random);
        for (var name : List.of("f.hcl", "f.json")) {
            var text = new StringBuilder(name.endsWith("l") ? generator.hcl() : generator.json());
            for (int i = 0; i < 20; i++) {
                int at = random.nextInt(text.length());
                switch (random.nextInt(3)) {
                    case 0 -> text.deleteCharAt(at);
                    case 1 -> text.insert(at, "{}[]\"$%\\=:,.\n(".charAt(random.nextInt(14)));
                    default -> text.setCharAt(at, text.charAt(random.nextInt(text.length())));
                }
                try {
                    Bakes.files(Map.of(), new BakeSource(name, text.toString()))
                            .plan(List.of("*"), List.of());
                } catch (BakeException expected) {
                    assertThat(expected).hasMessageNotContaining("null pointer");
                }
            }
        }
    }
}
