package dev.slipway.dockerfile;

import org.jspecify.annotations.Nullable;

/// The instructions of the language.
enum Keyword {
    ADD,
    ARG,
    CMD,
    COPY,
    ENTRYPOINT,
    ENV,
    EXPOSE,
    FROM,
    HEALTHCHECK,
    LABEL,
    MAINTAINER,
    ONBUILD,
    RUN,
    SHELL,
    STOPSIGNAL,
    USER,
    VOLUME,
    WORKDIR;

    private static final Keyword[] ALL = values();

    static @Nullable Keyword of(String text) {
        for (Keyword keyword : ALL) {
            if (keyword.name().equalsIgnoreCase(text)) {
                return keyword;
            }
        }
        return null;
    }

    /// Returns the keyword that `text` probably was to be, in its case; or null.
    static @Nullable String nearest(String text) {
        String[] names = new String[ALL.length];
        for (int i = 0; i < names.length; i++) {
            names[i] = ALL[i].name();
        }
        String upper = text.toUpperCase(java.util.Locale.ROOT);
        String match = Suggestions.nearest(upper, names);
        return match == null || text.equals(upper)
                ? match
                : match.toLowerCase(java.util.Locale.ROOT);
    }
}
