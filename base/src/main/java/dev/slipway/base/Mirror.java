package dev.slipway.base;

import java.util.ArrayList;
import java.util.List;

/// A repository of a distribution's own.
///
/// @param endings what stands behind a release's name in its suites: empty, `-updates`, `-security`
record Mirror(String uri, List<String> endings, List<String> components) {
    private static final List<String> RELEASE = List.of("", "-updates");
    private static final List<String> SECURITY = List.of("-security");

    static List<Mirror> debian() {
        var components = List.of("main");
        return List.of(
                new Mirror("http://deb.debian.org/debian", RELEASE, components),
                new Mirror("http://deb.debian.org/debian-security", SECURITY, components));
    }

    /// Only PCs are served from the main archive.
    static List<Mirror> ubuntu(String architecture) {
        boolean pc = architecture.equals("amd64") || architecture.equals("i386");
        var components = List.of("main", "universe");
        var ports = "http://ports.ubuntu.com/ubuntu-ports";
        return List.of(
                new Mirror(pc ? "http://archive.ubuntu.com/ubuntu" : ports, RELEASE, components),
                new Mirror(pc ? "http://security.ubuntu.com/ubuntu" : ports, SECURITY, components));
    }

    /// The suites of a release.
    ///
    /// @param release by its code name
    List<String> suites(String release) {
        var suites = new ArrayList<String>();
        for (var ending : endings) {
            suites.add(release + ending);
        }
        return suites;
    }
}
