package dev.slipway.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Arrays;
import java.util.List;

/// Which tags follow which.
class TagSeriesTest {
    private static String newer(String tag, String others) {
        return TagSeries.newer(tag, Arrays.asList(others.split(" ", -1))).toString();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    3.19.1 | 3.19.1 3.19.3 3.19.10 3.20.0 3.22.1 4.0.0 5.1.0 latest edge | {patch=3.19.10, minor=3.22.1, major=5.1.0}
                    3.19.1 | 3.18.9 3.19.0 3.19.1 2.0.0 | {}
                    3.19 | 3.19.7 3.20 3.20.1 4 | {minor=3.20}
                    3 | 4 4.1 20240101 5 | {major=5}
                    3.12-slim | 3.13 3.13-slim 3.13-alpine 3.12.1-slim | {minor=3.13-slim}
                    3.12-alpine3.19 | 3.13-alpine3.20 3.13-alpine3.19 | {minor=3.13-alpine3.19}
                    v1.2.3 | 1.2.4 v1.2.4 V1.2.5 v01.2.9 | {patch=v01.2.9}
                    bookworm-20240101 | bookworm-20240201 trixie-20250101 bookworm-20240201-slim | {patch=bookworm-20240201}
                    1.9.0 | 1.10.0 1.10.0-rc.1 2.0.0-beta 2.0.0beta3 | {minor=1.10.0}
                    2.0.0-rc.1 | 2.0.0-rc.2 2.0.0-rc.10 2.0.0-beta.11 2.1.0-rc.1 | {patch=2.0.0-rc.10}
                    2.0.0-rc1-slim | 2.0.0-rc9-slim 2.0.0-slim 2.0.0-rc10-slim 2.0.0 | {patch=2.0.0-slim}
                    1.0-m1 | 1.0-m2 1.0-musl | {patch=1.0-m2}
                    1.0 | 1.1-musl 1.1-m1 | {}
                    latest | 1 2 3 | {}
                    """)
    void newer_isTheNewestOfEachLevel(String tag, String others, String expected) {
        assertThat(newer(tag, others)).isEqualTo(expected);
    }

    @Test
    void tagsOfStrangers_areNoTrouble() {
        String digits = "9".repeat(128);
        assertThat(TagSeries.newer("1." + digits, List.of("2." + digits, "a" + digits)))
                .hasToString("{major=2." + digits + "}");
        String dots = "1." + "1.".repeat(60) + "1";
        assertThat(TagSeries.newer(dots, List.of(dots + "-rc", dots + "x"))).isEmpty();
    }
}
