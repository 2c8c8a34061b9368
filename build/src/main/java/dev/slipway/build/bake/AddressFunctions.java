package dev.slipway.build.bake;

import org.jspecify.annotations.Nullable;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/// Functions of address ranges in CIDR notation: RFC 4632, RFC 4291.
final class AddressFunctions {
    /// @param bits 32 or 128
    /// @param length how many of them the range fixes
    private record Range(BigInteger address, int bits, int length) {

        static Range parse(String text) throws FunctionException {
            int slash = text.indexOf('/');
            if (slash > 0) {
                var bytes = bytes(text.substring(0, slash));
                int length = digits(text.substring(slash + 1));
                if (bytes != null && length >= 0 && length <= bytes.length * 8) {
                    int free = bytes.length * 8 - length;
                    var start = new BigInteger(1, bytes).shiftRight(free).shiftLeft(free);
                    return new Range(start, bytes.length * 8, length);
                }
            }
            throw new FunctionException(0, "'" + text + "' is no range such as 10.0.0.0/8");
        }

        Range subnet(int more, BigInteger number) throws FunctionException {
            int longer = length + more;
            if (more < 0 || longer > bits) {
                throw new FunctionException(
                        1, "a range /" + length + " has no " + more + " bits more");
            }
            if (number.signum() < 0 || number.bitLength() > more) {
                throw new FunctionException(2, more + " bits have no number " + number);
            }
            return new Range(address.add(number.shiftLeft(bits - longer)), bits, longer);
        }

        String text() {
            return AddressFunctions.text(address, bits) + "/" + length;
        }
    }

    private AddressFunctions() {}

    static void addTo(Functions to) {
        to.add("cidrhost", 2, AddressFunctions::host);
        to.add("cidrnetmask", 1, AddressFunctions::mask);
        to.add("cidrsubnet", 3, AddressFunctions::subnet);
        to.add("cidrsubnets", 1, -1, AddressFunctions::subnets);
    }

    private static int digits(String text) {
        try {
            return text.length() > 3 || text.startsWith("+") ? -1 : Integer.parseInt(text);
        } catch (NumberFormatException _) {
            return -1;
        }
    }

    private static byte @Nullable [] bytes(String text) {
        if (text.indexOf(':') >= 0) {
            return sixteen(text);
        }
        var parts = text.split("\\.", -1);
        var bytes = new byte[4];
        for (int i = 0; i < 4; i++) {
            int number = parts.length == 4 ? digits(parts[i]) : -1;
            if (number < 0 || number > 255) {
                return null;
            }
            bytes[i] = (byte) number;
        }
        return bytes;
    }

    private static byte @Nullable [] sixteen(String text) {
        int gap = text.indexOf("::");
        var head = groups(gap < 0 ? text : text.substring(0, gap));
        var tail = groups(gap < 0 ? "" : text.substring(gap + 2));
        if (head == null || tail == null) {
            return null;
        }
        int missing = 8 - head.size() - tail.size();
        if (gap < 0 ? missing != 0 : missing < 1) {
            return null;
        }
        var hex = new StringBuilder(String.join("", head)).repeat("0000", missing);
        hex.append(String.join("", tail));
        return HexFormat.of().parseHex(hex);
    }

    private static @Nullable List<String> groups(String text) {
        List<String> groups = new ArrayList<>();
        if (text.isEmpty()) {
            return groups;
        }
        for (var group : text.split(":", -1)) {
            if (group.isEmpty()
                    || group.length() > 4
                    || !group.chars().allMatch(HexFormat::isHexDigit)) {
                return null;
            }
            groups.add("0".repeat(4 - group.length()) + group);
        }
        return groups;
    }

    private static String text(BigInteger address, int bits) {
        var text = new StringBuilder();
        if (bits == 32) {
            for (int i = 3; i >= 0; i--) {
                text.append(address.shiftRight(8 * i).intValue() & 0xff).append(i > 0 ? "." : "");
            }
            return text.toString();
        }
        int[] groups = new int[8];
        for (int i = 0; i < 8; i++) {
            groups[i] = address.shiftRight(16 * (7 - i)).intValue() & 0xffff;
        }
        return shortened(groups);
    }

    /// RFC 5952: the longest run of zero groups, of two at least, is `::`.
    private static String shortened(int[] groups) {
        int start = -1;
        int length = 1;
        for (int i = 0; i < 8; i++) {
            int run = 0;
            while (i + run < 8 && groups[i + run] == 0) {
                run++;
            }
            if (run > length) {
                start = i;
                length = run;
            }
        }
        var text = new StringBuilder();
        for (int i = 0; i < 8; i++) {
            if (i == start) {
                text.append("::");
                i += length - 1;
            } else {
                if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
                    text.append(':');
                }
                text.append(Integer.toHexString(groups[i]));
            }
        }
        return text.toString();
    }

    private static Value host(Arguments a) throws FunctionException {
        var range = Range.parse(a.text(0));
        var number = a.number(1).toBigInteger();
        int free = range.bits() - range.length();
        if (number.abs().bitLength() > free + (number.signum() < 0 ? 1 : 0)) {
            throw new FunctionException(1, range.text() + " has no host " + number);
        }
        var offset = number.signum() < 0 ? BigInteger.ONE.shiftLeft(free).add(number) : number;
        return Value.text(text(range.address().add(offset), range.bits()));
    }

    private static Value mask(Arguments a) throws FunctionException {
        var range = Range.parse(a.text(0));
        if (range.bits() != 32) {
            throw new FunctionException(0, "only IPv4 has netmasks");
        }
        var mask =
                BigInteger.ONE
                        .shiftLeft(32)
                        .subtract(BigInteger.ONE.shiftLeft(32 - range.length()));
        return Value.text(text(mask, 32));
    }

    private static Value subnet(Arguments a) throws FunctionException {
        var number = a.number(2).toBigInteger();
        return Value.text(Range.parse(a.text(0)).subnet(a.whole(1), number).text());
    }

    private static Value subnets(Arguments a) throws FunctionException {
        var whole = Range.parse(a.text(0));
        List<Value> ranges = new ArrayList<>();
        var next = whole.address();
        var end = next.add(BigInteger.ONE.shiftLeft(whole.bits() - whole.length()));
        for (int i = 1; i < a.size(); i++) {
            int length = whole.length() + a.whole(i);
            if (length <= whole.length() || length > whole.bits()) {
                throw new FunctionException(i, "this many bits more are not possible");
            }
            var size = BigInteger.ONE.shiftLeft(whole.bits() - length);
            var start = next.add(size).subtract(BigInteger.ONE).divide(size).multiply(size);
            next = start.add(size);
            if (next.compareTo(end) > 0) {
                throw new FunctionException(i, "there is not enough room in " + whole.text());
            }
            ranges.add(Value.text(new Range(start, whole.bits(), length).text()));
        }
        return Value.items(ranges);
    }
}
