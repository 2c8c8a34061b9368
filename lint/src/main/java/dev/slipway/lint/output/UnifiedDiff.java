package dev.slipway.lint.output;

import java.util.ArrayList;
import java.util.List;

/// The difference of two texts, as `diff -u` shows it.
public final class UnifiedDiff {
    private static final int CONTEXT = 3;
    private static final int MAX_CELLS = 16 << 20;

    private final List<String> before;
    private final List<String> after;
    private final List<Line> lines = new ArrayList<>();

    /// A line of the difference: ' ', '-' or '+'.
    private record Line(char sign, String text) {}

    private UnifiedDiff(List<String> before, List<String> after) {
        this.before = before;
        this.after = after;
    }

    /// Returns the difference; empty if there is none.
    ///
    /// @param name of the file
    public static String of(String name, String before, String after) {
        if (before.equals(after)) {
            return "";
        }
        UnifiedDiff diff = new UnifiedDiff(lines(before), lines(after));
        diff.compare();
        return "--- " + name + "\n+++ " + name + "\n" + diff.hunks();
    }

    private static List<String> lines(String text) {
        List<String> lines = new ArrayList<>();
        int start = 0;
        while (start < text.length()) {
            int newline = text.indexOf('\n', start);
            int end = newline < 0 ? text.length() : newline + 1;
            lines.add(text.substring(start, end));
            start = end;
        }
        return lines;
    }

    private void compare() {
        int head = 0;
        while (head < before.size()
                && head < after.size()
                && before.get(head).equals(after.get(head))) {
            head++;
        }
        int oldEnd = before.size();
        int newEnd = after.size();
        while (oldEnd > head
                && newEnd > head
                && before.get(oldEnd - 1).equals(after.get(newEnd - 1))) {
            oldEnd--;
            newEnd--;
        }
        add(' ', before, 0, head);
        middle(head, oldEnd, newEnd);
        add(' ', before, oldEnd, before.size());
    }

    private void add(char sign, List<String> from, int start, int end) {
        for (int i = start; i < end; i++) {
            lines.add(new Line(sign, from.get(i)));
        }
    }

    // The longest common subsequence of what differs.
    private void middle(int start, int oldEnd, int newEnd) {
        int n = oldEnd - start;
        int m = newEnd - start;
        if ((long) (n + 1) * (m + 1) > MAX_CELLS) {
            add('-', before, start, oldEnd);
            add('+', after, start, newEnd);
            return;
        }
        int[][] common = new int[n + 1][m + 1];
        for (int i = n - 1; i >= 0; i--) {
            for (int j = m - 1; j >= 0; j--) {
                common[i][j] =
                        before.get(start + i).equals(after.get(start + j))
                                ? common[i + 1][j + 1] + 1
                                : Math.max(common[i + 1][j], common[i][j + 1]);
            }
        }
        int i = 0;
        int j = 0;
        while (i < n || j < m) {
            if (i < n && j < m && before.get(start + i).equals(after.get(start + j))) {
                lines.add(new Line(' ', before.get(start + i)));
                i++;
                j++;
            } else if (i < n && (j == m || common[i + 1][j] >= common[i][j + 1])) {
                lines.add(new Line('-', before.get(start + i++)));
            } else {
                lines.add(new Line('+', after.get(start + j++)));
            }
        }
    }

    private String hunks() {
        StringBuilder out = new StringBuilder();
        int oldLine = 1;
        int newLine = 1;
        int at = 0;
        while (at < lines.size()) {
            if (lines.get(at).sign() == ' ' && !changesWithin(at, CONTEXT)) {
                at++;
                oldLine++;
                newLine++;
                continue;
            }
            int end = hunkEnd(at);
            int olds = 0;
            int news = 0;
            StringBuilder body = new StringBuilder();
            for (Line line : lines.subList(at, end)) {
                olds += line.sign() != '+' ? 1 : 0;
                news += line.sign() != '-' ? 1 : 0;
                body.append(line.sign()).append(line.text());
                if (!line.text().endsWith("\n")) {
                    body.append("\n\\ No newline at end of file\n");
                }
            }
            out.append("@@ -").append(oldLine).append(',').append(olds);
            out.append(" +").append(newLine).append(',').append(news).append(" @@\n");
            out.append(body);
            oldLine += olds;
            newLine += news;
            at = end;
        }
        return out.toString();
    }

    private boolean changesWithin(int at, int distance) {
        for (int i = at; i <= Math.min(lines.size() - 1, at + distance); i++) {
            if (lines.get(i).sign() != ' ') {
                return true;
            }
        }
        return false;
    }

    private int hunkEnd(int start) {
        int end = start;
        int last = start;
        while (end < lines.size() && end - last <= 2 * CONTEXT) {
            last = lines.get(end).sign() != ' ' ? end : last;
            end++;
        }
        return Math.min(lines.size(), last + CONTEXT + 1);
    }
}
