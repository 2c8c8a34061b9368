package dev.slipway.lint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.concurrent.atomic.AtomicIntegerArray;

class WorkersTest {
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 9, 1000})
    void each_isDoneOnce(int count) {
        AtomicIntegerArray done = new AtomicIntegerArray(count);
        Workers.forEach(count, done::incrementAndGet);
        for (int i = 0; i < count; i++) {
            assertThat(done.get(i)).isOne();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 1000})
    void failure_isThrown(int count) {
        assertThatThrownBy(() ->
                        Workers.forEach(
                                count,
                                i -> {
                                    if (i == count / 2) {
                                        throw new IllegalStateException("here");
                                    }
                                }))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("here");
    }
}
