package dev.slipway.image.tar;

/// How much of an archive is taken before it is refused: what is read is not trusted.
///
/// @param entries the most entries
/// @param extendedHeaderBytes the most bytes of one pax header or GNU long name
/// @param pathBytes the longest path
/// @param linkBytes the longest link target
/// @param sparseRegions the most data regions of one sparse file
/// @param archiveBytes the most bytes of the uncompressed archive
/// @param fileBytes the largest file, holes included
public record TarLimits(
        long entries,
        int extendedHeaderBytes,
        int pathBytes,
        int linkBytes,
        int sparseRegions,
        long archiveBytes,
        long fileBytes) {
    /// What any image seen in practice stays far below: a million entries, 1 MiB of extended
    /// header, paths as long as the kernel takes them, 1 TiB of archive, 16 TiB a file.
    public static final TarLimits DEFAULT =
            new TarLimits(1_000_000, 1 << 20, 4095, 4095, 1 << 16, 1L << 40, 1L << 44);

    public TarLimits {
        if (entries < 0
                || extendedHeaderBytes < 0
                || pathBytes < 0
                || linkBytes < 0
                || sparseRegions < 0
                || archiveBytes < 0
                || fileBytes < 0) {
            throw new IllegalArgumentException("a limit is negative");
        }
    }
}
