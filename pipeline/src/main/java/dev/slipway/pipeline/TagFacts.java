package dev.slipway.pipeline;

import org.jspecify.annotations.Nullable;

import java.time.Instant;

/// What git and the CI system say of what is built. Empty text: it is not known.
///
/// @param event as GitHub names it: `push`, `pull_request`, `schedule`, …
/// @param ref `refs/heads/…`, `refs/tags/…` or `refs/pull/N/merge`
/// @param sha the commit
/// @param baseRef the branch a pull request goes to, or a tag was pushed from
/// @param commitDate null: not known
/// @param now for `{{date}}` alone: results must not depend on it
public record TagFacts(
        String event,
        String ref,
        String sha,
        String defaultBranch,
        String baseRef,
        @Nullable Instant commitDate,
        Instant now,
        Repository repository) {
    private static final String HEADS = "refs/heads/";
    private static final String TAGS = "refs/tags/";
    private static final String PULL = "refs/pull/";

    /// Where the commit is from.
    ///
    /// @param url of its page, and of its source
    public record Repository(String name, String description, String url, String license) {
        /// Nothing is known.
        public static final Repository NONE = new Repository("", "", "", "");
    }

    /// The branch; null if no branch is built.
    public @Nullable String branch() {
        return ref.startsWith(HEADS) ? ref.substring(HEADS.length()) : null;
    }

    /// The git tag; null if no tag is built.
    public @Nullable String tag() {
        return ref.startsWith(TAGS) ? ref.substring(TAGS.length()) : null;
    }

    /// The number of the pull request; null if none is built.
    public @Nullable String pullRequest() {
        if (!ref.startsWith(PULL)) {
            return null;
        }
        int end = ref.indexOf('/', PULL.length());
        return end < 0 ? ref.substring(PULL.length()) : ref.substring(PULL.length(), end);
    }

    /// Whether the default branch is built.
    public boolean isDefaultBranch() {
        return !defaultBranch.isEmpty() && defaultBranch.equals(branch());
    }

    /// What results are dated by: the commit, so that the same commit gives the same image.
    public Instant created() {
        return commitDate == null ? now : commitDate;
    }
}
