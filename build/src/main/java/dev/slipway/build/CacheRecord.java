package dev.slipway.build;

import dev.slipway.image.InvalidDigestException;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/// A step's result together with all its keys were made from.
///
/// As a file it is text, one field a line, and begins with its own checksum: a record that a crash
/// cut short is told from a whole one, so records need no sync. Of a long result it holds the last
/// changes only, and names the block that the others end with.
///
/// @param name what the step was called
/// @param definition what the step is: part of both keys
/// @param definitionInputs the definition keys of what it was made from
/// @param contentInputs what its inputs held
/// @param result the root file system it results in
record CacheRecord(
        String name,
        List<KeyPart> definition,
        List<KeyPart> definitionInputs,
        List<KeyPart> contentInputs,
        Snapshot result) {
    private static final String MAGIC = "slipway-step 1 ";
    private static final String DEFINITION_DOMAIN = "slipway step definition 1";
    private static final String CONTENT_DOMAIN = "slipway step content 1";

    CacheRecord {
        definition = List.copyOf(definition);
        definitionInputs = List.copyOf(definitionInputs);
        contentInputs = List.copyOf(contentInputs);
    }

    static String definitionKey(List<KeyPart> definition, List<KeyPart> inputs) {
        return KeyHash.of(DEFINITION_DOMAIN, definition, inputs);
    }

    static String contentKey(List<KeyPart> definition, List<KeyPart> inputs) {
        return KeyHash.of(CONTENT_DOMAIN, definition, inputs);
    }

    String definitionKey() {
        return definitionKey(definition, definitionInputs);
    }

    String contentKey() {
        return contentKey(definition, contentInputs);
    }

    byte[] encode() {
        var text = new StringBuilder(1024);
        field(text, "name", name);
        parts(text, "is", definition);
        parts(text, "from", definitionInputs);
        parts(text, "holds", contentInputs);
        ResultBlock.append(text, result);
        var body = text.toString().getBytes(StandardCharsets.UTF_8);
        var head = (MAGIC + checksum(body, 0) + "\n").getBytes(StandardCharsets.US_ASCII);
        var file = new byte[head.length + body.length];
        System.arraycopy(head, 0, file, 0, head.length);
        System.arraycopy(body, 0, file, head.length, body.length);
        return file;
    }

    private static void parts(StringBuilder text, String kind, List<KeyPart> parts) {
        for (var part : parts) {
            field(text, kind, part.name(), part.value());
        }
    }

    private static void field(StringBuilder text, String kind, String... values) {
        text.append(kind);
        for (var value : values) {
            TabText.append(text.append('\t'), value);
        }
        text.append('\n');
    }

    private static String checksum(byte[] file, int from) {
        var sha = KeyHash.sha256();
        sha.update(file, from, file.length - from);
        return HexFormat.of().formatHex(sha.digest());
    }

    /// Reads a record.
    ///
    /// @param blocks where its result may begin
    /// @return null if it is damaged, or its result begins with a block that is not there
    static @Nullable CacheRecord decode(byte[] file, ResultBlock.Blocks blocks) throws IOException {
        int head = MAGIC.length() + 64;
        if (file.length <= head || file[head] != '\n') {
            return null;
        }
        var first = new String(file, 0, head, StandardCharsets.ISO_8859_1);
        if (!first.startsWith(MAGIC)
                || !first.substring(MAGIC.length()).equals(checksum(file, head + 1))) {
            return null;
        }
        try {
            return parse(
                    new String(file, head + 1, file.length - head - 1, StandardCharsets.UTF_8),
                    blocks);
        } catch (InvalidDigestException | IllegalArgumentException | IndexOutOfBoundsException e) {
            return null; // of another version, or made to mislead, though whole
        }
    }

    private static CacheRecord parse(String text, ResultBlock.Blocks blocks)
            throws InvalidDigestException, IOException {
        var name = "";
        var definition = new ArrayList<KeyPart>();
        var from = new ArrayList<KeyPart>();
        var holds = new ArrayList<KeyPart>();
        var result = new ResultBlock.Reader(blocks);
        for (int at = 0; at < text.length(); ) {
            int end = text.indexOf('\n', at);
            var fields = TabText.split(text, at, end);
            at = end + 1;
            switch (fields.getFirst()) {
                case "name" -> name = fields.get(1);
                case "is" -> definition.add(new KeyPart(fields.get(1), fields.get(2)));
                case "from" -> from.add(new KeyPart(fields.get(1), fields.get(2)));
                case "holds" -> holds.add(new KeyPart(fields.get(1), fields.get(2)));
                default -> result.line(fields);
            }
        }
        return new CacheRecord(name, definition, from, holds, result.result());
    }
}
