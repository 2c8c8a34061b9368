package dev.slipway.build;

import dev.slipway.image.Platform;
import dev.slipway.image.Reference;

import java.nio.charset.StandardCharsets;

/// Names of images as package URLs, in the form that BuildKit gives them.
final class PackageUrl {
    private PackageUrl() {}

    /// `pkg:docker/app@1.0?platform=linux%2Famd64`.
    ///
    /// @param type `docker` for what has a name in a registry, `oci` for what has not
    static String ofImage(String type, Reference name, Platform platform) {
        var text = new StringBuilder("pkg:").append(type).append('/');
        escape(text, name.familiarName(), true);
        var tag = name.tag();
        var digest = name.digest();
        if (tag != null) {
            escape(text.append('@'), tag, false);
        } else if (digest != null) {
            escape(text.append('@'), digest.toString(), false);
        }
        char separator = '?';
        if (tag != null && digest != null) {
            escape(text.append("?digest="), digest.toString(), false);
            separator = '&';
        }
        text.append(separator).append("platform=");
        escape(text, platform.toString(), false);
        return text.toString();
    }

    private static void escape(StringBuilder into, String text, boolean slashes) {
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            boolean plain =
                    (c >= 'a' && c <= 'z')
                            || (c >= 'A' && c <= 'Z')
                            || (c >= '0' && c <= '9')
                            || c == '-'
                            || c == '.'
                            || c == '_'
                            || c == '~'
                            || c == ':'
                            || (slashes && c == '/');
            if (plain) {
                into.append(c);
            } else {
                into.append('%').append(hex(c >> 4)).append(hex(c & 15));
            }
        }
    }

    private static char hex(int digit) {
        return (char) (digit < 10 ? '0' + digit : 'A' + digit - 10);
    }
}
