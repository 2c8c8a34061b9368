package dev.slipway.image.tar;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// The records of pax extended headers: POSIX.1-2024 pax, "pax Header Block". Keys are held with
/// one char per byte; values are bytes, whatever `hdrcharset` says.
final class PaxRecords {
    private static final String XATTR = "SCHILY.xattr.";
    private static final String SPARSE = "GNU.sparse.";

    private final Map<String, byte[]> values = new HashMap<>();

    /// The region list of sparse format 0.0, whose keys repeat: their values in order.
    private final List<byte[]> sparseRegions = new ArrayList<>();

    /// Records of `globals` first, where they may apply to more than one member.
    static PaxRecords over(@Nullable PaxRecords globals) {
        PaxRecords records = new PaxRecords();
        if (globals != null) {
            records.values.putAll(globals.values);
        }
        return records;
    }

    boolean isEmpty() {
        return values.isEmpty() && sparseRegions.isEmpty();
    }

    byte @Nullable [] get(String key) {
        return values.get(key);
    }

    List<byte[]> sparseRegions() {
        return sparseRegions;
    }

    /// Drops what makes sense for one member only, so that a global header cannot give every file
    /// the same name or size.
    void dropMemberRecords() {
        values.keySet()
                .removeIf(key ->
                        key.equals("path")
                                || key.equals("linkpath")
                                || key.equals("size")
                                || key.startsWith(SPARSE));
        sparseRegions.clear();
    }

    /// Extended attributes by name. `%` and `=` come encoded, as GNU tar writes them.
    SortedMap<String, byte[]> xattrs() {
        SortedMap<String, byte[]> xattrs = new TreeMap<>();
        for (Map.Entry<String, byte[]> record : values.entrySet()) {
            if (record.getKey().startsWith(XATTR)) {
                String name = record.getKey().substring(XATTR.length());
                xattrs.put(decodeXattr(name), record.getValue());
            }
        }
        return xattrs;
    }

    /// Adds the records in `data`: `length key=value\n`, the length counting itself. An empty value
    /// takes the key back.
    void parse(byte[] data, long offset) throws TarException {
        int at = 0;
        while (at < data.length) {
            int space = indexOf(data, ' ', at, Math.min(data.length, at + 20));
            long length = space < 0 ? -1 : TarNumbers.parseDecimal(data, at, space - at);
            if (length < 0 || length > data.length - at) {
                throw new TarException(offset, "a pax record has no valid length");
            }
            int end = at + (int) length; // behind the newline
            int equals = indexOf(data, '=', space + 1, end - 1);
            if (end - 1 <= space || data[end - 1] != '\n' || equals <= space + 1) {
                throw new TarException(offset, "a pax record is not 'length key=value'");
            }
            String key = TarHeader.latin1(data, space + 1, equals - space - 1);
            put(key, java.util.Arrays.copyOfRange(data, equals + 1, end - 1), offset);
            at = end;
        }
    }

    private void put(String key, byte[] value, long offset) throws TarException {
        if (key.equals("GNU.sparse.offset") || key.equals("GNU.sparse.numbytes")) {
            boolean offsetIsNext = sparseRegions.size() % 2 == 0;
            if (offsetIsNext != key.equals("GNU.sparse.offset")) {
                throw new TarException(offset, "sparse offsets and lengths do not alternate");
            }
            sparseRegions.add(value);
            return;
        }
        boolean text = !key.startsWith(XATTR);
        if (text && indexOf(value, 0, 0, value.length) >= 0) {
            throw new TarException(offset, "pax record '" + key + "' has a NUL");
        }
        if (value.length == 0 && text) {
            values.remove(key);
        } else {
            values.put(key, value);
        }
    }

    private static int indexOf(byte[] data, int wanted, int from, int to) {
        for (int i = from; i < to; i++) {
            if (data[i] == wanted) {
                return i;
            }
        }
        return -1;
    }

    private static String decodeXattr(String key) {
        return key.indexOf('%') < 0 ? key : key.replace("%3D", "=").replace("%25", "%");
    }

    static String xattrKey(String name) {
        boolean plain = name.indexOf('%') < 0 && name.indexOf('=') < 0;
        return XATTR + (plain ? name : name.replace("%", "%25").replace("=", "%3D"));
    }

    /// One record, its length counting itself.
    static byte[] format(String key, byte[] value) {
        int rest = key.length() + value.length + 3; // space, '=', newline
        int length = rest + digits(rest);
        if (digits(length) != digits(rest)) {
            length = rest + digits(length);
        }
        byte[] record = new byte[length];
        byte[] head = (length + " " + key + "=").getBytes(StandardCharsets.ISO_8859_1);
        System.arraycopy(head, 0, record, 0, head.length);
        System.arraycopy(value, 0, record, head.length, value.length);
        record[length - 1] = '\n';
        return record;
    }

    private static int digits(int value) {
        int digits = 1;
        for (int rest = value; rest >= 10; rest /= 10) {
            digits++;
        }
        return digits;
    }
}
