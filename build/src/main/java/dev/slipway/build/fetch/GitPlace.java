package dev.slipway.build.fetch;

import org.jspecify.annotations.Nullable;

/// Which part of a repository is meant, and how it is to be checked out.
///
/// @param ref a branch, a tag, a full reference or a commit; null: what the remote's HEAD is
/// @param checksum the commit it must be, in hex, or the beginning of it; null: any
/// @param subdirectory relative to the repository's top; empty: all of it
/// @param keepGitDir whether `.git` is kept; null: not said
/// @param submodules whether submodules are checked out too
/// @param commitTime whether files have the time of the commit, rather than of the checkout
public record GitPlace(
        @Nullable String ref,
        @Nullable String checksum,
        String subdirectory,
        @Nullable Boolean keepGitDir,
        boolean submodules,
        boolean commitTime) {
    private static final int MIN_CHECKSUM = 7;

    static GitPlace parse(String fragment, String query) throws FetchException {
        Reading reading = new Reading();
        if (fragment.startsWith("#")) {
            reading.fields(fragment.substring(1), ',');
        } else {
            reading.fragment(Addresses.decoded(fragment));
        }
        reading.fields(query, '&');
        return reading.place();
    }

    /// The same place, required to be at `commit`.
    ///
    /// @throws FetchException if another one is required already
    public GitPlace at(String commit) throws FetchException {
        String wanted = commit.toLowerCase(java.util.Locale.ROOT);
        Reading.checkCommit(wanted);
        if (checksum != null && !checksum.equals(wanted)) {
            throw new FetchException(
                    "the address asks for commit " + checksum + ", --checksum for " + wanted, null);
        }
        return new GitPlace(ref, wanted, subdirectory, keepGitDir, submodules, commitTime);
    }

    /// The same place, with `.git` kept or not where the address does not say.
    public GitPlace keeping(@Nullable Boolean gitDir) throws FetchException {
        if (gitDir != null && keepGitDir != null && !gitDir.equals(keepGitDir)) {
            throw new FetchException("the address and --keep-git-dir contradict each other", null);
        }
        Boolean keep = keepGitDir == null ? gitDir : keepGitDir;
        return new GitPlace(ref, checksum, subdirectory, keep, submodules, commitTime);
    }

    /// Another directory of the same repository.
    ///
    /// @param directory relative to the repository's top
    public GitPlace in(String directory) {
        return new GitPlace(ref, checksum, directory, keepGitDir, submodules, commitTime);
    }

    /// All that is said here, as it stands behind an address.
    public String text() {
        boolean plain = checksum == null && keepGitDir == null && submodules && commitTime;
        if (plain) {
            return escaped(toString());
        }
        var text = new StringBuilder();
        field(text, "ref", ref);
        field(text, "checksum", checksum);
        field(text, "subdir", subdirectory.isEmpty() ? null : subdirectory);
        field(text, "keep-git-dir", keepGitDir == null ? null : keepGitDir.toString());
        field(text, "submodules", submodules ? null : "false");
        field(text, "mtime", commitTime ? null : "checkout");
        return text.toString();
    }

    private static void field(StringBuilder text, String name, @Nullable String value) {
        if (value != null) {
            text.append(text.isEmpty() ? '?' : '&').append(name).append('=');
            text.append(escaped(value));
        }
    }

    private static String escaped(String text) {
        return text.replace("%", "%25").replace("+", "%2B").replace("&", "%26").replace("?", "%3F");
    }

    boolean keeps() {
        return Boolean.TRUE.equals(keepGitDir);
    }

    @Override
    public String toString() {
        String name = ref == null ? "" : ref;
        return name.isEmpty() && subdirectory.isEmpty()
                ? ""
                : "#" + name + (subdirectory.isEmpty() ? "" : ":" + subdirectory);
    }

    /// Collects what an address says; saying one thing twice and differently is an error.
    private static final class Reading {
        private @Nullable String ref;
        private @Nullable String tag;
        private @Nullable String branch;
        private @Nullable String checksum;
        private @Nullable String subdirectory;
        private @Nullable Boolean keepGitDir;
        private boolean submodules = true;
        private boolean commitTime = true;

        void fragment(String text) throws FetchException {
            int colon = text.indexOf(':');
            String name = colon < 0 ? text : text.substring(0, colon);
            if (!name.isEmpty()) {
                ref = checkRef(name);
            }
            if (colon >= 0 && colon + 1 < text.length()) {
                subdirectory = text.substring(colon + 1);
            }
        }

        void fields(String text, char separator) throws FetchException {
            for (int at = 0; at < text.length(); ) {
                int end = text.indexOf(separator, at);
                end = end < 0 ? text.length() : end;
                String field = text.substring(at, end);
                int equals = field.indexOf('=');
                String name = equals < 0 ? field : field.substring(0, equals);
                String value = equals < 0 ? "" : field.substring(equals + 1).replace('+', ' ');
                field(name, Addresses.decoded(value));
                at = end + 1;
            }
        }

        private void field(String name, String value) throws FetchException {
            boolean flag = name.equals("submodules") || name.equals("keep-git-dir");
            if (value.isEmpty() && !flag) {
                throw new FetchException("\"" + name + "\" in the address has no value", null);
            }
            switch (name) {
                case "ref" -> ref = same(name, ref, checkRef(value));
                case "tag" -> tag = same(name, tag, full("refs/tags/", value));
                case "branch" -> branch = same(name, branch, full("refs/heads/", value));
                case "subdir" -> subdirectory = same(name, subdirectory, value);
                case "commit", "checksum" -> {
                    checksum = same(name, checksum, value.toLowerCase(java.util.Locale.ROOT));
                    checkCommit(checksum);
                }
                case "keep-git-dir" -> keepGitDir = bool(name, value);
                case "submodules" -> submodules = bool(name, value);
                case "fetch-by-commit" -> bool(name, value); // done whenever the server allows it
                case "mtime" -> commitTime = time(value);
                default ->
                        throw new FetchException(
                                "\"" + name + "\" means nothing in the address of a repository",
                                "there are ref, tag, branch, commit, subdir, keep-git-dir,"
                                        + " submodules and mtime");
            }
        }

        GitPlace place() throws FetchException {
            if (tag != null && branch != null) {
                throw new FetchException("the address names both a tag and a branch", null);
            }
            String chosen = same("ref", ref, tag == null ? branch : tag);
            if (chosen == null) {
                chosen = checksum;
            }
            String directory = subdirectory == null ? "" : subdirectory;
            return new GitPlace(chosen, checksum, directory, keepGitDir, submodules, commitTime);
        }

        private static @Nullable String same(
                String name, @Nullable String before, @Nullable String now) throws FetchException {
            if (before != null && now != null && !before.equals(now)) {
                throw new FetchException(
                        "the address gives \"" + name + "\" twice: " + before + " and " + now,
                        null);
            }
            return now == null ? before : now;
        }

        private static String full(String prefix, String value) throws FetchException {
            return checkRef(value.startsWith(prefix) ? value : prefix + value);
        }

        private static boolean bool(String name, String value) throws FetchException {
            return switch (value) {
                case "", "1", "t", "T", "true", "TRUE", "True" -> true;
                case "0", "f", "F", "false", "FALSE", "False" -> false;
                default ->
                        throw new FetchException(
                                "\"" + name + "\" in the address is neither true nor false", null);
            };
        }

        private static boolean time(String value) throws FetchException {
            return switch (value) {
                case "commit" -> true;
                case "checkout" -> false;
                default ->
                        throw new FetchException(
                                "mtime in the address is neither commit nor checkout", null);
            };
        }

        /// CVE-2026-33748: what begins with a dash is an option to git; the rest is
        /// git-check-ref-format(1).
        private static String checkRef(String name) throws FetchException {
            boolean bad = name.startsWith("-") || name.contains("..") || name.contains("@{");
            for (int i = 0; i < name.length(); i++) {
                char c = name.charAt(i);
                bad |= c <= ' ' || c == 0x7f || "~^:?*[\\".indexOf(c) >= 0;
            }
            if (bad) {
                throw new FetchException("no reference is called \"" + name + "\"", null);
            }
            return name;
        }

        static void checkCommit(@Nullable String hex) throws FetchException {
            String digits = hex == null ? "" : hex;
            boolean good = digits.length() >= MIN_CHECKSUM && digits.length() <= 64;
            for (int i = 0; i < digits.length(); i++) {
                good &= Character.digit(digits.charAt(i), 16) >= 0;
            }
            if (!good) {
                throw new FetchException(
                        "\"" + digits + "\" is no commit",
                        "give its hash, or at least the first " + MIN_CHECKSUM + " digits");
            }
        }
    }
}
