package dev.slipway.dockerfile;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Reads bytes as text, and says where they are none.
final class Utf8 {
    private Utf8() {}

    static String decode(String fileName, byte[] content) throws DockerfileException {
        if (content.length > 4 * Dockerfile.MAX_LENGTH) {
            throw failure(fileName, "", "longer than " + Dockerfile.MAX_LENGTH + " characters");
        }
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        CharBuffer out = CharBuffer.allocate(content.length);
        CoderResult result = decoder.decode(ByteBuffer.wrap(content), out, true);
        String text = out.flip().toString();
        if (result.isError()) {
            throw failure(fileName, text, "not UTF-8: invalid bytes follow");
        }
        return text;
    }

    private static DockerfileException failure(String fileName, String text, String message) {
        Range end = new SourceText(text).range(text.length(), text.length());
        Problem problem = new Problem(Problem.Severity.ERROR, null, message, end, null);
        return new DockerfileException(fileName, text, List.of(problem));
    }
}
