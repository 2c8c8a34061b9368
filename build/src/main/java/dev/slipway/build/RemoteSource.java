package dev.slipway.build;

import dev.slipway.build.fetch.FetchException;
import dev.slipway.build.fetch.GitAddress;
import dev.slipway.build.fetch.WebAddress;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Sources of an ADD that are addresses, and what they become in a plan.
final class RemoteSource {
    private static final String SHA256 = "sha256:";

    private RemoteSource() {}

    /// What a step's key calls a source: of an address only what the file is called.
    static String keyName(String source) {
        try {
            if (GitAddress.parse(source, false) != null) {
                return "repository";
            }
            if (WebAddress.isOne(source)) {
                var name = WebAddress.parse(source).fileName();
                return name == null ? "download" : name;
            }
        } catch (FetchException _) {
            // planning would have failed: it is none
        }
        return source;
    }

    /// How a source looks in history, events and records: without credentials.
    static String shown(String source) {
        return Redaction.urls(source);
    }

    /// The files of a source that is an address, as the request's lock has them; null if it is
    /// none.
    ///
    /// @throws LockException if the lock does not have it
    static @Nullable OriginFiles files(CopySpec spec, String source, Elsewhere elsewhere)
            throws FetchException, IOException {
        var files = unlocked(spec, source, elsewhere);
        var lock = elsewhere.request().lock();
        var open = files == null || lock == null ? null : files.openSource();
        if (open == null || lock == null) {
            return files;
        }
        var pin = lock.source(open.address());
        return files instanceof GitOrigin git
                ? git.at(pin)
                : files instanceof WebOrigin web ? web.at(pin) : files;
    }

    private static @Nullable OriginFiles unlocked(CopySpec spec, String source, Elsewhere elsewhere)
            throws FetchException {
        var git = GitAddress.parse(source, false);
        var checksum = spec.checksum();
        if (git != null) {
            var place = git.place().keeping(spec.keepGitDir());
            return new GitOrigin(
                    git.at(checksum == null ? place : place.at(checksum)),
                    ContextRoot.Preserved.NOTHING,
                    false,
                    elsewhere);
        }
        if (!WebAddress.isOne(source)) {
            return null;
        }
        var digest = checksum == null ? null : sha256(checksum);
        return new WebOrigin(WebAddress.parse(source), digest, false, elsewhere);
    }

    private static String sha256(String checksum) throws FetchException {
        var text = checksum.toLowerCase(Locale.ROOT);
        var hex = text.startsWith(SHA256) ? text.substring(SHA256.length()) : "";
        boolean good = hex.length() == 64;
        for (int i = 0; good && i < hex.length(); i++) {
            good = Character.digit(hex.charAt(i), 16) >= 0;
        }
        if (!good) {
            throw new FetchException(
                    "--checksum=" + checksum + " is no digest of a download",
                    "write sha256: and 64 hexadecimal digits");
        }
        return hex;
    }

    /// The sources of a part whose files are those of an address.
    static CopySpec specOf(CopySpec spec, String source, OriginFiles files) {
        var name = files instanceof WebOrigin web ? web.pattern() : "/";
        // Archives from elsewhere are unpacked only when asked, and repositories never.
        boolean unpack = files instanceof WebOrigin && Boolean.TRUE.equals(spec.unpack());
        return spec.with(List.of(name), List.of(), unpack);
    }

    /// The words of an instruction as they are shown.
    static List<String> shown(List<String> sources) {
        var all = new ArrayList<String>(sources.size());
        for (var source : sources) {
            all.add(shown(source));
        }
        return all;
    }
}
