package dev.slipway.cli.endtoend;

import dev.slipway.image.Digest;
import dev.slipway.image.FileEntry;
import dev.slipway.image.FileTree;
import dev.slipway.linux.RawPath;

import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// A tree as lines that can be compared: path → type, mode, owner, size, mtime, link, device,
/// xattrs, content.
final class TreeText {
    private final FileTree tree;
    private final SortedMap<String, String> lines = new TreeMap<>();
    private final Map<Long, String> firstOfGroup = new HashMap<>();

    private TreeText(FileTree tree) {
        this.tree = tree;
    }

    static SortedMap<String, String> of(FileTree tree) throws IOException {
        TreeText text = new TreeText(tree);
        text.walk(RawPath.ROOT);
        return text.lines;
    }

    private void walk(RawPath directory) throws IOException {
        for (FileEntry entry : tree.children(directory)) {
            lines.put("/" + entry.path(), describe(entry));
            if (entry.isDirectory()) {
                walk(entry.path());
            }
        }
    }

    private String describe(FileEntry entry) throws IOException {
        StringBuilder line = new StringBuilder();
        line.append(entry.type()).append(' ').append(Integer.toOctalString(entry.mode()));
        line.append(' ').append(entry.uid()).append(':').append(entry.gid());
        line.append(" mtime=")
                .append(entry.mtime().seconds())
                .append('.')
                .append(entry.mtime().nanos());
        if (entry.isRegular()) {
            line.append(" size=").append(entry.size()).append(' ').append(content(entry));
        }
        if (entry.isSymlink()) {
            line.append(" -> ").append(entry.linkTarget());
        }
        if (entry.deviceMajor() != 0 || entry.deviceMinor() != 0) {
            line.append(" dev=")
                    .append(entry.deviceMajor())
                    .append(':')
                    .append(entry.deviceMinor());
        }
        entry.xattrs()
                .forEach((name, value) ->
                        line.append(' ')
                                .append(name)
                                .append('=')
                                .append(HexFormat.of().formatHex(value)));
        if (entry.hardlinkGroup() != 0) {
            String first = firstOfGroup.putIfAbsent(entry.hardlinkGroup(), "/" + entry.path());
            line.append(" same-as=").append(first == null ? "/" + entry.path() : first);
        }
        return line.toString();
    }

    private String content(FileEntry entry) throws IOException {
        try (InputStream in = tree.open(entry)) {
            return Digest.sha256(in.readAllBytes()).hex().substring(0, 16);
        }
    }
}
