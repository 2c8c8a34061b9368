package dev.slipway.image.tar;

import java.util.Arrays;

/// Where a sparse file has data; all else is holes. Regions are in order, apart, and inside the
/// file.
final class SparseMap {
    private final long realSize;
    private final long[] starts;
    private final long[] lengths;
    private final int count;

    private SparseMap(long realSize, long[] starts, long[] lengths, int count) {
        this.realSize = realSize;
        this.starts = starts;
        this.lengths = lengths;
        this.count = count;
    }

    /// The size of the file in bytes, holes included.
    long realSize() {
        return realSize;
    }

    int count() {
        return count;
    }

    long start(int region) {
        return starts[region];
    }

    long end(int region) {
        return starts[region] + lengths[region];
    }

    /// Collects regions as a header, extension or map lists them. The list grows with what was
    /// really read, so that a count promised by the archive allocates nothing (CVE-2025-58183).
    static final class Builder {
        private final int limit;
        private final long offset;
        private long[] starts = new long[8];
        private long[] lengths = new long[8];
        private int count;

        /// @param limit the most regions
        /// @param offset of the header, for errors
        Builder(int limit, long offset) {
            this.limit = limit;
            this.offset = offset;
        }

        void add(long start, long length) throws TarException {
            if (start < 0 || length < 0 || start > Long.MAX_VALUE - length) {
                throw new TarException(offset, "a sparse region is out of range");
            }
            if (count > 0 && start < starts[count - 1] + lengths[count - 1]) {
                throw new TarException(offset, "sparse regions overlap or are out of order");
            }
            if (length == 0) { // GNU tar marks the end of the file so
                return;
            }
            if (count == limit) {
                throw new TarException(offset, "a sparse file has over " + limit + " regions");
            }
            if (count == starts.length) {
                starts = Arrays.copyOf(starts, count * 2);
                lengths = Arrays.copyOf(lengths, count * 2);
            }
            starts[count] = start;
            lengths[count++] = length;
        }

        /// @param storedSize bytes of data that the archive holds for the file
        SparseMap build(long realSize, long storedSize) throws TarException {
            long sum = 0;
            for (int i = 0; i < count; i++) {
                sum += lengths[i];
            }
            if (sum != storedSize) {
                throw new TarException(
                        offset, "sparse regions add up to " + sum + " of " + storedSize + " bytes");
            }
            if (realSize < 0 || (count > 0 && starts[count - 1] + lengths[count - 1] > realSize)) {
                throw new TarException(offset, "a sparse region lies beyond the end of its file");
            }
            return new SparseMap(realSize, starts, lengths, count);
        }
    }
}
