package dev.slipway.dockerfile;

import java.util.ArrayList;
import java.util.List;

/// Cuts an instruction into keyword, flags and the rest.
final class InstructionSplitter {
    private final LogicalLine line;
    private final String text;
    private final List<Flag> flags = new ArrayList<>();
    private int at;
    private int end;
    private int equals; // where the first '=' of the flag being read is, or -1

    InstructionSplitter(LogicalLine line) {
        this.line = line;
        this.text = line.text();
    }

    /// @param restStart where the rest starts; at most `restEnd`, and neither is at a space
    record Split(Word keyword, List<Flag> flags, int restStart, int restEnd) {}

    /// Cuts the part from `start` to `limit`, which must hold more than spaces.
    Split split(int start, int limit) {
        int first = Chars.skipSpace(text, start, limit);
        end = Chars.dropSpace(text, first, limit);
        int keywordEnd = Chars.findBlank(text, first, end);
        at = keywordEnd;
        readFlags();
        int rest = Chars.skipSpace(text, at, end);
        return new Split(line.word(first, keywordEnd), flags, rest, end);
    }

    // Flags are the words that start with two dashes, up to `--` or any other word.
    private void readFlags() {
        while (true) {
            at = Chars.skipSpace(text, at, end);
            int start = at;
            if (end - at < 2 || text.charAt(at) != '-' || text.charAt(at + 1) != '-') {
                return;
            }
            String flag = readFlag();
            if (flag.equals("--")) {
                return;
            }
            flags.add(flag(flag, start));
        }
    }

    private Flag flag(String flag, int start) {
        int cut = flag.indexOf('=');
        Range range = line.range(start, at);
        return cut < 0
                ? new Flag(flag.substring(2), null, range, null)
                : new Flag(
                        flag.substring(2, cut),
                        flag.substring(cut + 1),
                        range,
                        line.range(equals + 1, at));
    }

    // Quotes group and the backslash escapes, whatever the escape directive says.
    private String readFlag() {
        StringBuilder flag = new StringBuilder();
        char quote = 0;
        equals = -1;
        for (; at < end; at++) {
            char c = text.charAt(at);
            if (quote == 0 && Chars.isSpace(c)) {
                break;
            }
            if (quote != 0 ? c == quote : c == '\'' || c == '"') {
                quote = quote == 0 ? c : 0;
                continue;
            }
            if (c == '\\') {
                if (++at == end) {
                    break;
                }
                c = text.charAt(at);
            }
            if (c == '=' && equals < 0) {
                equals = at;
            }
            flag.append(c);
        }
        return flag.toString();
    }
}
