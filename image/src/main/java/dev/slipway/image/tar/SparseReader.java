package dev.slipway.image.tar;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.List;

/// Finds the region map of a sparse file: GNU tar manual, "Storing Sparse Files".
final class SparseReader {
    private final TarInput input;
    private final long offset;
    private final TarLimits limits;
    private final SparseMap.Builder map;

    SparseReader(TarInput input, TarLimits limits, long offset) {
        this.input = input;
        this.limits = limits;
        this.offset = offset;
        this.map = new SparseMap.Builder(limits.sparseRegions(), offset);
    }

    /// The map, with the input at the first byte of data; null, and the input not moved, if the
    /// file is not sparse.
    ///
    /// @param stored bytes that the archive holds for this member
    @Nullable SparseMap read(TarHeader header, PaxRecords pax, long stored) throws IOException {
        if (header.type() == 'S') {
            return oldGnu(header, stored);
        }
        byte[] major = pax.get("GNU.sparse.major");
        if (major != null) {
            return version1(pax, major, stored);
        }
        byte[] list = pax.get("GNU.sparse.map");
        if (list == null && pax.sparseRegions().isEmpty() && pax.get("GNU.sparse.size") == null) {
            return null;
        }
        if (list == null) {
            version00(pax.sparseRegions());
        } else {
            version01(list);
        }
        input.startData(stored);
        return map.build(number(pax, "GNU.sparse.size"), stored);
    }

    private SparseMap oldGnu(TarHeader header, long stored) throws IOException {
        long realSize = header.gnuRealSize();
        boolean more = header.addGnuRegions(map);
        // Blocks without regions would let this go on until the archive limit only: bound them too.
        for (int blocks = 0; more; blocks++) {
            byte[] block = input.block();
            if (block == null || blocks > limits.sparseRegions()) {
                throw new TarException(offset, "the sparse map does not end");
            }
            more = TarHeader.addExtension(block, offset, map);
        }
        input.startData(stored);
        return map.build(realSize, stored);
    }

    private void version00(List<byte[]> regions) throws TarException {
        for (int i = 0; i + 1 < regions.size(); i += 2) {
            map.add(decimal(regions.get(i)), decimal(regions.get(i + 1)));
        }
    }

    private void version01(byte[] list) throws TarException {
        long start = -1;
        for (int at = 0; at < list.length; ) {
            int end = at;
            while (end < list.length && list[end] != ',') {
                end++;
            }
            long number = TarNumbers.parseDecimal(list, at, end - at);
            if (number < 0) {
                throw new TarException(offset, "the sparse map is no list of numbers");
            }
            if (start < 0) {
                start = number;
            } else {
                map.add(start, number);
                start = -1;
            }
            at = end + 1;
        }
        if (start >= 0) {
            throw new TarException(offset, "the sparse map has an odd number of numbers");
        }
    }

    /// Format 1.0: the map stands before the data, as lines, filled up to a block.
    private SparseMap version1(PaxRecords pax, byte[] major, long stored) throws IOException {
        byte[] minor = pax.get("GNU.sparse.minor");
        if (decimal(major) != 1 || minor == null || decimal(minor) != 0) {
            throw new TarException(offset, "a sparse format other than 0.0, 0.1 and 1.0");
        }
        input.startData(stored);
        Lines lines = new Lines();
        long count = lines.next();
        if (count > limits.sparseRegions()) {
            throw new TarException(offset, "a sparse file has " + count + " regions");
        }
        for (long i = 0; i < count; i++) {
            long start = lines.next();
            map.add(start, lines.next());
        }
        return map.build(number(pax, "GNU.sparse.realsize"), stored - lines.blockBytes);
    }

    private long number(PaxRecords pax, String key) throws TarException {
        byte[] value = pax.get(key);
        return value == null ? -1 : decimal(value);
    }

    private long decimal(byte[] text) throws TarException {
        long number = TarNumbers.parseDecimal(text, 0, text.length);
        if (number < 0) {
            throw new TarException(offset, "a number of the sparse map is none");
        }
        return number;
    }

    /// Decimal numbers, a line each, in whole blocks of data.
    private final class Lines {
        private final byte[] block = new byte[TarHeader.BLOCK];
        private int at = TarHeader.BLOCK;
        private long blockBytes;

        long next() throws IOException {
            byte[] digits = new byte[20];
            int count = 0;
            for (byte b = nextByte(); b != '\n'; b = nextByte()) {
                if (count == digits.length) {
                    throw new TarException(offset, "a number of the sparse map is none");
                }
                digits[count++] = b;
            }
            long number = TarNumbers.parseDecimal(digits, 0, count);
            if (number < 0) {
                throw new TarException(offset, "a number of the sparse map is none");
            }
            return number;
        }

        private byte nextByte() throws IOException {
            if (at == TarHeader.BLOCK) {
                for (int read = 0; read < TarHeader.BLOCK; ) {
                    int n = input.readData(block, read, TarHeader.BLOCK - read);
                    if (n < 0) {
                        throw new TarException(offset, "the sparse map is longer than its file");
                    }
                    read += n;
                }
                blockBytes += TarHeader.BLOCK;
                at = 0;
            }
            return block[at++];
        }
    }
}
