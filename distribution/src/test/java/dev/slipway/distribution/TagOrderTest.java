package dev.slipway.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

class TagOrderTest {
    private static final List<String> ORDERED =
            List.of(
                    "edge",
                    "latest",
                    "1.0.0-alpha",
                    "1.0.0-alpha.1",
                    "1.0.0-alpha.beta",
                    "1.0.0-beta.2",
                    "1.0.0-beta.11",
                    "1.0.0-rc.1",
                    "1.0.0",
                    "v1.2",
                    "1.2.0",
                    "1.9",
                    "1.10",
                    "v2",
                    "20240101",
                    "99999999999999999999999.1");

    @Test
    void order_isThatOfVersions_whateverTheOrderBefore() {
        var tags = new ArrayList<>(ORDERED);
        Collections.shuffle(tags, new Random(1));
        tags.sort(TagOrder.INSTANCE);
        assertThat(tags).isEqualTo(ORDERED);
    }

    @Test
    void release_isAVersionWithoutPrerelease() {
        assertThat(ORDERED.stream().filter(TagOrder::isRelease))
                .containsExactly(
                        "1.0.0",
                        "v1.2",
                        "1.2.0",
                        "1.9",
                        "1.10",
                        "v2",
                        "20240101",
                        "99999999999999999999999.1");
    }
}
