package dev.slipway.build;

import dev.slipway.image.FileTree;
import dev.slipway.linux.RawPath;

import java.io.IOException;
import java.util.List;

/// Finds a shell to sit at.
final class Shells {
    /// The most comfortable first.
    private static final List<List<String>> KNOWN =
            List.of(
                    List.of("/bin/bash"),
                    List.of("/usr/bin/bash"),
                    List.of("/usr/local/bin/bash"),
                    List.of("/bin/sh"),
                    List.of("/usr/bin/sh"),
                    List.of("/bin/ash"),
                    List.of("/busybox/sh"),
                    List.of("/bin/busybox", "sh"),
                    List.of("/usr/bin/busybox", "sh"),
                    List.of("/busybox/busybox", "sh"));

    private Shells() {}

    /// The shell that the stage's SHELL names, unless that is the usual one, else the best of those
    /// that are there; empty if there is none.
    ///
    /// @param args the command of the step, in its shell form or not
    static List<String> find(List<String> args, FileTree files) throws IOException {
        if (args.size() >= 3 && args.getFirst().startsWith("/") && isUnusual(args.getFirst())) {
            if (isThere(args.getFirst(), files) && args.get(args.size() - 2).endsWith("c")) {
                return List.of(args.getFirst());
            }
        }
        for (var shell : KNOWN) {
            if (isThere(shell.getFirst(), files)) {
                return shell;
            }
        }
        return List.of();
    }

    private static boolean isUnusual(String program) {
        return !program.equals("/bin/sh") && program.endsWith("sh");
    }

    private static boolean isThere(String program, FileTree files) throws IOException {
        var file = files.resolve(RawPath.of(program).normalize());
        return file.isPresent() && file.get().isRegular() && (file.get().mode() & 0111) != 0;
    }
}
