package dev.slipway.base;

/// A Debian package version, ordered as deb-version(7) says: `[epoch:]upstream[-revision]`.
///
/// Equality is that of the order: `0:1.0`, `1.0` and `1.0-0` are the same version. The text is kept
/// as it was written.
public final class DebVersion implements Comparable<DebVersion> {
    private static final int MAX_LENGTH = 512;

    private final String text;
    private final int epochEnd;
    private final int upstreamEnd;

    private DebVersion(String text) {
        this.text = text;
        this.epochEnd = Math.max(text.indexOf(':'), 0);
        int dash = text.lastIndexOf('-');
        this.upstreamEnd = dash < upstreamStart() ? text.length() : dash;
    }

    /// Takes any text for a version: the order is defined for all of them.
    static DebVersion of(String text) {
        var trimmed = text.strip();
        return new DebVersion(
                trimmed.length() > MAX_LENGTH ? trimmed.substring(0, MAX_LENGTH) : trimmed);
    }

    private int upstreamStart() {
        return epochEnd == 0 ? 0 : epochEnd + 1;
    }

    @Override
    public int compareTo(DebVersion other) {
        int order = compareNumbers(text, 0, epochEnd, other.text, 0, other.epochEnd);
        if (order == 0) {
            order =
                    comparePart(
                            text,
                            upstreamStart(),
                            upstreamEnd,
                            other.text,
                            other.upstreamStart(),
                            other.upstreamEnd);
        }
        if (order == 0) {
            order =
                    comparePart(
                            text,
                            Math.min(upstreamEnd + 1, text.length()),
                            text.length(),
                            other.text,
                            Math.min(other.upstreamEnd + 1, other.text.length()),
                            other.text.length());
        }
        return order;
    }

    /// Alternates between runs without digits, compared by [#weight], and numbers.
    private static int comparePart(String a, int i, int aEnd, String b, int j, int bEnd) {
        while (i < aEnd || j < bEnd) {
            while ((i < aEnd && !isDigit(a.charAt(i))) || (j < bEnd && !isDigit(b.charAt(j)))) {
                int difference = weight(a, i, aEnd) - weight(b, j, bEnd);
                if (difference != 0) {
                    return difference;
                }
                i++;
                j++;
            }
            int iEnd = digitsEnd(a, i, aEnd);
            int jEnd = digitsEnd(b, j, bEnd);
            int order = compareNumbers(a, i, iEnd, b, j, jEnd);
            if (order != 0) {
                return order;
            }
            i = iEnd;
            j = jEnd;
        }
        return 0;
    }

    /// `~` sorts below the end, the end below letters, letters below everything else. A digit ends
    /// the run, so it weighs what the end weighs.
    private static int weight(String text, int at, int end) {
        if (at >= end) {
            return 0;
        }
        char c = text.charAt(at);
        if (c == '~') {
            return -1;
        }
        if (isDigit(c)) {
            return 0;
        }
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ? c : c + 0x10000;
    }

    /// Numbers of any length: no overflow.
    private static int compareNumbers(String a, int i, int aEnd, String b, int j, int bEnd) {
        int from = skipZeros(a, i, aEnd);
        int otherFrom = skipZeros(b, j, bEnd);
        int byLength = (aEnd - from) - (bEnd - otherFrom);
        if (byLength != 0) {
            return byLength;
        }
        for (int k = 0; k < aEnd - from; k++) {
            int difference = a.charAt(from + k) - b.charAt(otherFrom + k);
            if (difference != 0) {
                return difference;
            }
        }
        return 0;
    }

    private static int skipZeros(String text, int at, int end) {
        while (at < end && text.charAt(at) == '0') {
            at++;
        }
        return at;
    }

    private static int digitsEnd(String text, int at, int end) {
        while (at < end && isDigit(text.charAt(at))) {
            at++;
        }
        return at;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof DebVersion version && compareTo(version) == 0;
    }

    /// Equal versions may be written differently (`1.0`, `1.00`), so only the digits and letters
    /// that cannot vanish take part.
    @Override
    public int hashCode() {
        int hash = 0;
        for (int i = upstreamStart(); i < upstreamEnd; i++) {
            char c = text.charAt(i);
            hash = c == '0' ? hash : 31 * hash + c;
        }
        return hash;
    }

    @Override
    public String toString() {
        return text;
    }
}
