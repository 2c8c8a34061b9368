package dev.slipway.image;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Instant;
import java.util.Random;

class Rfc3339Test {
    @ParameterizedTest
    @CsvSource({
        "2026-11-23T14:00:00Z, 2026-11-23T14:00:00Z",
        "2026-11-23T14:00:00.5Z, 2026-11-23T14:00:00.5Z",
        "2026-11-23T14:00:00.123456789Z, 2026-11-23T14:00:00.123456789Z",
        "2026-11-23T14:00:00.120000000Z, 2026-11-23T14:00:00.12Z",
        "2026-11-23T16:30:00+02:30, 2026-11-23T14:00:00Z",
        "2026-11-23t14:00:00z, 2026-11-23T14:00:00Z",
        "0001-01-01T00:00:00Z, 0001-01-01T00:00:00Z",
        "2016-12-31T23:59:60Z, 2016-12-31T23:59:59Z",
    })
    void parse_thenFormat(String text, String normal) {
        Instant time = java.util.Objects.requireNonNull(Rfc3339.parse(text));
        assertThat(Rfc3339.format(time)).isEqualTo(normal);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "2026-11-23",
                "2026-11-23T14:00:00",
                "2026-13-23T14:00:00Z",
                "2026-02-30T14:00:00Z",
                "2026-11-23T14:00:00.Z",
                "2026-11-23T14:00:00ZZ",
                "2026-11-23T14:00:00+0200",
                "2026-11-23T14:00:00.5",
                "x026-11-23T14:00:00Z",
            })
    void parse_anythingElseIsNull(String text) {
        assertThat(Rfc3339.parse(text)).isNull();
    }

    @Test
    void format_readsBack() {
        var random = new Random(1);
        for (int i = 0; i < 10_000; i++) {
            Instant time =
                    Instant.ofEpochSecond(
                            random.nextLong(4_000_000_000L), random.nextInt(1_000_000_000));
            assertThat(Rfc3339.parse(Rfc3339.format(time))).isEqualTo(time);
        }
    }
}
