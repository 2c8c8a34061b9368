package dev.slipway.base;

import java.util.Set;

/// What packages bring that an image can do without.
public enum Trim {
    /// `/usr/share/doc` but for the copyright files.
    DOCS,
    /// Manual and info pages.
    MAN,
    /// Translations.
    LOCALES,
    /// Headers of lint, menu entries, shell completions and the like.
    EXTRAS;

    /// As it is written in a definition.
    public String text() {
        return switch (this) {
            case DOCS -> "docs";
            case MAN -> "man";
            case LOCALES -> "locales";
            case EXTRAS -> "extras";
        };
    }

    /// Says whether a path (relative, `/` between names) stays in the image.
    static boolean keeps(Set<Trim> trims, String path) {
        if (!path.startsWith("usr/share/")) {
            return true;
        }
        for (var trim : trims) {
            if (trim.drops(path)) {
                return false;
            }
        }
        return true;
    }

    private boolean drops(String path) {
        return switch (this) {
            case DOCS ->
                    below(path, "usr/share/doc")
                            && !path.endsWith("/copyright")
                            && path.indexOf('/', "usr/share/doc/".length()) > 0;
            case MAN -> below(path, "usr/share/man") || below(path, "usr/share/info");
            case LOCALES -> below(path, "usr/share/locale");
            case EXTRAS ->
                    below(path, "usr/share/lintian")
                            || below(path, "usr/share/linda")
                            || below(path, "usr/share/bug")
                            || below(path, "usr/share/menu")
                            || below(path, "usr/share/doc-base")
                            || below(path, "usr/share/bash-completion");
        };
    }

    private static boolean below(String path, String directory) {
        return path.startsWith(directory + "/");
    }
}
