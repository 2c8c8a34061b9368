package dev.slipway.build;

import dev.slipway.build.fetch.Download;
import dev.slipway.linux.Dir;
import dev.slipway.linux.RawPath;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;

/// What a downloaded archive holds, unpacked beside it once.
final class UnpackedDownload {
    private final Download download;

    UnpackedDownload(Download download) {
        this.download = download;
    }

    /// Whether the download is an archive at all.
    boolean isArchive() throws IOException {
        try (var in = Files.newInputStream(download.file())) {
            byte[] head = in.readNBytes(ContextArchive.HEAD_BYTES);
            return ContextArchive.isArchive(head, head.length);
        }
    }

    Path directory() throws IOException, CopyException, InterruptedException {
        Path target = download.unpacked();
        if (Files.exists(target)) {
            return target;
        }
        if (!isArchive()) {
            throw new CopyException(
                    "it is no archive", "a context from the web is a tar, compressed or not");
        }
        String name = ".new-" + System.nanoTime();
        Path beside = Files.createDirectory(target.resolveSibling(name));
        try (var in = Files.newInputStream(download.file())) {
            ContextArchive.unpack(in, beside);
            Files.move(beside, target);
        } catch (FileSystemException e) {
            if (!Files.exists(target)) { // else another build was faster
                throw e;
            }
        } finally {
            try (Dir dir = Dir.open(target.resolveSibling("."))) {
                if (dir.statIfExists(RawPath.of(name)) != null) {
                    dir.removeTree(RawPath.of(name));
                }
            }
        }
        return target;
    }
}
