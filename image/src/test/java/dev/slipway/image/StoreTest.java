package dev.slipway.image;

import static dev.slipway.image.SampleImages.name;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.slipway.linux.FileLock;
import dev.slipway.linux.Host;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

class StoreTest {
    @TempDir Path temp;

    @Test
    void defaultHome_byEnvironmentAndUser() {
        assertThat(Store.defaultHome(Map.of("SLIPWAY_HOME", "/x/y"))).isEqualTo(Path.of("/x/y"));
        Path expected = Host.uid() == 0 ? Path.of("/var/lib/slipway") : Path.of("/data/slipway");
        assertThat(Store.defaultHome(Map.of("XDG_DATA_HOME", "/data", "HOME", "/home/u")))
                .isEqualTo(expected);
        assertThat(Store.defaultHome(Map.of("SLIPWAY_HOME", "", "XDG_DATA_HOME", "/data")))
                .isEqualTo(expected);
    }

    @Test
    void open_makesTheStorePrivate() throws Exception {
        Path home = temp.resolve("a/b");
        Store.open(home).close();
        assertThat(Files.getPosixFilePermissions(home)).hasSize(3);
        assertThat(home.resolve("blobs/sha256")).isDirectory();
    }

    @Test
    void open_whereNothingCanBeWritten() {
        assertThatThrownBy(() -> Store.open(Path.of("/proc/slipway")))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("/proc/slipway");
        Path file = temp.resolve("file");
        assertThatThrownBy(() -> Store.open(Files.writeString(file, "x")))
                .isInstanceOf(StoreException.class);
    }

    @Test
    void open_readOnlyDirectorySaysWhatToDo() throws Exception {
        Tools.requireRoot();
        Path mount = Files.createDirectory(temp.resolve("mount"));
        Tools.run("mount", "-t", "tmpfs", "-o", "ro", "tmpfs", mount.toString());
        try {
            assertThatThrownBy(() -> Store.open(mount.resolve("store")))
                    .isInstanceOfSatisfying(
                            StoreException.class,
                            e -> {
                                assertThat(e.kind()).isEqualTo(StoreException.Kind.NOT_WRITABLE);
                                assertThat(e.hint()).contains("SLIPWAY_HOME");
                            });
        } finally {
            Tools.run("umount", mount.toString());
        }
    }

    @Test
    void full_isSaidPlainlyAndLeavesTheStoreWhole() throws Exception {
        Tools.requireRoot();
        Path mount = Files.createDirectory(temp.resolve("mount"));
        Tools.run("mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", mount.toString());
        try (Store store = Store.open(mount.resolve("store"))) {
            Descriptor image = SampleImages.make(store, "small");
            store.images().tag(name("small"), image);
            byte[] piece = new byte[64 << 10];
            assertThatThrownBy(
                            () -> {
                                try (BlobWriter writer = store.blobs().create()) {
                                    for (int i = 0; i < 100; i++) {
                                        writer.write(piece);
                                    }
                                }
                            })
                    .isInstanceOfSatisfying(
                            StoreException.class,
                            e -> {
                                assertThat(e.kind()).isEqualTo(StoreException.Kind.FULL);
                                assertThat(e).hasMessageContaining("no space left");
                                assertThat(e.hint()).contains("prune");
                            });
            assertThatThrownBy(() -> SampleImages.layer(store, "big", "x".repeat(4 << 20)))
                    .isInstanceOf(IOException.class);
            try (var files = Files.list(store.home().resolve("tmp"))) {
                assertThat(files).isEmpty();
            }
            assertThat(Image.load(store, image, null).layers()).hasSize(1);
            Descriptor after = SampleImages.make(store, "still", "works");
            store.images().tag(name("after"), after);
        } finally {
            Tools.run("umount", mount.toString());
        }
    }

    @Test
    void commit_runsActionsOnceAfterTheSync() throws Exception {
        List<String> done = new ArrayList<>();
        try (Store store = Store.open(temp.resolve("store"))) {
            store.commit();
            store.whenDurable(() -> done.add("first"));
            assertThat(done).isEmpty();
            store.commit();
            store.commit();
            assertThat(done).containsExactly("first");
            store.whenDurable(() -> done.add("second"));
        }
        assertThat(done).containsExactly("first", "second");
    }

    @Test
    void publish_replacesInOneStep() throws Exception {
        try (Store store = Store.open(temp.resolve("store"))) {
            Path target = store.home().resolve("cache/record");
            store.publish(target, "one".getBytes(UTF_8));
            store.publish(target, "two".getBytes(UTF_8));
            assertThat(target).hasContent("two");
            assertThatThrownBy(() -> store.publish(store.home().resolve("no/where"), new byte[1]))
                    .isInstanceOf(StoreException.class);
            try (var files = Files.list(store.home().resolve("tmp"))) {
                assertThat(files).isEmpty();
            }
        }
    }

    @Test
    void lock_excludesOthersByKey() throws Exception {
        try (Store store = Store.open(temp.resolve("store"));
                Store other = Store.open(temp.resolve("store"))) {
            try (FileLock _ = store.lock("key/with ../any\u0000text")) {
                assertThat(other.tryLock("key/with ../any\u0000text")).isNull();
                try (FileLock free = other.tryLock("another")) {
                    assertThat(free).isNotNull();
                }
            }
            try (FileLock free = other.tryLock("key/with ../any\u0000text")) {
                assertThat(free).isNotNull();
            }
        }
    }

    @Test
    void close_removesLeaseAndTemporaries() throws Exception {
        Store store = Store.open(temp.resolve("store"));
        Path work = store.newTemp("work");
        Files.writeString(work.resolve("file"), "x");
        assertThat(work.getParent()).isEqualTo(store.home().resolve("tmp"));
        store.close();
        store.close();
        assertThat(work).doesNotExist();
        try (var leases = Files.list(store.home().resolve("leases"))) {
            assertThat(leases).isEmpty();
        }
    }

    @Test
    void blobs_putTwiceIsOneFile() throws Exception {
        try (Store store = Store.open(temp.resolve("store"))) {
            Digest one = store.blobs().put("content".getBytes(UTF_8));
            Object inode = Files.getAttribute(store.blobs().path(one), "unix:ino");
            assertThat(store.blobs().put("content".getBytes(UTF_8))).isEqualTo(one);
            assertThat(Files.getAttribute(store.blobs().path(one), "unix:ino")).isEqualTo(inode);
            assertThat(store.blobs().read(one, 100)).asString().isEqualTo("content");
            assertThat(store.blobs().size(one)).isEqualTo(7);
            assertThatThrownBy(() -> store.blobs().read(one, 3)).hasMessageContaining("longer");
            assertThatThrownBy(() -> store.blobs().open(Digest.sha256(new byte[] {9})))
                    .hasMessageContaining("not in the store");
        }
    }

    @Test
    void blobs_ofSha512() throws Exception {
        Digest digest =
                Digest.parse(
                        "sha512:cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce"
                                + "47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e");
        try (Store store = Store.open(temp.resolve("store"));
                BlobWriter writer = store.blobs().create()) {
            assertThat(writer.commit(digest, 0)).isEqualTo(digest);
            assertThat(store.blobs().contains(digest)).isTrue();
        }
    }
}
