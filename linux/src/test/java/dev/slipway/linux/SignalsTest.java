package dev.slipway.linux;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SignalsTest {
    @Test
    void await_signalSent_returnsItsNumber() throws Exception {
        try (Signals signals = Signals.receive(Signals.SIGWINCH, Signals.SIGHUP);
                ChildProcess self = ChildProcess.of((int) Host.pid())) {
            for (int i = 0; i < 100; i++) {
                self.signal(Signals.SIGWINCH);
                assertThat(signals.await()).isEqualTo(Signals.SIGWINCH);
                self.signal(Signals.SIGHUP);
                assertThat(signals.await()).isEqualTo(Signals.SIGHUP);
            }
        }
    }

    @Test
    void close_putsBackWhatWas() throws Exception {
        try (ChildProcess self = ChildProcess.of((int) Host.pid())) {
            Signals.receive(Signals.SIGWINCH).close();
            self.signal(Signals.SIGWINCH); // ignored by default: this process lives on
        }
    }

    @Test
    void await_closed_returnsMinusOne() throws Exception {
        Signals signals = Signals.receive(Signals.SIGWINCH);
        Thread closer = Thread.ofPlatform().start(signals::close);
        assertThat(signals.await()).isEqualTo(-1);
        closer.join();
    }
}
