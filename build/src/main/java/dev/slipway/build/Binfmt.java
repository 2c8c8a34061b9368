package dev.slipway.build;

import dev.slipway.image.Platform;

import java.nio.file.Files;
import java.nio.file.Path;

/// Which foreign programs the kernel runs through an emulator.
final class Binfmt {
    private static final Path REGISTERED = Path.of("/proc/sys/fs/binfmt_misc");

    private Binfmt() {}

    /// Whether an emulator for `platform` is registered, under the names its packages use.
    static boolean runs(Platform platform) {
        var name =
                switch (platform.architecture()) {
                    case "amd64" -> "qemu-x86_64";
                    case "arm64" -> "qemu-aarch64";
                    case "386" -> "qemu-i386";
                    default -> "qemu-" + platform.architecture();
                };
        return Files.exists(REGISTERED.resolve(name))
                || (platform.architecture().equals("386")
                        && Platform.host().architecture().equals("amd64"));
    }
}
