package dev.slipway.build;

import dev.slipway.image.Digest;
import dev.slipway.image.FileEntry;
import dev.slipway.image.FileTree;
import dev.slipway.image.JsonWriter;
import dev.slipway.image.Platform;
import dev.slipway.image.tar.TarEntry;
import dev.slipway.image.tar.TarWriter;
import dev.slipway.linux.Dir;
import dev.slipway.linux.FileType;
import dev.slipway.linux.OpenFlags;
import dev.slipway.linux.RawPath;
import dev.slipway.linux.Resolve;
import dev.slipway.linux.Timespec;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Writes the files of results, of each platform into a directory of its own or all into one, with
/// what is attested of them as files beside them.
final class FileExports {
    private static final int BUFFER_BYTES = 128 * 1024;
    private static final int MODE = 0644;

    private final Workshop shop;
    private final List<Product> products;
    private final List<List<Attestation>> attested;

    /// @param attested of each product, in their order
    FileExports(Workshop shop, List<Product> products, List<List<Attestation>> attested) {
        this.shop = shop;
        this.products = products;
        this.attested = attested;
    }

    void directory(Output.LocalDirectory output) throws BuildException, IOException {
        Files.createDirectories(output.destination());
        boolean split = isSplit(output.platformSplit());
        checkApart(split);
        try (var target = Dir.open(output.destination())) {
            var kept = new HashSet<RawPath>();
            for (int i = 0; i < products.size(); i++) {
                try (var files = view(i)) {
                    var stated = statements(i, split, output.attestationPrefix(), files);
                    if (split) {
                        var name = directoryOf(i);
                        kept.add(name);
                        try (var own = target.createDirs(name, 0755)) {
                            write(own, files, stated);
                            if (output.delete()) {
                                new Deletion(own, stated.keySet()).compare(files);
                            }
                        }
                    } else {
                        write(target, files, stated);
                        kept.addAll(stated.keySet());
                        if (output.delete() && products.size() == 1) {
                            new Deletion(target, stated.keySet()).compare(files);
                        }
                    }
                }
            }
            if (split && output.delete()) {
                for (var entry : target.list()) {
                    if (!kept.contains(entry.name())) {
                        target.removeTree(entry.name());
                    }
                }
            }
        }
    }

    private static void write(Dir target, FileTree files, Map<RawPath, byte[]> stated)
            throws IOException {
        new TreeCopy(files, target).copyContents(RawPath.ROOT);
        for (var file : stated.entrySet()) {
            int flags = OpenFlags.O_WRONLY | OpenFlags.O_CREAT | OpenFlags.O_TRUNC;
            try (var out = target.open(file.getKey(), flags, MODE, Resolve.NO_SYMLINKS)) {
                out.write(file.getValue(), 0, file.getValue().length);
            }
        }
    }

    void tar(Output.Tar output, OutputStream out) throws BuildException, IOException {
        boolean split = isSplit(output.platformSplit());
        checkApart(split);
        var tar = new TarWriter(out);
        for (int i = 0; i < products.size(); i++) {
            try (var files = view(i)) {
                var top = split ? directoryOf(i) : RawPath.ROOT;
                if (split) {
                    tar.begin(entry(top, TarEntry.Kind.DIRECTORY, 0755, 0));
                }
                new TreeTar(files, tar, top).writeContents();
                var stated = statements(i, split, output.attestationPrefix(), files);
                for (var file : stated.entrySet()) {
                    var content = file.getValue();
                    var path = split ? join(top, file.getKey()) : file.getKey();
                    tar.begin(entry(path, TarEntry.Kind.REGULAR, MODE, content.length));
                    tar.content(new ByteArrayInputStream(content));
                }
            }
        }
        tar.finish();
    }

    private static TarEntry entry(RawPath path, TarEntry.Kind kind, int mode, long size) {
        return new TarEntry(
                path,
                kind,
                mode,
                0,
                0,
                size,
                Timespec.EPOCH,
                null,
                0,
                0,
                Collections.emptySortedMap());
    }

    private static RawPath join(RawPath directory, RawPath path) {
        return RawPath.ofLatin1(directory.latin1() + "/" + path.latin1());
    }

    private FileTree view(int product) throws BuildException, IOException {
        return shop.view(products.get(product).snapshot());
    }

    private boolean isSplit(@Nullable Boolean wanted) {
        return wanted == null ? shop.request().isMultiPlatform() : wanted;
    }

    private RawPath directoryOf(int product) {
        return RawPath.of(name(products.get(product).target().platform()));
    }

    private static String name(Platform platform) {
        return platform.toString().replace('/', '_');
    }

    /// @throws BuildException if files of two platforms would have one name
    private void checkApart(boolean split) throws BuildException, IOException {
        if (split || products.size() == 1) {
            return;
        }
        Map<RawPath, Platform> owners = new HashMap<>();
        for (int i = 0; i < products.size(); i++) {
            try (var files = view(i)) {
                claim(files, RawPath.ROOT, products.get(i).target().platform(), owners);
            }
        }
    }

    private static void claim(
            FileTree files, RawPath directory, Platform platform, Map<RawPath, Platform> owners)
            throws BuildException, IOException {
        for (var child : files.children(directory)) {
            if (child.isDirectory()) {
                claim(files, child.path(), platform, owners);
                continue;
            }
            var owner = owners.putIfAbsent(child.path(), platform);
            if (owner != null) {
                throw BuildException.of(
                                "/"
                                        + child.path()
                                        + " is in the results of "
                                        + owner
                                        + " and "
                                        + platform)
                        .hint("leave out platform-split=false")
                        .make();
            }
        }
    }

    /// The statements about the files of a product, by file name.
    private Map<RawPath, byte[]> statements(
            int product, boolean split, String prefix, FileTree files)
            throws BuildException, IOException {
        var all = new LinkedHashMap<RawPath, byte[]>();
        List<Attestation.Subject> subjects = null;
        for (var attestation : attested.get(product)) {
            if (attestation.inlineOnly()) {
                continue;
            }
            if (subjects == null) {
                subjects = subjects(files);
            }
            var name = attestation.fileName();
            if (!split && shop.request().isMultiPlatform()) {
                var platform = name(products.get(product).target().platform());
                int dot = name.lastIndexOf('.');
                name = name.substring(0, dot) + "." + platform + name.substring(dot);
            }
            all.put(
                    RawPath.of(prefix + name),
                    attestation.statement(subjects, JsonWriter.indented(2)));
        }
        return all;
    }

    private static List<Attestation.Subject> subjects(FileTree files) throws IOException {
        var subjects = new ArrayList<Attestation.Subject>();
        subjects(files, RawPath.ROOT, subjects);
        return subjects;
    }

    private static void subjects(
            FileTree files, RawPath directory, List<Attestation.Subject> subjects)
            throws IOException {
        for (var child : files.children(directory)) {
            if (child.isDirectory()) {
                subjects(files, child.path(), subjects);
            } else if (child.type() == FileType.REGULAR) {
                subjects.add(
                        new Attestation.Subject(child.path().toString(), digest(files, child)));
            }
        }
    }

    private static Digest digest(FileTree files, FileEntry file) throws IOException {
        var sha256 = KeyHash.sha256();
        var buffer = new byte[BUFFER_BYTES];
        try (InputStream in = files.open(file)) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                sha256.update(buffer, 0, n);
            }
        }
        return Digest.of(sha256.digest());
    }

    /// Removes from a directory what a result does not have.
    private static final class Deletion {
        private final Dir target;
        private final Set<RawPath> kept;

        Deletion(Dir target, Set<RawPath> kept) {
            this.target = target;
            this.kept = kept;
        }

        void compare(FileTree files) throws IOException {
            compare(files, RawPath.ROOT, target);
        }

        private void compare(FileTree files, RawPath directory, Dir place) throws IOException {
            var wanted = new HashMap<RawPath, FileEntry>();
            for (var child : files.children(directory)) {
                wanted.put(child.path().name(), child);
            }
            for (var entry : place.list()) {
                var child = wanted.get(entry.name());
                boolean attested = place == target && kept.contains(entry.name());
                if (child == null && !attested) {
                    place.removeTree(entry.name());
                } else if (child != null && child.isDirectory()) {
                    try (var inside = place.openDir(entry.name(), Resolve.NO_SYMLINKS)) {
                        compare(files, child.path(), inside);
                    }
                }
            }
        }
    }
}
