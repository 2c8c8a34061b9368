package dev.slipway.dockerfile;

final class Pointer {
    private Pointer() {}

    static String of(String line, Range range, int width) {
        return line + range + width;
    }
}
