package dev.slipway.dockerfile;

final class MountOptions {
    private MountOptions() {}

    static Mount resolve(MountFlag flag, MountFlag.Expansion expansion)
            throws MountException, ExpansionException {
        throw new UnsupportedOperationException(flag + " " + expansion);
    }
}
