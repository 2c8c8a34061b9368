package dev.slipway.build;

import dev.slipway.image.Descriptor;
import dev.slipway.image.FileEntry;
import dev.slipway.image.History;
import dev.slipway.image.ImageConfig;
import dev.slipway.image.Manifest;
import dev.slipway.image.MediaTypes;
import dev.slipway.image.Platform;
import dev.slipway.image.Reference;
import dev.slipway.image.RunConfig;
import dev.slipway.image.Store;
import dev.slipway.linux.FileType;
import dev.slipway.linux.RawPath;

import org.junit.jupiter.api.Assumptions;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/// A base image made of the machine's static busybox.
final class Busybox {
    static final Path PROGRAM = Path.of("/usr/bin/busybox");
    static final String PASSWD =
            "root:x:0:0:root:/root:/bin/sh\napp:x:1000:1001:app:/home/app:/bin/sh\n";
    static final String GROUP = "root:x:0:\nstaff:x:50:app\napp:x:1001:\n";
    private static final List<String> APPLETS =
            List.of(
                    "cat",
                    "chmod",
                    "chown",
                    "cp",
                    "cut",
                    "date",
                    "dd",
                    "echo",
                    "env",
                    "false",
                    "find",
                    "grep",
                    "head",
                    "hostname",
                    "id",
                    "ln",
                    "ls",
                    "md5sum",
                    "mkdir",
                    "mknod",
                    "mount",
                    "mv",
                    "nproc",
                    "printf",
                    "ps",
                    "pwd",
                    "readlink",
                    "rm",
                    "rmdir",
                    "sed",
                    "seq",
                    "sh",
                    "sha256sum",
                    "sleep",
                    "sort",
                    "stat",
                    "tail",
                    "tar",
                    "tee",
                    "test",
                    "touch",
                    "tr",
                    "true",
                    "uname",
                    "wc",
                    "xargs");

    private Busybox() {}

    static void require() {
        Assumptions.assumeTrue(
                Files.exists(PROGRAM) || System.getenv("CI") != null,
                "needs a static busybox in " + PROGRAM);
    }

    /// Puts the image into `store` as `busybox:latest`.
    static Descriptor install(Store store) throws IOException {
        return install(store, "busybox", config -> config);
    }

    static Descriptor install(Store store, String name, UnaryOperator<RunConfig.Builder> adapt)
            throws IOException {
        return install(store, name, Platform.host(), adapt);
    }

    /// An image that says it is for `platform`.
    static Descriptor install(
            Store store, String name, Platform platform, UnaryOperator<RunConfig.Builder> adapt)
            throws IOException {
        var files = new TreeMap<RawPath, FileEntry>(RawPath::compareTree);
        var contents = new TreeMap<RawPath, byte[]>();
        directory(files, "bin", 0755);
        directory(files, "dev", 0755);
        directory(files, "proc", 0555);
        directory(files, "sys", 0555);
        directory(files, "etc", 0755);
        directory(files, "home", 0755);
        directory(files, "root", 0700);
        directory(files, "tmp", 01777);
        file(files, contents, "bin/busybox", Files.readAllBytes(PROGRAM), 0755);
        file(files, contents, "etc/passwd", PASSWD.getBytes(StandardCharsets.UTF_8), 0644);
        file(files, contents, "etc/group", GROUP.getBytes(StandardCharsets.UTF_8), 0644);
        for (var applet : APPLETS) {
            var path = RawPath.of("bin/" + applet);
            files.put(path, FileEntry.symlink(path, RawPath.of("busybox")));
        }
        try (var writer = store.layers().create()) {
            for (var entry : files.values()) {
                var content = contents.get(entry.path());
                writer.put(
                        entry,
                        entry.type() == FileType.REGULAR && content != null
                                ? new ByteArrayInputStream(content)
                                : null);
            }
            var layer = writer.seal();
            var run = adapt.apply(RunConfig.builder().env(List.of("PATH=/bin"))).build();
            var time = Instant.parse("2026-01-01T00:00:00Z");
            var config =
                    new ImageConfig(
                            time,
                            null,
                            platform,
                            run,
                            List.of(layer.diffId()),
                            List.of(new History(time, "busybox", null, null, false)));
            var json = config.toJson();
            SortedMap<String, String> none = new TreeMap<>();
            var manifest =
                    Manifest.of(
                            MediaTypes.OCI_MANIFEST,
                            Descriptor.of(
                                    MediaTypes.OCI_CONFIG, store.blobs().put(json), json.length),
                            List.of(
                                    Descriptor.of(
                                            MediaTypes.OCI_LAYER, layer.diffId(), layer.size())),
                            none);
            store.blobs().put(manifest.raw());
            store.images().tag(Reference.parse(name).withDefaultTag(), manifest.descriptor());
            return manifest.descriptor();
        }
    }

    private static void directory(Map<RawPath, FileEntry> files, String path, int mode) {
        files.put(RawPath.of(path), FileEntry.directory(RawPath.of(path), mode));
    }

    private static void file(
            Map<RawPath, FileEntry> files,
            Map<RawPath, byte[]> contents,
            String path,
            byte[] content,
            int mode) {
        files.put(RawPath.of(path), FileEntry.file(RawPath.of(path), mode, content.length));
        contents.put(RawPath.of(path), content);
    }
}
