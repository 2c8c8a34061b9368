package dev.slipway.linux;

import java.io.ByteArrayOutputStream;
import java.nio.file.Path;

/// The bytes of a path the user gave, whatever the locale.
final class TrustedPaths {
    private TrustedPaths() {}

    /// The absolute path's bytes.
    static RawPath bytes(Path path) {
        String text = path.toAbsolutePath().toString();
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= 0x80) {
                // Decoded in a charset that may have lost bytes; the URI holds them all,
                // percent-encoded.
                return RawPath.ofBytes(decode(path.toAbsolutePath().toUri().getRawPath()));
            }
        }
        return RawPath.of(text);
    }

    private static byte[] decode(String escaped) {
        var out = new ByteArrayOutputStream(escaped.length());
        for (int i = 0; i < escaped.length(); i++) {
            char c = escaped.charAt(i);
            if (c == '%') {
                out.write(Integer.parseInt(escaped, i + 1, i + 3, 16));
                i += 2;
            } else {
                out.write(c);
            }
        }
        return out.toByteArray();
    }
}
