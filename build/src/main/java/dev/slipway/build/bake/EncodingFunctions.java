package dev.slipway.build.bake;

import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/// Functions of other forms of text: base64, JSON, CSV, URLs, digests, UUIDs.
final class EncodingFunctions {
    /// RFC 9562, appendix C.
    private static final Map<String, String> NAME_SPACES =
            Map.of(
                    "dns", "6ba7b810-9dad-11d1-80b4-00c04fd430c8",
                    "url", "6ba7b811-9dad-11d1-80b4-00c04fd430c8",
                    "oid", "6ba7b812-9dad-11d1-80b4-00c04fd430c8",
                    "x500", "6ba7b814-9dad-11d1-80b4-00c04fd430c8");

    private EncodingFunctions() {}

    static void addTo(Functions to) {
        to.add("base64encode", 1, a -> Value.text(Base64.getEncoder().encodeToString(bytes(a, 0))));
        to.add("base64decode", 1, EncodingFunctions::fromBase64);
        to.add("byteslen", 1, a -> Value.of(bytes(a, 0).length));
        to.add(
                "urlencode",
                1,
                a -> Value.text(URLEncoder.encode(a.text(0), StandardCharsets.UTF_8)));
        to.add("jsonencode", 1, a -> Value.text(JsonValues.compact(a.value(0))));
        to.add("jsondecode", 1, EncodingFunctions::fromJson);
        to.add("csvdecode", 1, EncodingFunctions::fromCsv);
        to.add("md5", 1, a -> digest("MD5", a));
        to.add("sha1", 1, a -> digest("SHA-1", a));
        to.add("sha256", 1, a -> digest("SHA-256", a));
        to.add("sha512", 1, a -> digest("SHA-512", a));
        to.add("uuidv4", 0, _ -> Value.text(UUID.randomUUID().toString()));
        to.add("uuidv5", 2, EncodingFunctions::uuidV5);
    }

    private static byte[] bytes(Arguments a, int index) throws FunctionException {
        return a.text(index).getBytes(StandardCharsets.UTF_8);
    }

    private static Value fromBase64(Arguments a) throws FunctionException {
        try {
            var bytes = Base64.getDecoder().decode(a.text(0));
            return Value.text(
                    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
        } catch (IllegalArgumentException | java.nio.charset.CharacterCodingException _) {
            throw new FunctionException(0, "this is not base64 of text in UTF-8");
        }
    }

    private static Value fromJson(Arguments a) throws FunctionException {
        try {
            return JsonValues.parse(a.text(0));
        } catch (BakeException e) {
            throw new FunctionException(0, "this is not JSON: " + e.getMessage());
        }
    }

    private static Value fromCsv(Arguments a) throws FunctionException {
        List<Value> rows = new ArrayList<>();
        List<String> names = null;
        for (var line : CsvLine.all(a.text(0))) {
            if (names == null) {
                names = line;
                continue;
            }
            if (line.size() != names.size()) {
                throw new FunctionException(
                        0, "a line has " + line.size() + " fields, the first " + names.size());
            }
            var row = new TreeMap<String, Value>();
            for (int i = 0; i < line.size(); i++) {
                row.put(names.get(i), Value.text(line.get(i)));
            }
            rows.add(Value.fields(row));
        }
        if (names == null) {
            throw new FunctionException(0, "there is no line with the names");
        }
        return Value.items(rows);
    }

    private static Value digest(String algorithm, Arguments a) throws FunctionException {
        try {
            var digest = MessageDigest.getInstance(algorithm).digest(bytes(a, 0));
            return Value.text(HexFormat.of().formatHex(digest));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has " + algorithm, e);
        }
    }

    /// RFC 9562, 5.5.
    private static Value uuidV5(Arguments a) throws FunctionException {
        var space = a.text(0).toLowerCase(Locale.ROOT);
        try {
            var id = UUID.fromString(NAME_SPACES.getOrDefault(space, space));
            var name = bytes(a, 1);
            var input =
                    ByteBuffer.allocate(16 + name.length)
                            .putLong(id.getMostSignificantBits())
                            .putLong(id.getLeastSignificantBits())
                            .put(name)
                            .array();
            var hash = ByteBuffer.wrap(MessageDigest.getInstance("SHA-1").digest(input));
            long high = (hash.getLong() & 0xffffffffffff0fffL) | 0x5000;
            long low = (hash.getLong() & 0x3fffffffffffffffL) | 0x8000000000000000L;
            return Value.text(new UUID(high, low).toString());
        } catch (IllegalArgumentException _) {
            throw new FunctionException(0, "this is neither dns, url, oid, x500 nor a UUID");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-1", e);
        }
    }
}
