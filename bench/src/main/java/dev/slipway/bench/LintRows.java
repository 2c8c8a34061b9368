package dev.slipway.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Linting. hadolint, which it would be compared with, is in no package of Debian.
final class LintRows {
    private static final int TIMES = 7;

    private final Compare compare;
    private final Path work;

    LintRows(Compare compare, Path work) {
        this.compare = compare;
        this.work = work;
    }

    void measure() throws IOException {
        Path one = LintedFiles.write(work.resolve("lint-one"), 1);
        Path many = LintedFiles.write(work.resolve("lint-many"), 1000);
        measure("one Dockerfile", one, 15);
        measure("1 000 Dockerfiles of 50 lines", many, TIMES);
    }

    private void measure(String what, Path files, int times) throws IOException {
        measure("lint: " + what, files, times, "--shellcheck", "off");
        if (hasShellCheck()) {
            measure("lint with shellcheck: " + what, files, times, "--shellcheck", "auto");
        }
    }

    private void measure(String row, Path files, int times, String... flags) {
        SlipwayPeer slipway = compare.slipway();
        String[] arguments = {"lint", "--no-fail", flags[0], flags[1], files.toString()};
        slipway.run(arguments);
        compare.median(row, slipway, times, () -> slipway.run(arguments));
    }

    private static boolean hasShellCheck() {
        for (String directory : System.getenv().getOrDefault("PATH", "").split(":", -1)) {
            if (!directory.isEmpty() && Files.isExecutable(Path.of(directory, "shellcheck"))) {
                return true;
            }
        }
        return false;
    }
}
