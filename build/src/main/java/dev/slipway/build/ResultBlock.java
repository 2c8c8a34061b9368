package dev.slipway.build;

import dev.slipway.image.Digest;
import dev.slipway.image.InvalidDigestException;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/// A stretch of a long result, kept once for all records whose results begin with it. Without that,
/// each record of a Dockerfile of thousands of steps would hold what all steps before it did.
///
/// As a file it is text, named by its own digest, and so is what it begins with: a block can stand
/// on no other than it was made on.
///
/// @param id the SHA-256 of its text, in hex
/// @param text as it is kept
record ResultBlock(String id, String text) {
    /// How many changes it holds. A result of no more has no blocks.
    static final int CHANGES = 64;

    static final int MAX_BYTES = 4 << 20;

    /// What a file begins with that is one; records begin otherwise.
    static final String MAGIC = "slipway-result 1\n";

    private static final String BEGIN = "begin";

    /// Finds what blocks hold.
    @FunctionalInterface
    interface Blocks {
        /// There are none.
        Blocks NONE = _ -> null;

        /// The result that ends with a block; null if it, or one it stands on, is not there.
        @Nullable Snapshot find(String id) throws IOException;
    }

    private static ResultBlock of(String text) {
        var digest = KeyHash.sha256().digest(text.getBytes(StandardCharsets.UTF_8));
        return new ResultBlock(HexFormat.of().formatHex(digest), text);
    }

    /// The block that `result`, of whole blocks, ends with.
    static ResultBlock of(Snapshot result) {
        if (result.count() == 0 || result.count() % CHANGES != 0) {
            throw new IllegalArgumentException(result.count() + " changes");
        }
        var text = new StringBuilder(8192).append(MAGIC);
        append(text, result);
        return of(text.toString());
    }

    byte[] bytes() {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /// Writes what a record, or a block, says of a result: where it begins, and what came since.
    static void append(StringBuilder text, Snapshot result) {
        var begin = result.inBlocks();
        if (begin == null) {
            for (var diffId : result.base()) {
                line(text, "base", diffId.toString());
            }
        } else {
            line(text, BEGIN, begin.block().id());
        }
        for (var c : result.changes(begin == null ? 0 : begin.count())) {
            line(
                    text,
                    "change",
                    c.diffId() == null ? "-" : c.diffId().toString(),
                    Long.toString(c.size()),
                    Long.toString(c.createdMillis()),
                    Long.toString(c.nanos()));
        }
    }

    private static void line(StringBuilder text, String... fields) {
        TabText.appendLine(text, List.of(fields));
    }

    /// Puts a result together from the lines that [#append] wrote.
    static final class Reader {
        private final Blocks blocks;
        private final List<Digest> base = new ArrayList<>();
        private @Nullable Snapshot result;

        Reader(Blocks blocks) {
            this.blocks = blocks;
        }

        /// @throws IllegalArgumentException if that is no line of a result, or stands on a block
        ///   that is not there
        void line(List<String> fields) throws InvalidDigestException, IOException {
            switch (fields.getFirst()) {
                case "base" -> base.add(Digest.parse(fields.get(1)));
                case BEGIN -> {
                    result = blocks.find(fields.get(1));
                    if (result == null) {
                        throw new IllegalArgumentException("a block is missing");
                    }
                }
                case "change" -> result = result().with(change(fields));
                default -> throw new IllegalArgumentException(fields.getFirst());
            }
        }

        Snapshot result() {
            return result == null ? Snapshot.of(base) : result;
        }

        private static Snapshot.Change change(List<String> fields) throws InvalidDigestException {
            var diffId = fields.get(1).equals("-") ? null : Digest.parse(fields.get(1));
            return new Snapshot.Change(
                    diffId,
                    Long.parseLong(fields.get(2)),
                    Long.parseLong(fields.get(3)),
                    Long.parseLong(fields.get(4)));
        }
    }

    /// The blocks that a result begins with and that are not among those known yet, the first one
    /// first.
    ///
    /// @param known names of blocks; gets the new ones
    static Collection<ResultBlock> newIn(Snapshot result, Set<String> known) {
        var blocks = new ArrayDeque<ResultBlock>();
        for (var at = result.inBlocks(); at != null; at = at.inBlocks()) {
            if (!known.add(at.block().id())) {
                break;
            }
            blocks.push(at.block());
        }
        return blocks;
    }

    /// The block with that text; null if it is none.
    static @Nullable ResultBlock parse(byte[] bytes) {
        var text = new String(bytes, StandardCharsets.UTF_8);
        return text.startsWith(MAGIC) ? of(text) : null;
    }

    /// The block that this one begins with; null if it is the first.
    @Nullable String begin() {
        int end = text.indexOf('\n', MAGIC.length());
        var fields = end < 0 ? List.<String>of() : TabText.split(text, MAGIC.length(), end);
        return fields.size() == 2 && fields.getFirst().equals(BEGIN) ? fields.get(1) : null;
    }

    /// The result that ends with this block.
    ///
    /// @return null if it makes no sense, or stands on a block that is not there
    @Nullable Snapshot result(Blocks blocks) throws IOException {
        try {
            var reader = new Reader(blocks);
            for (int at = MAGIC.length(); at < text.length(); ) {
                int end = text.indexOf('\n', at);
                reader.line(TabText.split(text, at, end));
                at = end + 1;
            }
            var result = reader.result();
            result.readFrom(this);
            return result.count() > 0 && result.count() % CHANGES == 0 ? result : null;
        } catch (InvalidDigestException | IllegalArgumentException | IndexOutOfBoundsException _) {
            return null;
        }
    }
}
