package dev.slipway.linux;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// Memory outside of the heap, at an address the kernel can be given: numbers in native order, at
/// any offset. It lives as long as this object, or the one it is a part of.
///
/// A direct buffer, not a memory segment: the first segment makes the JVM spin classes that no AOT
/// cache keeps, and each access goes through many small methods, which a process of a tenth of a
/// second interprets. Every access is checked against the bounds of the buffer.
final class Memory {
    private static final byte[] ZEROS = new byte[4096];

    private final ByteBuffer block;
    private final long blockAddress;
    private final int start;
    private final int size;

    private Memory(ByteBuffer block, long blockAddress, int start, int size) {
        this.block = block;
        this.blockAddress = blockAddress;
        this.start = start;
        this.size = size;
    }

    /// Zeroed memory of `size` bytes, 16-byte aligned.
    static Memory allocate(int size) {
        ByteBuffer block = ByteBuffer.allocateDirect(size).order(ByteOrder.nativeOrder());
        long address =
                NativeMethods.LOADED
                        ? NativeMethods.address(block)
                        : MemorySegment.ofBuffer(block).address();
        return new Memory(block, address, 0, size);
    }

    /// A part of this one.
    Memory slice(int offset, int length) {
        if ((offset | length) < 0 || length > size - offset) {
            throw new IndexOutOfBoundsException(offset + " + " + length + " of " + size);
        }
        return new Memory(block, blockAddress, start + offset, length);
    }

    long address() {
        return blockAddress + start;
    }

    /// Its size in bytes.
    int size() {
        return size;
    }

    byte getByte(int offset) {
        return block.get(start + offset);
    }

    short getShort(int offset) {
        return block.getShort(start + offset);
    }

    int getInt(int offset) {
        return block.getInt(start + offset);
    }

    long getLong(int offset) {
        return block.getLong(start + offset);
    }

    Memory putByte(int offset, byte value) {
        block.put(start + offset, value);
        return this;
    }

    Memory putShort(int offset, short value) {
        block.putShort(start + offset, value);
        return this;
    }

    Memory putInt(int offset, int value) {
        block.putInt(start + offset, value);
        return this;
    }

    Memory putLong(int offset, long value) {
        block.putLong(start + offset, value);
        return this;
    }

    /// Copies `length` bytes of `source` here.
    Memory put(int offset, byte[] source, int from, int length) {
        block.put(start + offset, source, from, length);
        return this;
    }

    /// Copies `length` bytes from here.
    void get(int offset, byte[] target, int to, int length) {
        block.get(start + offset, target, to, length);
    }

    /// A copy of the first `length` bytes.
    byte[] toArray(int length) {
        byte[] copy = new byte[length];
        block.get(start, copy, 0, length);
        return copy;
    }

    Memory clear() {
        for (int done = 0; done < size; done += ZEROS.length) {
            block.put(start + done, ZEROS, 0, Math.min(ZEROS.length, size - done));
        }
        return this;
    }
}
