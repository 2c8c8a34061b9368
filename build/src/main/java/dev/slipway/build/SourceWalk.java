package dev.slipway.build;

import dev.slipway.dockerfile.IgnorePatterns;
import dev.slipway.linux.RawPath;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;

/// Lists what is in a directory, all the way down, in tree order. No recursion: a tree may be
/// thousands of directories deep.
///
/// A directory that is left out is entered if something in it may be taken, and is then taken with
/// the first such file, as the way to it.
final class SourceWalk {
    /// What Linux takes in one call, without the end.
    private static final int MAX_PATH = 4095;

    private final IgnorePatterns excludes;
    private final @Nullable PathPattern include;
    private final ListingAhead listings;
    private final List<SelectedFile> files = new ArrayList<>();
    private final Deque<Level> levels = new ArrayDeque<>(); // deepest first

    private static final class Level {
        final @Nullable SelectedFile self; // null: the source itself, which is not listed
        final Iterator<SourceFile> children;
        final boolean included;
        boolean taken;

        Level(
                @Nullable SelectedFile self,
                List<SourceFile> children,
                boolean included,
                boolean taken) {
            this.self = self;
            this.children = children.iterator();
            this.included = included;
            this.taken = taken;
        }
    }

    /// @param include what is to be taken; null: everything that is not excluded
    SourceWalk(SourceTree source, IgnorePatterns excludes, @Nullable PathPattern include) {
        this.excludes = excludes;
        this.include = include;
        this.listings = new ListingAhead(source, include != null || !excludes.isEmpty());
    }

    List<SelectedFile> files(SourceFile root) throws IOException, InterruptedException {
        try (listings) {
            walk(root);
        }
        return files;
    }

    private void walk(SourceFile root) throws IOException, InterruptedException {
        List<SourceFile> children = listings.children(root.entry().path());
        levels.push(new Level(null, children, include == null, true));
        while (!levels.isEmpty()) {
            Level level = levels.element();
            if (level.children.hasNext()) {
                visit(root, level, level.children.next());
            } else {
                levels.pop();
            }
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
    }

    private void visit(SourceFile root, Level level, SourceFile child)
            throws IOException, InterruptedException {
        RawPath relative = child.entry().path().from(root.entry().path());
        int length = child.entry().path().latin1().length();
        if (length > MAX_PATH) {
            throw new IOException(
                    "a path is longer than "
                            + MAX_PATH
                            + " bytes: "
                            + child.entry().path().toString().substring(0, 40)
                            + "...");
        }
        String text = include == null && excludes.isEmpty() ? "" : BuildContext.text(relative);
        boolean included = level.included || (include != null && include.matches(text));
        boolean excluded = !excludes.isEmpty() && excludes.ignores(text);
        SelectedFile selected = new SelectedFile(relative, child);
        boolean take = included && !excluded;
        if (take) {
            takeParents();
            files.add(selected);
        }
        if (child.entry().isDirectory() && mayEnter(text, included, excluded)) {
            List<SourceFile> children = listings.children(child.entry().path());
            levels.push(new Level(selected, children, included, take));
        }
    }

    private boolean mayEnter(String text, boolean included, boolean excluded) {
        return (included || (include != null && include.mayMatchBelow(text)))
                && (!excluded || excludes.mayReinclude(text));
    }

    private void takeParents() {
        if (levels.element().taken) {
            return;
        }
        for (Iterator<Level> down = levels.descendingIterator(); down.hasNext(); ) {
            Level level = down.next();
            if (!level.taken && level.self != null) {
                files.add(level.self);
                level.taken = true;
            }
        }
    }
}
