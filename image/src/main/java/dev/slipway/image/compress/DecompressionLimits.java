package dev.slipway.image.compress;

/// How far a compressed stream may expand before it is taken for a bomb.
///
/// @param bytes the most bytes that come out
/// @param ratio the most bytes that come out for each that goes in, once more than `freeBytes` came
///   out
/// @param freeBytes how much may come out whatever the ratio: a few files of zeros are no attack
public record DecompressionLimits(long bytes, long ratio, long freeBytes) {
    /// 1 TiB in all; beyond 8 GiB no more than 200 to 1.
    public static final DecompressionLimits DEFAULT =
            new DecompressionLimits(1L << 40, 200, 8L << 30);

    /// The default, with another bound on what comes out.
    public DecompressionLimits withBytes(long newBytes) {
        return new DecompressionLimits(newBytes, ratio, freeBytes);
    }
}
