package dev.slipway.build;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// How the files a step reads differ from the last time's.
final class FileChanges {
    private static final int NAMED = 5;
    private static final int MAX_PATHS = 200;

    /// What is compared in one go.
    private static final int BLOCK = 1 << 10;

    private final List<String> named = new ArrayList<>();
    private final List<String> paths = new ArrayList<>();
    private long changed;
    private long total;

    private FileChanges() {}

    /// @param before the listing of the last time; null if it is lost
    /// @param now the listing of what is read now; null if that is not known
    static FileChanges between(byte @Nullable [] before, byte @Nullable [] now) {
        if (before == null || now == null) {
            return new FileChanges();
        }
        var changes = new FileChanges();
        for (byte b : now) {
            changes.total += b == '\n' ? 1 : 0;
        }
        // Mostly a few lines of many differ: only what lies between the equal ends is taken apart.
        int start = equalStart(before, now);
        int end = equalEnd(before, now, start);
        var old = parse(before, start, before.length - end);
        for (var file : parse(now, start, now.length - end).values()) {
            changes.compare(file, old.remove(file.path()));
        }
        for (var path : old.keySet().stream().sorted().toList()) {
            changes.add(path, "removed");
        }
        return changes;
    }

    /// The paths of what changed; empty if that is not known, or too many.
    List<String> paths() {
        return changed > MAX_PATHS ? List.of() : paths;
    }

    /// The length of the whole lines that both begin with.
    private static int equalStart(byte[] a, byte[] b) {
        int differ = Arrays.mismatch(a, b);
        int start = differ < 0 ? a.length : differ;
        while (start > 0 && a[start - 1] != '\n') {
            start--;
        }
        return start;
    }

    /// The length of the whole lines that both end with, behind `start`.
    private static int equalEnd(byte[] a, byte[] b, int start) {
        int most = Math.min(a.length, b.length) - start;
        int equal = 0;
        int lines = 0;
        while (equal + BLOCK <= most && isEqualBlock(a, b, equal)) {
            equal += BLOCK;
        }
        for (int i = equal - 1; i >= 0 && lines == 0; i--) {
            lines = a[a.length - 1 - i] == '\n' ? i : 0;
        }
        while (equal < most && a[a.length - 1 - equal] == b[b.length - 1 - equal]) {
            if (a[a.length - 1 - equal] == '\n') {
                lines = equal;
            }
            equal++;
        }
        // All that is left is equal, and begins a line in one of them at least.
        boolean whole =
                equal == most
                        && isLineStart(a, a.length - equal)
                        && isLineStart(b, b.length - equal);
        return whole ? equal : lines;
    }

    private static boolean isEqualBlock(byte[] a, byte[] b, int fromEnd) {
        int endA = a.length - fromEnd;
        int endB = b.length - fromEnd;
        return Arrays.equals(a, endA - BLOCK, endA, b, endB - BLOCK, endB);
    }

    private static boolean isLineStart(byte[] text, int at) {
        return at == 0 || text[at - 1] == '\n';
    }

    private void compare(InputFile file, @Nullable InputFile was) {
        if (was == null) {
            add(file.path(), "new");
        } else if (!was.mode().equals(file.mode())) {
            add(file.path(), "mode " + digits(was.mode()) + "→" + digits(file.mode()));
        } else if (!was.owner().equals(file.owner())) {
            add(file.path(), "owner " + was.owner() + "→" + file.owner());
        } else if (!was.digest().equals(file.digest())) {
            add(file.path(), file.mode().startsWith("l") ? "link" : "content");
        }
    }

    /// The bits alone where only they changed; a changed type shows by its letter.
    private static String digits(String mode) {
        return mode.startsWith("-") ? mode.substring(1) : mode;
    }

    private void add(String path, String what) {
        changed++;
        if (paths.size() <= MAX_PATHS) {
            paths.add(path);
        }
        if (named.size() < NAMED) {
            named.add(path + " (" + what + ")");
        }
    }

    /// One line.
    String text() {
        if (changed == 0) {
            return "files changed";
        }
        var more = changed > named.size() ? ", … " + (changed - named.size()) + " more" : "";
        return changed
                + " of "
                + total
                + (total == 1 ? " file changed: " : " files changed: ")
                + String.join(", ", named)
                + more;
    }

    private static Map<String, InputFile> parse(byte[] listing, int from, int to) {
        var files = new LinkedHashMap<String, InputFile>();
        var text = new String(listing, from, to - from, StandardCharsets.UTF_8);
        for (int at = 0; at < text.length(); ) {
            int end = text.indexOf('\n', at);
            if (end < 0) {
                break;
            }
            var f = TabText.split(text, at, end);
            at = end + 1;
            if (f.size() == 4) {
                files.put(f.get(0), new InputFile(f.get(0), f.get(1), f.get(2), f.get(3)));
            }
        }
        return files;
    }
}
