package dev.slipway.build;

import dev.slipway.image.FileList;

import java.util.ArrayList;
import java.util.List;

/// What `--chmod` does to a mode: octal, which replaces all twelve bits, or symbolic as in
/// chmod(1), such as `u=rwX,go-w`. Where no one is named all are meant: there is no umask.
final class Chmod implements FileList.ModeChange {
    private static final int SET_UID = 04000;
    private static final int SET_GID = 02000;
    private static final int STICKY = 01000;
    private static final int ALL = 07777;
    private static final int ANY_EXECUTE = 0111;

    private final List<Change> changes;

    private Chmod(List<Change> changes) {
        this.changes = changes;
    }

    /// One `who op permissions`.
    ///
    /// @param who of 'u', 'g', 'o' as bits 4, 2, 1
    /// @param permissions letters of `rwxXst`, or one of `ugo` to copy from
    private record Change(int who, char operation, String permissions) {}

    /// Reads a mode.
    ///
    /// @throws CopyException if it is neither octal up to 7777 nor symbolic
    static Chmod parse(String text) throws CopyException {
        if (!text.isEmpty() && Character.isDigit(text.charAt(0))) {
            return new Chmod(List.of(new Change(7, '#', Integer.toString(octal(text)))));
        }
        List<Change> changes = new ArrayList<>();
        for (String clause : text.split(",", -1)) {
            clause(text, clause, changes);
        }
        return new Chmod(List.copyOf(changes));
    }

    private static int octal(String text) throws CopyException {
        int mode = 0;
        for (int i = 0; i < text.length(); i++) {
            int digit = text.charAt(i) - '0';
            mode = mode * 8 + digit;
            if (digit < 0 || digit > 7 || mode > ALL) {
                throw malformed(text);
            }
        }
        return mode;
    }

    private static void clause(String all, String clause, List<Change> changes)
            throws CopyException {
        int i = 0;
        int who = 0;
        while (i < clause.length() && "ugoa".indexOf(clause.charAt(i)) >= 0) {
            who |= whoBits(clause.charAt(i++));
        }
        if (i == clause.length()) {
            throw malformed(all);
        }
        while (i < clause.length()) {
            char operation = clause.charAt(i++);
            int start = i;
            while (i < clause.length() && "rwxXstugo".indexOf(clause.charAt(i)) >= 0) {
                i++;
            }
            String permissions = clause.substring(start, i);
            boolean copies = permissions.length() == 1 && "ugo".contains(permissions);
            boolean mixes = !copies && hasAny(permissions, "ugo");
            if ("+-=".indexOf(operation) < 0 || mixes) {
                throw malformed(all);
            }
            changes.add(new Change(who == 0 ? 7 : who, operation, permissions));
        }
    }

    private static boolean hasAny(String text, String letters) {
        for (int i = 0; i < text.length(); i++) {
            if (letters.indexOf(text.charAt(i)) >= 0) {
                return true;
            }
        }
        return false;
    }

    private static int whoBits(char who) {
        return switch (who) {
            case 'u' -> 4;
            case 'g' -> 2;
            case 'o' -> 1;
            default -> 7;
        };
    }

    private static CopyException malformed(String text) {
        return new CopyException(
                "invalid --chmod value '" + text + "'",
                "give an octal mode up to 7777, such as 0644, or changes such as u=rwX,go=rX");
    }

    /// The mode after the change.
    @Override
    public int apply(int mode, boolean directory) {
        int result = mode;
        for (Change change : changes) {
            result = apply(change, result, directory);
        }
        return result;
    }

    private static int apply(Change change, int mode, boolean directory) {
        if (change.operation == '#') {
            return Integer.parseInt(change.permissions);
        }
        int bits = bits(change, mode, directory);
        return switch (change.operation) {
            case '+' -> mode | bits;
            case '-' -> mode & ~bits;
            default -> (mode & ~affected(change.who)) | bits;
        };
    }

    /// The bits that `=` may clear: those of the people named, with their set-id bits. As in GNU
    /// chmod, the sticky bit is that of others.
    private static int affected(int who) {
        int mask = 0;
        if ((who & 4) != 0) {
            mask |= 0700 | SET_UID;
        }
        if ((who & 2) != 0) {
            mask |= 0070 | SET_GID;
        }
        if ((who & 1) != 0) {
            mask |= 0007 | STICKY;
        }
        return mask;
    }

    private static int bits(Change change, int mode, boolean directory) {
        int triple = 0;
        int special = 0;
        for (int i = 0; i < change.permissions.length(); i++) {
            switch (change.permissions.charAt(i)) {
                case 'r' -> triple |= 4;
                case 'w' -> triple |= 2;
                case 'x' -> triple |= 1;
                case 'X' -> triple |= directory || (mode & ANY_EXECUTE) != 0 ? 1 : 0;
                case 's' -> special |= setIds(change.who);
                case 't' -> special |= (change.who & 1) != 0 ? STICKY : 0;
                case 'u' -> triple |= (mode >> 6) & 7;
                case 'g' -> triple |= (mode >> 3) & 7;
                default -> triple |= mode & 7;
            }
        }
        return special
                | ((change.who & 4) != 0 ? triple << 6 : 0)
                | ((change.who & 2) != 0 ? triple << 3 : 0)
                | ((change.who & 1) != 0 ? triple : 0);
    }

    private static int setIds(int who) {
        return ((who & 4) != 0 ? SET_UID : 0) | ((who & 2) != 0 ? SET_GID : 0);
    }
}
