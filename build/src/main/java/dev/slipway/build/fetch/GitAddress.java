package dev.slipway.build.fetch;

import org.jspecify.annotations.Nullable;

import java.util.Locale;

/// A place in a git repository, in one of BuildKit's forms: an address, and behind it
/// `#ref:directory`, `##ref=…,subdir=…` or `?ref=…&subdir=…`.
///
/// The user and password of a web address are kept apart: no text of this class shows them.
public final class GitAddress {
    private final String remote;
    private final @Nullable WebAddress web;
    private final GitPlace place;

    private GitAddress(String remote, @Nullable WebAddress web, GitPlace place) {
        this.remote = remote;
        this.web = web;
        this.place = place;
    }

    /// Reads an address.
    ///
    /// @param context whether `github.com/owner/name` is one too, as it is for contexts
    /// @return null if it is the address of no repository
    /// @throws FetchException if it is, but asks for what cannot be
    public static @Nullable GitAddress parse(String text, boolean context) throws FetchException {
        if (text.startsWith("./") || text.startsWith("../") || text.startsWith("-")) {
            return null;
        }
        boolean github = context && text.startsWith("github.com/");
        String full = github ? "https://" + text : text;
        int scheme = full.indexOf("://");
        if (scheme < 0) {
            return isScp(full) ? scp(full) : null;
        }
        return switch (full.substring(0, scheme).toLowerCase(Locale.ROOT)) {
            case "http", "https" -> web(full, github);
            case "ssh", "git" -> split(full, null);
            default -> null;
        };
    }

    /// `user@host:path`, without a slash before the colon.
    private static boolean isScp(String text) {
        int at = text.indexOf('@');
        int colon = text.indexOf(':');
        if (at <= 0 || colon < at + 2 || colon + 1 == text.length()) {
            return false;
        }
        for (int i = 0; i < colon; i++) {
            char c = text.charAt(i);
            boolean plain = Character.isLetterOrDigit(c) || c == '-' || c == '_' || c == '.';
            if (c >= 0x80 || (!plain && i != at)) {
                return false;
            }
        }
        return true;
    }

    private static GitAddress scp(String text) throws FetchException {
        return split(text, null);
    }

    private static @Nullable GitAddress web(String text, boolean anyPath) throws FetchException {
        int end = end(text);
        String path = text.substring(0, end);
        if (!anyPath && !path.endsWith(".git")) {
            return null;
        }
        WebAddress address = WebAddress.parse(path);
        return split(address + text.substring(end), address);
    }

    /// Whether `text` is a commit with all its digits, of SHA-1 or SHA-256.
    public static boolean isCommit(String text) {
        return Git.isCommit(text);
    }

    /// Where the address of the repository itself ends.
    public static int end(String text) {
        int query = text.indexOf('?');
        int hash = text.indexOf('#');
        int end = query < 0 ? text.length() : query;
        return hash < 0 ? end : Math.min(end, hash);
    }

    private static GitAddress split(String text, @Nullable WebAddress web) throws FetchException {
        int end = end(text);
        String remote = text.substring(0, end);
        int hash = text.indexOf('#');
        String query =
                end < text.length() && text.charAt(end) == '?'
                        ? text.substring(end + 1, hash < 0 ? text.length() : hash)
                        : "";
        String fragment = hash < 0 ? "" : text.substring(hash + 1);
        String shown = remote;
        if (web == null) {
            remote = withoutPassword(remote);
            shown = remote;
            checkHost(remote);
        }
        return new GitAddress(shown, web, GitPlace.parse(fragment, query));
    }

    /// An ssh user belongs to the address; a password would end up in the arguments of ssh.
    private static String withoutPassword(String remote) throws FetchException {
        int start = remote.indexOf("://");
        if (start < 0) {
            return remote;
        }
        int slash = remote.indexOf('/', start + 3);
        int at = remote.lastIndexOf('@', slash < 0 ? remote.length() : slash);
        if (at > start && remote.substring(start + 3, at).indexOf(':') >= 0) {
            throw new FetchException(
                    "the address of a repository holds a password, which ssh does not take",
                    "use a key, and give its agent with --ssh");
        }
        return remote;
    }

    /// CVE-2017-1000117: a host that begins with a dash is an option to ssh.
    private static void checkHost(String remote) throws FetchException {
        int start = remote.indexOf("://");
        String authority = remote.substring(start < 0 ? 0 : start + 3);
        String host = authority.substring(authority.indexOf('@') + 1);
        if (host.startsWith("-") || authority.startsWith("-") || host.isEmpty()) {
            throw new FetchException("the address of a repository names no host: " + remote, null);
        }
    }

    /// Another place in the same repository.
    public GitAddress at(GitPlace other) {
        return new GitAddress(remote, web, other);
    }

    /// What git is given: no credentials, no reference.
    public String remote() {
        return remote;
    }

    /// The host that credentials are for, in lower case, without the port.
    String host() {
        if (web != null) {
            return web.host();
        }
        int start = remote.indexOf("://");
        String rest = remote.substring(start < 0 ? 0 : start + 3);
        rest = rest.substring(rest.indexOf('@') + 1);
        int end = 0;
        while (end < rest.length() && ":/".indexOf(rest.charAt(end)) < 0) {
            end++;
        }
        return rest.substring(0, end).toLowerCase(Locale.ROOT);
    }

    /// The address, if it is one of the web; null for all others.
    @Nullable WebAddress web() {
        return web;
    }

    public GitPlace place() {
        return place;
    }

    /// For people: `https://host/name.git#ref:directory`.
    @Override
    public String toString() {
        return remote + place;
    }
}
