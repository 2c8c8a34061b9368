package dev.slipway.dockerfile;

final class Signals {
    private Signals() {}

    static int number(String signal) {
        return signal.isEmpty() ? -1 : 1;
    }
}
