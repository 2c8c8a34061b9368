package dev.slipway.build;

import dev.slipway.image.FileList;
import dev.slipway.linux.RawPath;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// The lines of [SelectionListings] for a list of files, in bytes from the start: there may be
/// hundreds of thousands.
final class ListingText {
    private static final byte[] DIGITS = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final int DIGEST_BYTES = 32;

    /// What a line has beside its path, more or less.
    private static final int REST_BYTES = 80;

    private final FileList files;
    private final byte[] directory; // with a slash at its end unless empty
    private final boolean plainDirectory;
    private final RawPath place;
    private final byte[] digest = new byte[DIGEST_BYTES];
    private byte[] text = {};
    private int length;

    // Mostly the next file has what the last one has.
    private int lastBits = -1;
    private char lastType;
    private int lastUid;
    private int lastGid;
    private byte[] attributes = {};

    /// @param place the directory that the files are in
    ListingText(RawPath place, FileList files) {
        this.place = place;
        this.files = files;
        String prefix = place.isRoot() ? "" : place.latin1() + "/";
        this.directory = prefix.getBytes(StandardCharsets.ISO_8859_1);
        this.plainDirectory = isPlain(prefix);
    }

    byte[] bytes() {
        for (int i = 0; i < files.count(); i++) {
            line(i);
        }
        return length == text.length ? text : Arrays.copyOf(text, length);
    }

    private void line(int file) {
        String path = files.latin1(file);
        if (plainDirectory && isPlain(path)) {
            ensure(directory.length + path.length() + REST_BYTES, file);
            System.arraycopy(directory, 0, text, length, directory.length);
            length += directory.length;
            for (int i = 0; i < path.length(); i++) {
                text[length + i] = (byte) path.charAt(i);
            }
            length += path.length();
        } else {
            field(place.child(RawPath.ofLatin1(path)).toString(), file);
        }
        attributes(file);
        if (files.isRegular(file)) {
            hex(file);
        } else {
            String target = ListedSelection.target(files, file);
            if (!target.isEmpty()) {
                field(target, file);
            }
        }
        text[length++] = '\n';
    }

    /// Whether it is shown, and written, as it stands.
    private static boolean isPlain(String latin1) {
        for (int i = 0; i < latin1.length(); i++) {
            char c = latin1.charAt(i);
            if (c < ' ' || c >= 0x7f || c == '\\') {
                return false;
            }
        }
        return true;
    }

    private void field(String field, int file) {
        StringBuilder escaped = new StringBuilder();
        TabText.append(escaped, field);
        byte[] bytes = escaped.toString().getBytes(StandardCharsets.UTF_8);
        ensure(bytes.length + REST_BYTES, file);
        System.arraycopy(bytes, 0, text, length, bytes.length);
        length += bytes.length;
    }

    private void attributes(int file) {
        char type = ListedSelection.type(files, file);
        int bits = ListedSelection.bits(files, file);
        int uid = files.uid(file);
        int gid = files.gid(file);
        if (bits != lastBits || type != lastType || uid != lastUid || gid != lastGid) {
            String mode = FileSelection.mode(type, bits);
            String all = "\t" + mode + "\t" + ListedSelection.owner(files, file) + "\t";
            attributes = all.getBytes(StandardCharsets.US_ASCII);
            lastBits = bits;
            lastType = type;
            lastUid = uid;
            lastGid = gid;
        }
        ensure(attributes.length + 2 * DIGEST_BYTES + 1, file);
        System.arraycopy(attributes, 0, text, length, attributes.length);
        length += attributes.length;
    }

    private void hex(int file) {
        files.digest(file, digest, 0);
        byte[] to = text;
        int at = length;
        for (byte b : digest) {
            to[at++] = DIGITS[b >> 4 & 15];
            to[at++] = DIGITS[b & 15];
        }
        length = at;
    }

    /// @param file that of the line, from which the length of all is guessed
    private void ensure(int more, int file) {
        if (length + more > text.length) {
            long guess = (long) (length + more) * files.count() / (file + 1) / 16 * 17;
            long wanted = Math.clamp(guess, length + 2L * more, Integer.MAX_VALUE - 8);
            text = Arrays.copyOf(text, (int) wanted);
        }
    }
}
