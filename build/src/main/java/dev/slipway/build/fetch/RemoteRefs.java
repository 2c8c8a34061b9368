package dev.slipway.build.fetch;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.Map;

/// The references that a remote told of, by full name.
final class RemoteRefs {
    private static final String PEELED = "^{}";

    private final Map<String, String> hashes = new HashMap<>();

    private RemoteRefs() {}

    /// Reads what `git ls-remote` printed: a hash, a tab and a name on each line.
    static RemoteRefs parse(String output) {
        RemoteRefs refs = new RemoteRefs();
        for (String line : output.split("\n", -1)) {
            int tab = line.indexOf('\t');
            if (tab > 0 && Git.isCommit(line.substring(0, tab))) {
                refs.hashes.put(line.substring(tab + 1), line.substring(0, tab));
            }
        }
        return refs;
    }

    /// The commit `name` stands for: a full name, or else a branch, or else a tag; null if there is
    /// none.
    @Nullable String commit(String name) {
        String full = fullName(name);
        if (full == null) {
            return null;
        }
        String peeled = hashes.get(full + PEELED);
        return peeled == null ? hashes.get(full) : peeled;
    }

    /// What the reference itself holds: of an annotated tag, the tag's own hash.
    @Nullable String tag(String name) {
        String full = fullName(name);
        return full == null ? null : hashes.get(full);
    }

    private @Nullable String fullName(String name) {
        for (String prefix : new String[] {"", "refs/heads/", "refs/tags/"}) {
            if (hashes.containsKey(prefix + name)) {
                return prefix + name;
            }
        }
        return null;
    }
}
