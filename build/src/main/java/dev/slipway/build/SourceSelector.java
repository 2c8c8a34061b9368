package dev.slipway.build;

import dev.slipway.dockerfile.IgnorePatternException;
import dev.slipway.dockerfile.IgnorePatterns;
import dev.slipway.linux.RawPath;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.util.ArrayList;
import java.util.List;

/// Finds what the sources of a COPY stand for: wildcards, links, `--exclude` and `--parents`.
///
/// A source is cut off at the root of its tree. Links on the way to it are followed inside the
/// tree, and so is the source itself; links found in a directory are copied as links.
final class SourceSelector {
    /// The pivot of `--parents`: only what comes after it is made at the destination.
    private static final String PIVOT = "/./";

    private final CopySpec spec;
    private final SourceTree source;
    private final IgnorePatterns excludes;

    SourceSelector(CopySpec spec, SourceTree source) throws CopyException {
        this.spec = spec;
        this.source = source;
        try {
            this.excludes =
                    spec.excludes().isEmpty()
                            ? IgnorePatterns.NONE
                            : IgnorePatterns.of(spec.excludes());
        } catch (IgnorePatternException e) {
            throw new CopyException("--exclude=" + e.pattern() + ": " + e.getMessage(), null);
        }
    }

    /// The sources in the order written, the matches of each sorted.
    List<SelectedSource> select() throws IOException, CopyException, InterruptedException {
        List<SelectedSource> selected = new ArrayList<>();
        for (String text : spec.sources()) {
            try {
                if (spec.parents()) {
                    selectParents(text, selected);
                } else {
                    for (RawPath match : matches(text)) {
                        add(text, match, null, selected);
                    }
                }
            } catch (FileSystemLoopException _) {
                throw new CopyException(
                        "\"" + text + "\": too many symbolic links", "they lead in a circle");
            }
        }
        return selected;
    }

    private void selectParents(String text, List<SelectedSource> selected)
            throws IOException, CopyException, InterruptedException {
        int pivot = text.indexOf(PIVOT);
        String base = pivot < 0 ? "" : text.substring(0, pivot);
        String rest = pivot < 0 ? text : text.substring(pivot + PIVOT.length());
        String pattern = BuildContext.text(RawPath.of(rest).normalize());
        PathPattern include = pattern.isEmpty() ? null : PathPattern.parse(pattern);
        int before = selected.size();
        for (RawPath match : matches(base)) {
            add(text, match, include, selected);
        }
        boolean none =
                selected.subList(before, selected.size()).stream()
                        .allMatch(s -> s.files().isEmpty());
        if (include != null && none && !GoGlob.isPattern(text)) {
            throw new MissingSource(source).report(text, RawPath.of(base + "/" + rest).normalize());
        }
    }

    private void add(
            String text,
            RawPath match,
            @Nullable PathPattern include,
            List<SelectedSource> selected)
            throws IOException, CopyException, InterruptedException {
        SourceFile root = source.lookup(source.tree().resolvePath(match, true));
        if (root == null) {
            throw new MissingSource(source).report(text, match);
        }
        if (root.entry().isDirectory()) {
            List<SelectedFile> files = new SourceWalk(source, excludes, include).files(root);
            selected.add(new SelectedSource(match, root, files));
        } else if (include == null && !isExcluded(match)) {
            List<SelectedFile> files = List.of(new SelectedFile(RawPath.ROOT, root));
            selected.add(new SelectedSource(match, root, files));
        }
    }

    /// A file that is itself a source is known to `--exclude` by its name, or by all of its path.
    private boolean isExcluded(RawPath file) {
        return !excludes.isEmpty()
                && (excludes.ignores(BuildContext.text(file.name()))
                        || excludes.ignores(BuildContext.text(file)));
    }

    private List<RawPath> matches(String text) throws IOException, CopyException {
        RawPath path = RawPath.of(text).normalize();
        List<RawPath> names = path.names();
        RawPath plain = RawPath.ROOT;
        for (int i = 0; i < names.size(); i++) {
            if (GoGlob.isPattern(BuildContext.text(names.get(i)))) {
                return matches(text, plain, names.subList(i, names.size()));
            }
            plain = plain.child(names.get(i));
        }
        if (text.indexOf('\\') >= 0 && source.lookup(plain) == null) {
            return List.of(RawPath.of(GoGlob.unescape(text)).normalize());
        }
        return List.of(plain);
    }

    private List<RawPath> matches(String text, RawPath base, List<RawPath> patterns)
            throws IOException, CopyException {
        RawPath real = source.tree().resolvePath(base, true);
        SourceFile directory = source.lookup(real);
        if (directory == null) {
            throw new MissingSource(source).report(text, base);
        }
        List<RawPath> current = List.of(real);
        for (int i = 0; i < patterns.size(); i++) {
            GoGlob glob = GoGlob.parse(BuildContext.text(patterns.get(i)));
            boolean last = i == patterns.size() - 1;
            List<RawPath> next = new ArrayList<>();
            for (RawPath parent : current) {
                for (SourceFile child : source.children(parent)) {
                    RawPath path = child.entry().path();
                    if ((last || child.entry().isDirectory())
                            && glob.matches(BuildContext.text(path.name()))) {
                        next.add(path);
                    }
                }
            }
            current = next;
        }
        return current;
    }
}
