package dev.slipway.build;

import java.nio.file.Path;

/// A file or directory of this machine that all RUNs of a build see. What a command writes there is
/// there afterwards, and what it reads there is no part of any key.
///
/// @param source absolute
/// @param target absolute, not the root
public record HostMount(Path source, String target, boolean readOnly) {
    public HostMount {
        if (!source.isAbsolute()) {
            throw new IllegalArgumentException(source + " is not absolute");
        }
        if (!target.startsWith("/") || PathText.join("/", target).equals("/")) {
            throw new IllegalArgumentException(
                    "a target must be absolute and not the root: " + target);
        }
    }

    /// Reads `SOURCE:TARGET[:ro|rw]`; a relative source is one of the working directory.
    ///
    /// @throws IllegalArgumentException saying what is wrong
    public static HostMount parse(String text) {
        int first = text.indexOf(':');
        if (first <= 0) {
            throw new IllegalArgumentException(text + ": SOURCE:TARGET[:ro] is wanted");
        }
        int second = text.indexOf(':', first + 1);
        var target = second < 0 ? text.substring(first + 1) : text.substring(first + 1, second);
        var option = second < 0 ? "rw" : text.substring(second + 1);
        if (!option.equals("rw") && !option.equals("ro")) {
            throw new IllegalArgumentException(
                    "the option " + option + " of a volume is not known: there are ro and rw");
        }
        var source = Path.of(text.substring(0, first)).toAbsolutePath().normalize();
        return new HostMount(source, target, option.equals("ro"));
    }
}
