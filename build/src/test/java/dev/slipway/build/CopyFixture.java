package dev.slipway.build;

import dev.slipway.image.DirectoryTree;
import dev.slipway.image.FileTree;
import dev.slipway.linux.Dir;
import dev.slipway.linux.RawPath;
import dev.slipway.linux.Timespec;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// A context and the files of an image, as real directories, and COPYs between them.
final class CopyFixture {
    final Path context;
    final Path image;
    private final Path temporary;

    CopyFixture(Path directory) throws IOException {
        context = Files.createDirectory(directory.resolve("context"));
        image = Files.createDirectory(directory.resolve("image"));
        temporary = Files.createDirectory(directory.resolve("temporary"));
    }

    TreeCopying copying() {
        return new TreeCopying(temporary.resolve("contexts"), temporary);
    }

    /// Opens the context.
    ///
    /// @param dockerfile whose ignore file goes first; null: none
    BuildContext open(@Nullable Path dockerfile) throws Exception {
        BuildRequest request = BuildRequest.of(context).build();
        return copying().openContext(BuildInput.root(request, context, dockerfile));
    }

    Path file(String path, String content) throws IOException {
        return write(context.resolve(path), content);
    }

    Path below(String path, String content) throws IOException {
        return write(image.resolve(path), content);
    }

    private static Path write(Path file, String content) throws IOException {
        Files.createDirectories(file.getParent());
        return Files.writeString(file, content);
    }

    Path directory(String path) throws IOException {
        return Files.createDirectories(context.resolve(path));
    }

    Path directoryBelow(String path) throws IOException {
        return Files.createDirectories(image.resolve(path));
    }

    void link(String path, String target) throws IOException {
        Files.createSymbolicLink(context.resolve(path), Path.of(target));
    }

    void linkBelow(String path, String target) throws IOException {
        Files.createSymbolicLink(image.resolve(path), Path.of(target));
    }

    void mode(String path, int mode) throws IOException {
        try (Dir dir = Dir.open(context)) {
            dir.chmod(RawPath.of(path), mode);
        }
    }

    void mtime(String path, Timespec time) throws IOException {
        try (Dir dir = Dir.open(context)) {
            dir.setTimes(RawPath.of(path), null, time);
        }
    }

    RecordedLayer copy(String... words) throws Exception {
        return copy(Spec.of(words));
    }

    RecordedLayer copy(Spec spec) throws Exception {
        try (FileTree tree = spec.from == null ? open(null) : spec.from;
                FileTree below = DirectoryTree.open(image)) {
            RecordedLayer layer = new RecordedLayer();
            copying()
                    .select(spec.build(), tree, spec.from == null)
                    .writeTo(layer, below, spec.latest);
            return layer;
        }
    }

    String key(String... words) throws Exception {
        return key(Spec.of(words));
    }

    String key(Spec spec) throws Exception {
        try (FileTree tree = open(null)) {
            return copying().select(spec.build(), tree, true).contentDigest();
        }
    }

    /// What is selected, as `path mode owner`, and the digests by path.
    SortedMap<String, InputFile> selected(String... words) throws Exception {
        SortedMap<String, InputFile> files = new TreeMap<>();
        try (FileTree tree = open(null)) {
            copying()
                    .select(Spec.of(words).build(), tree, true)
                    .forEachFile(f -> files.put(f.path(), f));
        }
        return files;
    }

    /// A COPY being put together.
    static final class Spec {
        private List<String> sources = List.of();
        private List<CopySpec.InlineFile> inline = List.of();
        private String destination = "";
        private @Nullable String chown;
        private @Nullable String chmod;
        private boolean add;
        private boolean link;
        private boolean parents;
        private List<String> excludes = List.of();
        private @Nullable Boolean unpack;
        private @Nullable Timespec latest;
        private @Nullable FileTree from;

        /// Sources, and the destination last.
        static Spec of(String... words) {
            Spec spec = new Spec();
            spec.sources = List.of(words).subList(0, words.length - 1);
            spec.destination = words[words.length - 1];
            return spec;
        }

        Spec inline(String name, String content) {
            inline = List.of(new CopySpec.InlineFile(name, content));
            return this;
        }

        Spec chown(String value) {
            chown = value;
            return this;
        }

        Spec chmod(String value) {
            chmod = value;
            return this;
        }

        Spec add() {
            add = true;
            return this;
        }

        Spec link() {
            link = true;
            return this;
        }

        Spec parents() {
            parents = true;
            return this;
        }

        Spec exclude(String... patterns) {
            excludes = List.of(patterns);
            return this;
        }

        Spec unpack(boolean value) {
            unpack = value;
            return this;
        }

        Spec latest(Timespec value) {
            latest = value;
            return this;
        }

        Spec from(FileTree tree) {
            from = tree;
            return this;
        }

        CopySpec build() {
            return new CopySpec(
                    add,
                    sources,
                    inline,
                    destination,
                    "/work",
                    chown,
                    chmod,
                    link,
                    parents,
                    excludes,
                    unpack,
                    null,
                    null);
        }
    }
}
