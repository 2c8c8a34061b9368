package dev.slipway.build.record;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/// The last lines of each step's log, as many as a page can hold.
final class PageLogs {
    private static final int LINES_PER_STEP = 1000;
    private static final long CHARACTERS = 16L << 20;

    private final Map<Integer, Deque<LogLine>> lines = new HashMap<>();
    private long characters;

    static PageLogs of(BuildRecords records, String id) throws IOException {
        var logs = new PageLogs();
        records.logs(id, logs::add);
        return logs;
    }

    private void add(LogLine line) {
        var kept = lines.computeIfAbsent(line.step(), _ -> new ArrayDeque<>());
        kept.addLast(line);
        characters += line.text().length();
        while (kept.size() > LINES_PER_STEP || (characters > CHARACTERS && kept.size() > 1)) {
            characters -= kept.removeFirst().text().length();
        }
    }

    /// The last lines of a step, oldest first.
    Deque<LogLine> of(int step) {
        return lines.getOrDefault(step, new ArrayDeque<>());
    }

    /// A line without the escape sequences that colour it on a terminal.
    static String plain(String line) {
        int escape = line.indexOf('\u001b');
        if (escape < 0) {
            return line;
        }
        var text = new StringBuilder(line.length());
        int at = 0;
        while (at < line.length()) {
            char c = line.charAt(at);
            if (c != '\u001b') {
                text.append(c);
                at++;
            } else {
                at = afterEscape(line, at + 1);
            }
        }
        return text.toString();
    }

    /// Where a sequence that began before `at` is over: ECMA-48, 5.4.
    private static int afterEscape(String line, int at) {
        if (at >= line.length()) {
            return at;
        }
        if (line.charAt(at) != '[') {
            return at + 1;
        }
        int end = at + 1;
        while (end < line.length() && (line.charAt(end) < '@' || line.charAt(end) > '~')) {
            end++;
        }
        return Math.min(line.length(), end + 1);
    }
}
