package dev.slipway.image.tar;

/// Numbers of a member, from its pax records or else from its header.
final class TarFields {
    private TarFields() {}

    static long number(PaxRecords pax, String key, long otherwise, long offset)
            throws TarException {
        byte[] value = pax.get(key);
        if (value == null) {
            return otherwise;
        }
        long number = TarNumbers.parseDecimal(value, 0, value.length);
        if (number < 0) {
            throw new TarException(offset, "pax record '" + key + "' is no number");
        }
        return number;
    }

    /// A user or group, which the kernel holds in 32 bits; the last one means "none".
    static int id(PaxRecords pax, String key, long otherwise, long offset) throws TarException {
        long id = number(pax, key, otherwise, offset);
        if (id < 0 || id >= 0xffff_ffffL) {
            throw new TarException(offset, key + " " + id + " is out of range");
        }
        return (int) id;
    }

    static int device(long number, long offset) throws TarException {
        if (number < 0 || number > Integer.MAX_VALUE) {
            throw new TarException(offset, "device number " + number + " is out of range");
        }
        return (int) number;
    }
}
